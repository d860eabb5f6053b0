"""Where a backup is made or looked at: a folder with a copy of the database, and of the keys, until it is done."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir, mkdtemp
from typing import BinaryIO

from idverify.domain.errors import SettingsError
from idverify.trust.backup.container import new_file
from idverify.trust.backup.manifest import DATABASE

_PREFIX, _LOCK = ".backup-", "backup.lock"
_SCRATCH = "idverify-backup-"


@contextmanager
def workplace(data_dir: Path) -> Iterator[Path]:
    """Make the folder, and remove what a process left that was killed; one process at a time.

    Raises:
        SettingsError: another process is at it.
        OSError: it cannot be made or removed.
    """
    with _alone(data_dir), TemporaryDirectory(prefix=_PREFIX, dir=data_dir) as folder:
        yield Path(folder)


def remove_leftovers(data_dir: Path) -> None:
    """Remove what a process left that was killed, unless a backup is being taken.

    The copy knows nothing of who is erased later, and there may be no next backup for long.

    Raises:
        OSError: it cannot be removed.
    """
    if (data_dir / _LOCK).exists():
        with suppress(SettingsError), _alone(data_dir):
            pass


@dataclass(frozen=True, slots=True)
class Scratch:
    """A folder in which a backup is looked at.

    Attributes:
        folder: has the files by their names.
        undo: gives back what is not in it.
    """

    folder: Path
    undo: ExitStack

    def new_file(self, name: str) -> BinaryIO:
        """Make a file of a backup: the database on the disk, keys in memory alone, which goes with the process."""
        if name == DATABASE:
            return new_file(self.folder / name)
        descriptor = os.memfd_create(name)
        self.undo.callback(os.close, descriptor)
        os.fchmod(descriptor, 0o600)
        (self.folder / name).symlink_to(f"/proc/self/fd/{descriptor}")
        return os.fdopen(os.dup(descriptor), "wb")


@contextmanager
def scratch() -> Iterator[Scratch]:
    """Make the folder in ``TMPDIR``, and remove those that processes left that were killed. Raises OSError."""
    for left in Path(gettempdir()).glob(f"{_SCRATCH}*"):
        _remove_unless_held(left)
    with ExitStack() as undo:
        folder = _held(undo)
        undo.callback(shutil.rmtree, folder)
        yield Scratch(folder, undo)


def _held(undo: ExitStack) -> Path:
    """Make a folder that is locked as long as its process lives: it was left if it is not."""
    while True:
        folder = Path(mkdtemp(prefix=_SCRATCH))
        with suppress(FileNotFoundError):  # another one took it for left before it was locked
            descriptor = os.open(folder, os.O_RDONLY)
            undo.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.path.samestat(os.fstat(descriptor), folder.stat()):
                return folder


def _remove_unless_held(folder: Path) -> None:
    with suppress(OSError):  # another user's, held, or gone meanwhile
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(descriptor).st_uid == os.getuid():
                shutil.rmtree(folder)
        finally:
            os.close(descriptor)


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    with (data_dir / _LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(f"another backup of {data_dir} is being taken; wait until it is done") from None
        for left in data_dir.glob(f"{_PREFIX}*"):
            shutil.rmtree(left)
        yield
