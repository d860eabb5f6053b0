"""Giving a folder back what was in it before, whoever writes into it meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.waiting import wait_until


def exchange(folder: Path, kept: Path) -> None:
    """Put away what is in a folder, and put into it what was put away when this was done before.

    Args:
        folder: if it is not there, nothing is done; the first time it keeps what it has.
        kept: where that is put away, beside it.
    """
    if not folder.exists():
        return
    now, gone = (kept.with_name(f"{kept.name}-{age}") for age in ("now", "gone"))
    wait_until(lambda: _copied(folder, now))
    if kept.exists():
        wait_until(lambda: _replaced(folder, kept, gone))
    now.rename(kept)


def _replaced(folder: Path, other: Path, gone: Path) -> bool:
    """Put another folder in place of one; return False if who writes had made it anew meanwhile."""
    # Moved away whole before it is deleted: of what is written into it meanwhile some would stay.
    shutil.rmtree(gone, ignore_errors=True)
    try:
        folder.rename(gone)
        other.rename(folder)
    except OSError:
        return False
    shutil.rmtree(gone, ignore_errors=True)
    return True


def _copied(source: Path, target: Path) -> bool:
    """Copy a folder; return False if a file went meanwhile, as one does that is replaced by another."""
    shutil.rmtree(target, ignore_errors=True)
    try:
        shutil.copytree(source, target)
    except shutil.Error:
        return False
    return True
