"""When a backup was taken last is known, or it is said that it is not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from idverify.domain.errors import StoredDataError
from idverify.start.backup.last_taken import last_taken, note_taken


def test_the_last_one_holds(tmp_path: Path) -> None:
    assert last_taken(tmp_path) is None
    for day in (1, 2):
        note_taken(tmp_path, datetime(2026, 3, day, 4, 5, 6, 789, tzinfo=UTC))
    assert last_taken(tmp_path) == datetime(2026, 3, 2, 4, 5, 6, 789, tzinfo=UTC)
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"yesterday", b"2026-03-02T04:05:06", b"\xff"])
def test_what_says_no_time_is_named(tmp_path: Path, content: bytes) -> None:
    note_taken(tmp_path, datetime(2026, 3, 1, tzinfo=UTC))
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    with pytest.raises(StoredDataError, match="last-backup does not say"):
        last_taken(tmp_path)
