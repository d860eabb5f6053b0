"""When a backup was taken last, noted beside the database for whoever watches; in no backup."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from idverify.domain.errors import StoredDataError
from idverify.trust.secret_file import replace_secret_file

_NAME = "last-backup"


def note_taken(data_dir: Path, taken: datetime) -> None:
    """Note that a backup of that moment was written, whole. Raises OSError."""
    replace_secret_file(data_dir / _NAME, f"{taken.isoformat()}\n".encode("ascii"))


def last_taken(data_dir: Path) -> datetime | None:
    """Return of which moment the newest backup is; None: none was taken.

    Raises:
        StoredDataError: it does not say so.
        OSError: it cannot be read.
    """
    try:
        taken = datetime.fromisoformat((data_dir / _NAME).read_text("ascii").strip())
    except FileNotFoundError:
        return None
    except ValueError:
        taken = None
    if taken is None or taken.tzinfo is None:
        raise StoredDataError(f"{data_dir / _NAME} does not say when a backup was taken; take one, or remove it")
    return taken
