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
        # Moved away whole before it is deleted: who writes into it meanwhile would have some of it stay.
        folder.rename(gone)
        kept.rename(folder)
        shutil.rmtree(gone, ignore_errors=True)
    now.rename(kept)


def _copied(source: Path, target: Path) -> bool:
    """Copy a folder; return False if a file went meanwhile, as one does that is replaced by another."""
    shutil.rmtree(target, ignore_errors=True)
    try:
        shutil.copytree(source, target)
    except shutil.Error:
        return False
    return True
