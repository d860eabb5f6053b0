"""Making the machine code of every loop, with a second process beside where there is a second processor.

Both compile all of it, one from either end, and each finds what the other has made. Nothing depends on the second: if
it ends early, the first has the more to do.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from idverify.domain.errors import SettingsError
from idverify.matching.assembly import EXTRACTORS, load_extractor
from matcher import machine_code
from matcher.errors import NotCompiledError
from matcher.warm_up import warm_up


def compile_all(folder: Path | None, progress: Callable[[int, int], object]) -> int:
    """Compile for either extractor what is not there yet; return how many loops that were.

    Args:
        folder: where to; None: to where a start looks that is told of no folder, beside the package or in the user's
            cache.
        progress: told after each loop how many are compiled, and of how many if none of them was there; by more than
            one thread.

    Raises:
        DomainError: MATCHER_UNAVAILABLE if the network is not installed.
        SettingsError: no folder, and neither of those places can be written.
        OSError: the folder cannot be written.
    """
    loops: set[str] = set()

    def made(loop: str) -> None:
        loops.add(loop)
        progress(len(loops), machine_code.loops_known())

    with TemporaryDirectory() as shared, ExitStack() as helped:
        turns = Path(shared, "turns")
        begin_help = cache(lambda: helped.enter_context(_helper(turns, folder, made)))

        def made_here(loop: str) -> None:
            made(loop)
            if (os.cpu_count() or 1) > 1:
                begin_help()

        try:
            _compile(turns, folder, made_here)
        except NotCompiledError as error:
            raise SettingsError(f"compiled_dir: {error}; set compiled_dir, or give --compiled-dir") from None
    return len(loops)


def _compile(turns: Path, folder: Path | None, made: Callable[[str], object], *, backwards: bool = False) -> None:
    if folder is None:
        machine_code.as_numba_does()
    else:
        os.umask(0o022)  # no secret, and whoever serves is somebody else
        machine_code.make_in(folder)
    machine_code.tell_what_is_made(made)
    machine_code.take_turns(lambda: _turn(turns))
    try:
        warm_up(*(load_extractor(extractor, threads=1) for extractor in EXTRACTORS), backwards=backwards)
    finally:
        machine_code.take_turns()
        machine_code.tell_what_is_made(None)


@contextmanager
def _turn(turns: Path) -> Iterator[None]:
    """Keep the other process from what is kept; ends with the process, however that ends."""
    with turns.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _helper(turns: Path, folder: Path | None, made: Callable[[str], object]) -> Iterator[None]:
    """Run the second process within the block; ``made`` gets the loops that it tells of, a line each."""
    command = [sys.executable, "-m", "idverify.matching.compiling", str(turns), *([str(folder)] if folder else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603 - itself
        assert process.stdout is not None
        told = process.stdout
        reading = Thread(target=lambda: [made(line.rstrip()) for line in told])
        reading.start()
        try:
            yield
        finally:
            with _turn(turns):  # in which it writes nothing
                process.kill()
            reading.join()


if __name__ == "__main__":
    _compile(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2:] else None, partial(print, flush=True), backwards=True)
