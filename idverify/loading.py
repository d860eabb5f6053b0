"""How a program starts: it takes a moment to load, and Ctrl-C within that moment ends it at once and without a word."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

INTERRUPTED = 130
"""As shells have it for a process that SIGINT ended."""


@contextmanager
def loading() -> Iterator[None]:
    """Look for no garbage in a block that loads modules, nor ever among what is there at its end.

    Modules stay, and looking through all of them again and again takes a seventh of a start.
    """
    was_looking = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_looking:
            gc.enable()


def run(module: str) -> None:
    """Load the module of a program, and run its ``main``."""
    # Not where SIGINT is ignored, as for a process in the background of a script.
    loads_quietly = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if loads_quietly:
        # Nothing has been begun, so that nothing is to be put in order; an exception would go through half a library.
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    with loading():
        main = import_module(module).main
    if loads_quietly:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
