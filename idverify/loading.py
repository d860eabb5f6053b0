"""How a program starts: it takes a moment to load, and Ctrl-C within that moment ends it at once and without a word."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module

INTERRUPTED = 130
"""As shells have it for a process that SIGINT ended."""


def run(module: str) -> None:
    """Load the module of a program, and run its ``main``."""
    # Not where SIGINT is ignored, as for a process in the background of a script.
    loads_quietly = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if loads_quietly:
        # Nothing has been begun, so that nothing is to be put in order; an exception would go through half a library.
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    main = import_module(module).main
    if loads_quietly:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
