"""Whether a file was changed: by time, size and place on the disk, as editors and ``mv`` leave it."""

from __future__ import annotations

from pathlib import Path


class Changes:
    """Looks at one file. The first look counts from when this was made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._state()

    def any(self) -> bool:
        """Tell whether the file is another one than at the last look; one that is missing is no other one."""
        now = self._state()
        if now is None or now == self._seen:
            return False
        self._seen = now
        return True

    def _state(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino
