"""A former revision of this project beside this one."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def revision(name: str) -> Iterator[Path]:
    """Give a block a folder with the files of a revision, by whatever Git knows it.

    Raises:
        OSError: there is no such revision, or this is no working copy of the project.
    """
    try:
        done = subprocess.run(["git", "archive", name], capture_output=True, check=True)  # noqa: S603, S607 - our own
    except subprocess.CalledProcessError as error:
        raise OSError(f"no files of {name}: {error.stderr.decode(errors='replace').strip()}") from None
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as files:
            files.extractall(folder, filter="data")
        yield Path(folder)
