"""What a bulk enrolment has done so far: a file that only grows, and from which it goes on after any interruption.

JSON lines: first ``{"format": ..., "id": UUID}``, then one line a request that came to an end. The requests' ids follow
from the journal's id and the requests' content: a call whose line was never written is repeated under its first id, and
the service answers it without doing it again. No names, numbers or prints are in it: only digests and what the service
answered.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

FORMAT = "idverify-bulk-journal-1"


class JournalError(Exception):
    """The journal cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """How a request ended.

    Attributes:
        key: digest of its content, hexadecimal.
        reason: why it was refused; empty: it was not.
        subject_id: whom it enrolled, by internal identifier.
        left_out: prints that were too poor and left out.
    """

    key: str
    reason: str = ""
    subject_id: str = ""
    left_out: int = 0


class Journal:
    """An open journal. Thread-safe; one process at a time. Use it in a ``with`` block."""

    def __init__(self, path: Path) -> None:
        """Open or begin a journal.

        Raises:
            JournalError: another process uses it, or it is not a journal.
            OSError: it cannot be read or made.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock()
        self._file = path.open("a+b")
        try:
            self._claim(path)
            self.id, self._entries = self._read(path)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let other processes have it."""
        self._file.close()

    def find(self, key: str) -> Entry | None:
        """Return how a request ended, None if it did not yet."""
        with self._lock:
            return self._entries.get(key)

    def add(self, entry: Entry) -> None:
        """Write down how a request ended; it is on disk when this returns."""
        with self._lock:
            self._append(asdict(entry))
            self._entries[entry.key] = entry

    def request_id(self, key: str) -> str:
        """Return the id under which a request is sent, however often."""
        return str(uuid.uuid5(self.id, key))

    def _claim(self, path: Path) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JournalError(f"{path} is in use by another process") from None

    def _read(self, path: Path) -> tuple[uuid.UUID, dict[str, Entry]]:
        self._file.seek(0)
        content = self._file.read()
        complete = content[: content.rfind(b"\n") + 1]
        if len(complete) < len(content):
            # A line without an end was being written when the power went: its request will be repeated.
            self._file.truncate(len(complete))
        lines = complete.splitlines()
        if not lines:
            journal = uuid.uuid4()
            self._append({"format": FORMAT, "id": str(journal)})
            return journal, {}
        try:
            head = json.loads(lines[0])
            if head["format"] != FORMAT:
                raise JournalError(f"{path} is a journal of another version")
            entries = [Entry(**json.loads(line)) for line in lines[1:]]
            return uuid.UUID(head["id"]), {entry.key: entry for entry in entries}
        except (ValueError, KeyError, TypeError):
            raise JournalError(f"{path} is not a journal of bulk enrolment, or was damaged") from None

    def _append(self, line: dict[str, object]) -> None:
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
