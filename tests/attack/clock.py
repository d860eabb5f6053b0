"""A clock that one process moves and another reads: eight bytes of a file, seconds since 1970."""

from __future__ import annotations

import mmap
import struct
import sys
from datetime import UTC, datetime
from pathlib import Path

from idverify.bootstrap import build
from idverify.serving import serve
from idverify.settings import load_settings

_FORMAT = struct.Struct("<d")


class SharedClock:
    """Implements the port ``Clock`` on the file; both processes open it."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(_FORMAT.pack(datetime.now(UTC).timestamp()))
        with file.open("r+b") as stream:
            self._bytes = mmap.mmap(stream.fileno(), _FORMAT.size)

    def now(self) -> datetime:
        return datetime.fromtimestamp(_FORMAT.unpack_from(self._bytes)[0], UTC)

    def advance(self, seconds: float) -> None:
        _FORMAT.pack_into(self._bytes, 0, _FORMAT.unpack_from(self._bytes)[0] + seconds)


if __name__ == "__main__":  # the service on such a clock: python -m tests.attack.clock FILE
    serve(load_settings(), lambda settings: build(settings, clock=SharedClock(Path(sys.argv[1]))))
