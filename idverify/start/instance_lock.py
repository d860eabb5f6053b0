"""One server a data folder: a second one would search a gallery that does not know what the first enrols."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from idverify.domain.errors import SettingsError
from idverify.trust.secret_file import make_folder


@contextmanager
def only_instance(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, making the folder if it is missing. The lock ends with the process, however it ends.

    Raises:
        SettingsError: another server holds it.
        OSError: the folder cannot be made or written.
    """
    make_folder(folder, 0o700)
    with (folder / "server.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(
                f"another server works on {folder}; stop it, or choose another data_dir (or server_name)"
            ) from None
        yield
