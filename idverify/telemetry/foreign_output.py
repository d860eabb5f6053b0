"""Keeps what libraries write past the log out of it: every line on stderr is one of ours.

libtiff, libjpeg, gRPC's core and others print to file descriptor 2 by themselves. While the server runs, that is a
pipe; what comes out of it is counted in a line of the log. The text is left out, because it may quote a sample; only
gRPC's own, known by its form, is told: it says why a connection was refused.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import re
import select
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_LOG = logging.getLogger(__name__)

_PAUSE_SECONDS = 10.0
"""Between two lines. What comes meanwhile waits in the pipe; what does not fit is lost, and nobody is held up."""

_SENTENCE_SECONDS = 0.1
"""Libraries write a message in pieces."""

_MOST = 1 << 16
_LONGEST_CAUSE = 500
_OF_GRPC = re.compile(rb"^[IWEF]\d{4} [^\n]*grpc[^\n]*|^[IWEF]\d{4} [^\n]*\.cc:\d+\][^\n]*", re.MULTILINE)


@contextmanager
def only_our_stderr() -> Iterator[TextIO]:
    """Give the log stderr to itself, as a stream of its own, until the block ends.

    One block at a time in a process: descriptor 2 is everybody's. A crash of the interpreter still tells where it was.
    """
    descriptor = os.dup(2)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", buffering=1) as ours:
        read_end, write_end = os.pipe()
        # A library that prints while it holds the interpreter's lock must never wait for us to read.
        os.set_blocking(write_end, False)
        os.dup2(write_end, 2)
        os.close(write_end)
        stop = threading.Event()
        relay = threading.Thread(target=_relay, args=(read_end, stop), name="foreign-output", daemon=True)
        former_hook, threading.excepthook = threading.excepthook, _thread_failed
        faulthandler.enable(ours)
        relay.start()
        try:
            yield ours
        finally:
            faulthandler.disable()
            threading.excepthook = former_hook
            stop.set()
            os.dup2(descriptor, 2)  # closes the pipe's last write end: the relay reads the rest and ends
            relay.join()
            os.close(read_end)


def _relay(read_end: int, stop: threading.Event) -> None:
    while True:
        select.select([read_end], [], [])
        stop.wait(_SENTENCE_SECONDS)
        chunk = os.read(read_end, _MOST)
        if not chunk:
            return
        own_words = _OF_GRPC.findall(chunk)
        cause = own_words[-1][:_LONGEST_CAUSE].decode("utf-8", "replace") if own_words else None
        facts = {"lines": len(chunk.splitlines()), "bytes": len(chunk), "cause": cause}
        _LOG.warning("a library wrote to stderr", extra=facts)
        stop.wait(_PAUSE_SECONDS)


def _thread_failed(failure: threading.ExceptHookArgs) -> None:
    """Tell type and place of what ended a thread; the interpreter would print its text."""
    frames = traceback.extract_tb(failure.exc_traceback)
    where = f"{frames[-1].name}:{frames[-1].lineno}" if frames else None
    _LOG.error("a thread failed", extra={"exception": failure.exc_type.__name__, "where": where})
