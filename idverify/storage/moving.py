"""A register moves to a database of the other kind: all of it, held against the former before anything is committed.

The former stays as it is. What ends this half-way leaves the new one empty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Table, select

from idverify.domain.errors import StoredDataError
from idverify.domain.model import LogHead, TrailHead
from idverify.ports import Deadline
from idverify.storage.table_copy import copied_tables, copy_in, copy_out
from idverify.storage.trail.audit_trail import AuditView
from idverify.storage.trail.log_tree import LogView
from idverify.storage.vault import Vault
from idverify.trust.sealing import MasterKeys
from idverify.trust.secret_file import sync_folder

Progress = Callable[[str, int, int], object]
"""Told what is done, and how many of how many rows."""

_BATCH = 1000
_MODULUS = 1 << 256


@dataclass(frozen=True, slots=True)
class Moved:
    """What is in the new database.

    Attributes:
        rows: of each table.
        trail: the end of the audit trail, in both.
        log: size and root of its log, in both.
    """

    rows: Mapping[str, int]
    trail: TrailHead
    log: LogHead


def move_into_server(file: Path, url: str, keys: MasterKeys, deadline: Deadline, progress: Progress) -> Moved:
    """Fill an empty PostgreSQL database with what is in a file of SQLite: in one transaction.

    Args:
        file: with the tables of this version of the program, and no server at work on it.
        url: of the database.
        keys: the service's.
        deadline: asked now and then.
        progress: told how far it is.

    Raises:
        SettingsError: the database has tables already.
        DomainError: STORE_UNAVAILABLE, STORE_NOT_WRITABLE.
        StoredDataError: what came there is not what was here, or cannot be read.
    """
    checked: list[Moved] = []

    def check(source: Connection, to: Connection) -> None:
        checked.append(_require_same(source, to, Vault(keys), deadline, progress))

    copy_in(file, url, partial(progress, "copy"), check)
    return checked[0]


def move_into_file(url: str, file: Path, keys: MasterKeys, deadline: Deadline, progress: Progress) -> Moved:
    """Copy a PostgreSQL database into a file of SQLite, which comes to its place last.

    Args:
        url: of the database, with the tables of this version of the program, and no server at work on it.
        file: there is none.
        keys: the service's.
        deadline: asked now and then.
        progress: told how far it is.

    Raises:
        DomainError, StoredDataError: as above.
        OSError: the file is there, or cannot be made.
    """
    checked: list[Moved] = []

    def check(source: Connection, to: Connection) -> None:
        checked.append(_require_same(source, to, Vault(keys), deadline, progress))

    working = file.with_name(f".{file.name}.moving")
    _remove(working)  # what a process left that was killed
    try:
        copy_out(url, working, partial(progress, "copy"), check)
        working.rename(file)
    except BaseException:
        _remove(working)
        raise
    sync_folder(file.parent)
    return checked[0]


def _require_same(source: Connection, to: Connection, vault: Vault, deadline: Deadline, progress: Progress) -> Moved:
    """Read both, and recompute trail, log and rows of the new one."""
    rows = _require_same_rows(source, to, deadline, progress)
    trail, log = AuditView(to, vault), LogView(to, vault)
    if (trail.head(), log.head()) != (AuditView(source, vault).head(), LogView(source, vault).head()):
        raise StoredDataError("the audit trail does not end where it did")
    broken = trail.check().first_broken
    found = [f"event {broken} of the audit trail does not fit"] if broken else log.findings(deadline)
    found += trail.compare_rows(deadline, add_up=True)
    if found:
        raise StoredDataError("; ".join(found))
    return Moved(rows, trail.head(), log.head())


def _require_same_rows(source: Connection, to: Connection, deadline: Deadline, progress: Progress) -> dict[str, int]:
    """Compare every table, in whatever order each database gives its rows; return how many there are."""
    counts = {}
    for place, table in enumerate(tables := copied_tables(), 1):
        count, digest = _rows_of(source, table, deadline)
        if _rows_of(to, table, deadline) != (count, digest):
            raise StoredDataError(f"the rows of the table {table.name} are not those that were read")
        counts[table.name] = count
        progress("compare", place, len(tables))
    return counts


def _rows_of(connection: Connection, table: Table, deadline: Deadline) -> tuple[int, int]:
    """Return how many rows there are, and the sum of their digests: no order is the same in both kinds of database."""
    count = total = 0
    for content in _contents(connection, table):
        count += 1
        total = (total + int.from_bytes(hashlib.sha256(content).digest())) % _MODULUS
        if count % _BATCH == 0:
            deadline.check()
    return count, total


def _contents(connection: Connection, table: Table) -> Iterator[bytes]:
    for row in connection.execute(select(table), execution_options={"yield_per": _BATCH}):
        yield repr(tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)).encode()


def _remove(working: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        working.with_name(f"{working.name}{end}").unlink(missing_ok=True)
