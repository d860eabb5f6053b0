"""Whether every citizen's data key still opens: without it nothing of theirs does, whatever else is in its place.

No mark of a row covers the wrapped key (:mod:`idverify.storage.trail.row_marks`), and opening it is what a mark of it
would say: it is sealed to its citizen and to the master key that wraps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, select

from idverify.domain.errors import StoredDataError
from idverify.storage.tables import subjects
from idverify.storage.trail.naming import first_of, in_batches
from idverify.storage.vault import KEY_COLUMNS, Vault

_LOCKED = (
    "subjects: ordinal {}, subject_id {}: the data key does not open, and nothing of the citizen does without it: it "
    "was changed past the service, or its master key is missing. Restore the database from a copy"
)


def key_findings(connection: Connection, vault: Vault, each: Callable[[], object]) -> Iterator[str]:
    """Name the citizens whose data key does not open, by position and internal identifier; the first twenty.

    Args:
        connection: in a transaction.
        vault: opens the keys; one AES-256-GCM of 32 bytes a citizen.
        each: called every few hundred.
    """
    yield from first_of(_locked(connection, vault, each), "and more citizens")


def _locked(connection: Connection, vault: Vault, each: Callable[[], object]) -> Iterator[str]:
    query = select(subjects.c.ordinal, *KEY_COLUMNS).order_by(subjects.c.ordinal)
    for some in in_batches(connection, query):
        each()
        for row in some:
            try:
                vault.data_key(row)
            except StoredDataError:
                yield _LOCKED.format(row.ordinal, row.subject_id)
