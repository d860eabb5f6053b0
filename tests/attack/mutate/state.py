"""What is in the database and in the gallery: what a refused request must leave as it was."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from idverify.matching.gallery import MatcherGallery
from idverify.storage.tables import metadata

_GROWING = {"replies": "reply_bodies", "samples": "seen_samples", "probes": "recent_probes"}
"""Bookkeeping to which only an answer may add; old rows go by themselves."""

_TO_REFUSALS = {"audit", "audit_head", "audit_floor", "log_hashes", "attempts", "replies"}
_TABLES = sorted(metadata.tables.keys() - _TO_REFUSALS - set(_GROWING.values()))
"""All others."""

EVERYTHING = frozenset({"gallery", *_TABLES, *_GROWING})
"""All that may have changed, by name."""


@dataclass(frozen=True, slots=True)
class State:
    """A moment of it. The trail and the counts of tries and of reading are no part of it: refusals go
    there.

    Attributes:
        content: digest of every table, and of what can be found in the gallery.
        last: number of the last row of what only grows.
    """

    content: Mapping[str, bytes]
    last: Mapping[str, int]

    def changed_since(self, former: State) -> set[str]:
        """Return what is not as it was."""
        content = {name for name, digest in self.content.items() if digest != former.content[name]}
        return content | {name for name, number in self.last.items() if number > former.last[name]}


class Watch:
    """Looks past the service at what it has.

    Args:
        database: its file.
        gallery: its gallery.
    """

    def __init__(self, database: Path, gallery: MatcherGallery) -> None:
        self._connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        rows = [self._rows(table) for table in _TABLES]
        last = [f"(SELECT coalesce(max(rowid), 0) FROM {table})" for table in _GROWING.values()]
        self._query = f"SELECT {', '.join([*rows, *last])}"
        self._gallery = gallery
        self._seen: tuple[int, int] | None = None

    def moved(self) -> bool:
        """Tell whether anything at all was committed, or added to or removed from the gallery, since the last time."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        seen, self._seen = self._seen, (version, self._gallery.changes)
        return seen != self._seen

    def state(self) -> State:
        """Return how it is now."""
        found = self._connection.execute(self._query).fetchone()
        texts, last = found[: len(_TABLES)], found[len(_TABLES) :]
        content = {table: _digest((text or "").encode()) for table, text in zip(_TABLES, texts, strict=True)}
        content["gallery"] = _digest(self._gallery.entry_ids().tobytes())
        return State(content, dict(zip(_GROWING, last, strict=True)))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _rows(self, table: str) -> str:
        """Return a query for all of a table as one text, which the database makes quicker than we would."""
        columns = [column[1] for column in self._connection.execute(f"PRAGMA table_info({table})")]
        row = " || ',' || ".join(f"quote({column})" for column in columns)
        return f"(SELECT group_concat(row, ';') FROM (SELECT {row} AS row FROM {table} ORDER BY 1))"


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
