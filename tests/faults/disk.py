"""A disk that fails when it is told to: what :mod:`shim.c` does, from Python, in a process that was started with it."""

from __future__ import annotations

import ctypes
import errno
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SOURCE = Path(__file__).with_name("shim.c")


@dataclass(frozen=True, slots=True)
class Fault:
    """How a disk fails.

    Attributes:
        error: what it says.
        how: as ``fault_arm`` has it.
        heals: it works again when the step of the workload is over; else it does after one failure, or never.
    """

    error: int
    how: int
    heals: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether the service has a disk again before it ends."""
        return self.heals or self.how != _ALL


_ONCE, _ALL, _HALF = 0, 1, 2
FAULTS: Mapping[str, Fault] = {
    "one call fails": Fault(errno.EIO, _ONCE),
    "half is written and then the disk is full": Fault(errno.ENOSPC, _HALF),
    "the disk is full and is freed": Fault(errno.ENOSPC, _ALL, heals=True),
    "the disk is dead": Fault(errno.EIO, _ALL),
}


def built(folder: Path) -> Path:
    """Compile the shim into a folder; return the library."""
    library = folder / "shim.so"
    options = ["-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-ldl", "-lpthread"]
    command = ["gcc", "-o", str(library), str(_SOURCE), *options]
    subprocess.run(command, check=True)
    return library


class Disk:
    """The disk beneath one folder, of this process."""

    def __init__(self, folder: Path) -> None:
        self._shim = ctypes.CDLL(None)
        self._shim.fault_arm.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_int]
        self._shim.fault_seen.restype = ctypes.c_long
        self._shim.fault_watch(os.fsencode(folder))

    def break_at(self, number: int, fault: Fault) -> None:
        """Have the so-manyth change fail, from 1."""
        self._shim.fault_arm(number, fault.error, fault.how)

    def mend(self) -> None:
        """Have nothing fail any more."""
        self._shim.fault_arm(0, 0, 0)

    def changes(self) -> int:
        """Return how many changes there were since it was told to fail, or to fail no more."""
        return int(self._shim.fault_seen())

    def record(self, descriptor: int) -> None:
        """Write every change down, with its bytes, to a file that is open; -1: no more."""
        self._shim.fault_record(descriptor)

    def mark(self, text: str) -> None:
        """Put a line between the changes."""
        self._shim.fault_mark(text.encode())
