"""What can be lost of a register, or changed past the service while it is stopped, and what a start says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.register_kit import Register

Change = Callable[[Register], object]


@dataclass(frozen=True)
class Loss:
    """How to ``lose`` something of a register that ``Register.filled`` made, and the pattern of what is said of it."""

    lose: Change
    text: str


def _remove(name: str) -> Change:
    return lambda register: (register.folder / name).unlink()


def _empty_file(register: Register) -> None:
    register.database.write_bytes(b"")


def _tamper(*statements: str) -> Change:
    return lambda register: register.tamper(*statements)


_EMPTY_ALL = tuple(
    f"DELETE FROM {table}"
    for table in ("replies", "records", "templates", "encounters", "subjects", "catalogue", "audit", "audit_head")
)
_NEWEST = "(SELECT max(version) FROM records)"

LOSSES: dict[str, Loss] = {
    "database": Loss(_remove("idverify.db"), "the database is missing or empty"),
    "content of the database's file": Loss(_empty_file, "the database is missing or empty"),
    "all rows": Loss(_tamper(*_EMPTY_ALL), "the database is missing or empty"),
    "keys": Loss(_remove("keys.json"), r"keys\.json is missing, and without it the database"),
    "signing keys": Loss(_remove("signing-keys.json"), r"signing-keys\.json is missing"),
    "the trail's file": Loss(_remove("trail-head.json"), r"trail-head\.json is missing"),
    "the trail": Loss(_tamper("DELETE FROM audit", "DELETE FROM audit_head"), "trail was emptied beside 2 citizens"),
    "the end of the trail": Loss(_tamper("DELETE FROM audit_head"), "trail was emptied beside 2 citizens"),
    "the last event": Loss(
        _tamper("DELETE FROM audit WHERE sequence = 6"), "should end at event 6 and ends at event 5"
    ),
    "the end, moved": Loss(_tamper("UPDATE audit_head SET sequence = 5"), "not put where it is by this service"),
    "the count": Loss(_tamper("UPDATE audit_head SET state_sealed = NULL"), "the count of the rows was removed"),
    "the newest version of a record": Loss(
        _tamper(f"DELETE FROM records WHERE rowid = (SELECT rowid FROM records WHERE version = {_NEWEST} LIMIT 1)"),
        "3 versions of records instead of 4",
    ),
    "a template": Loss(_tamper("DELETE FROM templates WHERE template_id = 1"), "3 templates instead of 4"),
    "a citizen": Loss(
        _tamper(
            *(
                f"DELETE FROM {table} WHERE subject_id = (SELECT max(subject_id) FROM subjects)"
                for table in ("records", "templates", "encounters", "subjects")
            )
        ),
        "1 citizens instead of 2, 2 templates instead of 4",
    ),
    "a template, another in its place": Loss(
        _tamper("UPDATE templates SET template_id = 99 WHERE template_id = 1"),
        "rows were exchanged past the service, among: templates",
    ),
    "a record's newest version, junk in its place": Loss(
        _tamper(f"UPDATE records SET record_type = 'land' WHERE version = {_NEWEST}"),
        "rows were exchanged past the service, among: versions of records",
    ),
}  # fmt: skip
