"""Where a backup is made: a folder beside the database with a copy of it, and of the keys, until it is done."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from idverify.domain.errors import SettingsError

_PREFIX, _LOCK = ".backup-", "backup.lock"


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
