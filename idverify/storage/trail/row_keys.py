"""Whether every citizen's data key still opens: without it nothing of theirs does, whatever else is in its place.

No mark of a row covers the wrapped key (:mod:`idverify.storage.trail.row_marks`), and opening it is what a mark of it
would say: it is sealed to its citizen and to the master key that wraps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, select

from idverify.domain.errors import StoredDataError
from idverify.storage.tables import subjects
from idverify.storage.vault import KEY_COLUMNS, Vault

_BATCH = 500
_MOST_NAMED = 20
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
    query = select(subjects.c.ordinal, *KEY_COLUMNS).order_by(subjects.c.ordinal)
    named = 0
    with connection.execute(query, execution_options={"yield_per": _BATCH}) as rows:
        for some in rows.partitions():
            each()
            for row in some:
                try:
                    vault.data_key(row)
                except StoredDataError:
                    if named == _MOST_NAMED:
                        yield "and more citizens"
                        return
                    named += 1
                    yield _LOCKED.format(row.ordinal, row.subject_id)
