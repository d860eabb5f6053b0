"""Whether citizens, templates, records, clients and catalogue are those that the service left."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection

from idverify.domain.findings import ACCEPT, Finding
from idverify.storage.trail.tally import row_counts, tally_rows
from idverify.storage.trail.trail_end import RegisterState
from idverify.storage.vault import Vault

_NAMES = {
    "subjects": "citizens",
    "encounters": "encounters",
    "templates": "templates",
    "images": "images",
    "records": "versions of records",
    "clients": "registered clients",
    "consents": "consents",
    "catalogue": "versions of the catalogue",
    "confirmations": "confirmations",
    "citizen_changes": "changes of citizens",
    "former_numbers": "former numbers",
    "virtual_numbers": "virtual numbers",
    "presences": "exceptions and paper slips of citizens",
    "citizen_pins": "PINs",
    "slips": "paper slips",
    "legal_holds": "legal holds",
    "subject_requests": "requests of citizens",
    "devices": "registered devices",
    "reference_encounters": "encounters of references",
    "reference_galleries": "entries of galleries",
    "held_acts": "acts that wait for a second person",
}


def miscounted(found: dict[str, int], expected: dict[str, int]) -> Iterator[Finding]:
    """Say of which tables there are more or fewer rows."""
    wrong = [
        f"{found[name]} {_NAMES[name]} instead of {count}" for name, count in expected.items() if found[name] != count
    ]
    if wrong:
        yield Finding("ROWS_DIFFER", _ROWS_DIFFER.format(", ".join(wrong)), acceptable=True)


def row_findings(
    connection: Connection, vault: Vault, left: RegisterState, each: Callable[[], object] | None
) -> Iterator[Finding]:
    """Compare the rows with what was left.

    Args:
        connection: in a transaction with one view.
        vault: for the marks of rows.
        left: what the service left.
        each: called now and then while every row is added up; None: they are only counted.
    """
    counts = row_counts(connection)
    # A newer version may have counted tables that this one does not know.
    found = list(miscounted(counts, {name: left.tallies[name].count for name in left.tallies if name in counts}))
    if not found and each is not None:
        sums = tally_rows(connection, vault, each, left.places)
        if wrong := [_NAMES[name] for name in sums if sums[name] != left.tallies[name]]:
            found.append(Finding("ROWS_EXCHANGED", _ROWS_EXCHANGED.format(", ".join(wrong)), acceptable=True))
    yield from found


_ROWS_DIFFER = (
    f"rows were removed or added past the service: the database holds {{}}. Restore the database from a copy; {ACCEPT}"
)
_ROWS_EXCHANGED = f"rows were exchanged past the service, among: {{}}. Restore the database from a copy; {ACCEPT}"
