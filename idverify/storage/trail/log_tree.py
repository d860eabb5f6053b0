"""The log over the audit trail: one entry an event, appended in the transaction that appends the event.

Of the Merkle tree the entries lie in the database and, for each level of tiles above them, the roots of full tiles: one
row an event and one more in 256. The size and the root are sealed with the end of the trail. What an append needs
besides, the roots of some full subtrees, a running service remembers, and a starting one reads from the last tiles; of
several servers each reads what others appended since.

Entries stay when their events are archived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from idverify.domain.errors import StoredDataError
from idverify.domain.model import LogHead, LogProof
from idverify.ports import Deadline
from idverify.storage.statement import Statement
from idverify.storage.tables import audit, log_hashes
from idverify.storage.trail.trail_end import read_end
from idverify.storage.trail.trail_guard import TrailGuard
from idverify.storage.vault import Vault
from idverify.trust.log.merkle import Frontier, is_included, leaf_hash
from idverify.trust.log.proofs import Tree

_BATCH = 1000
_ADD = Statement(insert(log_hashes), ["level", "position", "hash"])
_BETWEEN = Statement(
    select(log_hashes.c.hash)
    .where(log_hashes.c.level == bindparam("level"))
    .where(log_hashes.c.position.between(bindparam("first"), bindparam("last")))
    .order_by(log_hashes.c.position)
)
_MOST_OTHERS = 64
"""Entries that are read one by one; of a tile with its 256 there are half as many on the average."""
_CHANGED = "the log of the audit trail was changed past the service"


class LogView:
    """The log, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def head(self) -> LogHead:
        """Return where the log ends.

        Raises:
            StoredDataError: the end of the trail was tampered with.
        """
        state = read_end(self._connection, self._vault).state
        if state is None or state.log is None:
            raise StoredDataError("the database has no log of its audit trail yet")
        return state.log

    def proof(self, sequence: int, at: LogHead, *, whole: bool) -> LogProof | None:
        """Return the proof that an event is in the log, having checked it.

        Args:
            sequence: of the event.
            at: the state of the log for which it holds; the last one, or one of before.
            whole: the event is opened to whom it is about and to its figures, not only to what its caller was told.

        Returns:
            The proof; None: there is no such event, it came before the log or after ``at``, or it is in an archive.

        Raises:
            StoredDataError: the log was changed past the service.
        """
        index = sequence - at.after - 1
        query = select(audit.c.payload).where(audit.c.sequence == sequence)
        payload = self._connection.execute(query).scalar_one_or_none()
        if payload is None or not 0 <= index < at.size:
            return None
        opened = self._vault.log_opening(sequence, payload)
        path = self._tree(at.size).inclusion(index)
        if not is_included(leaf_hash(opened.entry()), index, at.size, path, at.root):
            raise StoredDataError(f"{_CHANGED}, at event {sequence}")
        return LogProof(index, tuple(path), (opened if whole else opened.for_caller()).as_extra())

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the proof that the log with ``new`` entries goes on from the one with ``old``; it has so many."""
        return tuple(self._tree(new).consistency(old))

    def findings(self, deadline: Deadline) -> list[str]:
        """Recompute the whole log, from its entries and the events that are there; say what is wrong with it.

        Args:
            deadline: asked now and then: some ten seconds for a million events.

        Raises:
            StoredDataError: the end of the trail was tampered with.
        """
        log, frontier = self.head(), Frontier()
        try:
            for entry, sequence, payload in _entries(self._connection, log, deadline.check):
                frontier, completed = frontier.appended(leaf_hash(entry))
                sound = payload is None or self._vault.log_opening(sequence, payload).entry() == entry
                if not sound or any(
                    _hashes(self._connection, level, at, 1) != [whole] for level, at, whole in completed
                ):
                    return [f"{_CHANGED}, at event {sequence}"]
        except StoredDataError as error:
            return [str(error)]
        return [] if frontier.root() == log.root else [_CHANGED]

    def root(self, size: int) -> bytes:
        """Return the root of the log as it was with so many entries."""
        return self._tree(size).root()

    def tile(self, level: int, number: int, width: int) -> Sequence[bytes]:
        """Return the first so many hashes of a tile."""
        hashes = _hashes(self._connection, level, number << 8, width)
        return hashes if level else [leaf_hash(entry) for entry in hashes]

    def entries(self, first: int, count: int) -> Sequence[bytes]:
        """Return some entries, by the first of them, from 0."""
        return _hashes(self._connection, 0, first, count)

    def _tree(self, size: int) -> Tree:
        return Tree(size, self.tile)


class LogWriter:
    """Appends to the log, in one transaction; :meth:`flush` writes what was appended."""

    def __init__(self, connection: Connection, vault: Vault, guard: TrailGuard) -> None:
        self._connection = connection
        self._vault = vault
        self._guard = guard
        self._rows: list[dict[str, Any]] = []

    def append(self, log: LogHead, sequence: int, payload: str) -> LogHead:
        """Append the entry of the event that follows, and return where the log ends then.

        Args:
            log: where it ends.
            sequence: of the event.
            payload: its canonical JSON.

        Raises:
            StoredDataError: the log was changed past the service.
        """
        frontier = self._frontier(log)
        entry = self._vault.log_opening(sequence, payload).entry()
        self._put(0, frontier.size, entry)
        frontier, completed = frontier.appended(leaf_hash(entry))
        for level, position, whole in completed:
            self._put(level, position, whole)
        log = LogHead(log.after, frontier.size, frontier.root())
        self._guard.logs.append((log, frontier))
        return log

    def flush(self) -> None:
        """Write what was appended."""
        if self._rows:
            _ADD.execute_many(self._connection, self._rows)
            self._rows = []

    def _frontier(self, log: LogHead) -> Frontier:
        """Return what is remembered of just this log, or what others went on from it, or else read it all.

        What was rolled back leads to another root, and is no longer asked for.
        """
        for known, frontier in reversed(self._guard.logs):
            if known == log:
                return frontier
            gone_on = self._gone_on(log, known, frontier)
            if gone_on is not None:
                return gone_on
        frontier = Tree(log.size, LogView(self._connection, self._vault).tile).frontier()
        if frontier.root() != log.root:
            raise StoredDataError(_CHANGED)
        return frontier

    def _gone_on(self, log: LogHead, known: LogHead, frontier: Frontier) -> Frontier | None:
        """Return where a log leads with the entries that others appended; None: to another, or they are many."""
        if known.after != log.after or not 0 < log.size - known.size <= _MOST_OTHERS:
            return None
        for entry in _hashes(self._connection, 0, known.size, log.size - known.size):
            frontier, _ = frontier.appended(leaf_hash(entry))
        return frontier if frontier.root() == log.root else None

    def _put(self, level: int, position: int, value: bytes) -> None:
        self._rows.append({"level": level, "position": position, "hash": value})


def _entries(
    connection: Connection, log: LogHead, each: Callable[[], object]
) -> Iterator[tuple[bytes, int, str | None]]:
    """Yield the entries in order, each with the number of its event, and with its text if that is there."""
    for start in range(0, log.size, _BATCH):
        each()
        numbers = range(start, min(start + _BATCH, log.size))
        sequences = audit.c.sequence.between(log.after + numbers[0] + 1, log.after + numbers[-1] + 1)
        rows = connection.execute(select(audit.c.sequence, audit.c.payload).where(sequences))
        payloads: dict[int, str] = {row.sequence: row.payload for row in rows}
        for number, entry in zip(numbers, _hashes(connection, 0, numbers[0], len(numbers)), strict=True):
            yield entry, log.after + number + 1, payloads.get(log.after + number + 1)


def _hashes(connection: Connection, level: int, first: int, count: int) -> list[bytes]:
    """Return hashes of one level in order. Raises StoredDataError if one is not there."""
    rows = _BETWEEN.all(connection, level=level, first=first, last=first + count - 1)
    hashes = [bytes(row.hash) for row in rows]
    if len(hashes) != count:
        raise StoredDataError(f"{_CHANGED}: there are {len(hashes)} hashes instead of {count}")
    return hashes
