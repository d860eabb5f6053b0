"""How many rows there are, and which: so that a row that was taken out, put in or exchanged past the service shows.

Of each table a number of rows and a keyed multiset hash are kept: the sum modulo 2^256 of the HMACs of what tells each
row from all others (MSet-Add-Hash of Clarke, Devadas, van Dijk, Gassend and Suh, "Incremental Multiset Hash Functions
and Their Application to Memory Integrity Checking", ASIACRYPT 2003). A row that comes or goes costs one addition. The
sums are sealed where they are stored: who sees none cannot look for other rows that give the same.

What a row holds is sealed to its place, so that the sums need to cover nothing but the places; of a confirmation, of
which nothing is sealed, they cover all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Text, func, inspect, select, type_coerce

from idverify.storage.tables import (
    catalogue,
    citizen_changes,
    citizen_pins,
    clients,
    confirmations,
    consents,
    devices,
    encounters,
    former_numbers,
    held_acts,
    images,
    legal_holds,
    presences,
    records,
    reference_encounters,
    reference_galleries,
    slips,
    subject_requests,
    subjects,
    templates,
    virtual_numbers,
)
from idverify.storage.vault import Vault

_MODULUS = 1 << 256
_BATCH = 10_000

PLACES: Mapping[str, tuple[ColumnElement[Any], ...]] = {
    "subjects": (subjects.c.subject_id, subjects.c.number_hash),
    "templates": (templates.c.template_id, templates.c.subject_id, templates.c.encounter_id, templates.c.place),
    "images": (images.c.encounter_id, images.c.place, images.c.subject_id),
    "records": (records.c.subject_id, records.c.record_type, records.c.version),
    "clients": (clients.c.name, clients.c.version),
    "devices": (devices.c.device_id, devices.c.version),
    "consents": (consents.c.consent_id, consents.c.subject_id, consents.c.version),
    "catalogue": (catalogue.c.kind, catalogue.c.code, catalogue.c.version),
    # The ordinal is the bit of the status list, and by citizen, client and consent it is revoked.
    "confirmations": (
        confirmations.c.ordinal,
        confirmations.c.confirmation_id,
        confirmations.c.subject_id,
        confirmations.c.client,
        confirmations.c.consent_ref,
        type_coerce(confirmations.c.expires, Text),
        confirmations.c.version,
    ),
    "citizen_changes": (citizen_changes.c.subject_id, citizen_changes.c.version),
    "former_numbers": (former_numbers.c.number_hash, former_numbers.c.subject_id),
    "virtual_numbers": (virtual_numbers.c.number_hash, virtual_numbers.c.subject_id, virtual_numbers.c.version),
    "presences": (presences.c.presence_id, presences.c.subject_id),
    "citizen_pins": (citizen_pins.c.subject_id, citizen_pins.c.version),
    "slips": (slips.c.serial, slips.c.version),
    "legal_holds": (legal_holds.c.hold_id, legal_holds.c.version),
    "subject_requests": (subject_requests.c.subject_request_id, subject_requests.c.version),
    "encounters": (encounters.c.encounter_id, encounters.c.subject_id),
    "held_acts": (held_acts.c.act_id, held_acts.c.version),
    "reference_encounters": (
        reference_encounters.c.encounter_id,
        reference_encounters.c.subject_id,
        reference_encounters.c.version,
    ),
    # Who took somebody out of a gallery, or out of searches, would be seen.
    "reference_galleries": (
        reference_galleries.c.gallery_hash,
        reference_galleries.c.encounter_id,
        reference_galleries.c.subject_id,
        reference_galleries.c.searched,
    ),
}
"""The tables that are counted, and the columns that tell a row from all others; the values go into stored sums."""

FORMER_PLACES: Mapping[str, tuple[ColumnElement[Any], ...]] = {
    **{name: columns for name, columns in PLACES.items() if name not in {"encounters", "held_acts"}},
    "confirmations": (confirmations.c.confirmation_id, confirmations.c.version),
}
"""As a former version of the program had them; see :func:`renewed`."""

OF_CITIZENS = (
    *("subjects", "encounters", "templates", "images", "records", "consents"),
    *("citizen_changes", "former_numbers", "virtual_numbers", "citizen_pins", "presences"),
    *("reference_encounters", "reference_galleries"),
)
"""Those of them whose rows go with the citizen."""

TABLES: Mapping[str, Table] = {
    "subjects": subjects,
    "encounters": encounters,
    "templates": templates,
    "images": images,
    "records": records,
    "clients": clients,
    "consents": consents,
    "catalogue": catalogue,
    "confirmations": confirmations,
    "citizen_changes": citizen_changes,
    "former_numbers": former_numbers,
    "virtual_numbers": virtual_numbers,
    "presences": presences,
    "citizen_pins": citizen_pins,
    "slips": slips,
    "legal_holds": legal_holds,
    "subject_requests": subject_requests,
    "devices": devices,
    "held_acts": held_acts,
    "reference_encounters": reference_encounters,
    "reference_galleries": reference_galleries,
}
"""The tables, by the same names."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A number of rows, and the sum of their marks modulo 2^256."""

    count: int = 0
    total: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Return the tally of both."""
        return Tally(self.count + other.count, (self.total + other.total) % _MODULUS)

    def __sub__(self, other: Tally) -> Tally:
        """Return what this one has more than another."""
        return Tally(self.count - other.count, (self.total - other.total) % _MODULUS)


Tallies = Mapping[str, Tally]
"""By name of the table."""

NOTHING: Tallies = dict.fromkeys(PLACES, Tally())


class RowChanges:
    """What one transaction adds and takes away."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._tallies: dict[str, Tally] = {}
        self.touched: list[tuple[str, tuple[Any, ...]]] = []
        """Every row that came or went, by its table and place."""

    def added(self, table: str, *place: Any) -> None:
        """Note a row that came, by the values of :data:`PLACES`."""
        self._note(table, place, Tally(1, self._vault.row_mark(table, place)))

    def removed(self, table: str, *place: Any) -> None:
        """Note a row that went."""
        self._note(table, place, Tally(-1, -self._vault.row_mark(table, place) % _MODULUS))

    def __bool__(self) -> bool:
        """Whether any row came or went; one that came again in the place of another was written anew."""
        return bool(self.touched)

    def applied(self, before: Tallies) -> Tallies:
        """Return the tallies after the transaction; those of tables that only a newer version knows stay."""
        return {**before, **{name: before[name] + change for name, change in self._tallies.items()}}

    def _note(self, table: str, place: tuple[Any, ...], change: Tally) -> None:
        self.touched.append((table, place))
        self._tallies[table] = self._tallies.get(table, Tally()) + change


def row_counts(connection: Connection) -> dict[str, int]:
    """Return how many rows there are, by table: from an index, tens of milliseconds for a million."""
    there = _there(connection)
    return {name: _count(connection, table) if name in there else 0 for name, table in TABLES.items()}


def tally_rows(
    connection: Connection,
    vault: Vault,
    each: Callable[[], object] = lambda: None,
    places: Mapping[str, tuple[ColumnElement[Any], ...]] = PLACES,
) -> dict[str, Tally]:
    """Count and add up every row there is: some seconds for a million; ``each`` is called every ten thousand."""
    there = _there(connection)
    return {
        name: _tally(connection, vault, name, columns, each) if name in there else Tally()
        for name, columns in places.items()
    }


def renewed(connection: Connection, vault: Vault, left: Tallies) -> Tallies:
    """Return by :data:`PLACES` what a former version left by its own.

    What differs from the rows that are there goes on to differ as much: nothing is forgiven by going over.
    """
    others = ("confirmations", "encounters", "held_acts")
    now = tally_rows(connection, vault, places={name: PLACES[name] for name in others})
    former = tally_rows(connection, vault, places={"confirmations": FORMER_PLACES["confirmations"]})
    confirmed = now["confirmations"] + (left["confirmations"] - former["confirmations"])
    return {**left, **now, "confirmations": confirmed}


def _there(connection: Connection) -> set[str]:
    """Return which tables there are: a table of a later version than wrote the database is as good as empty."""
    return set(inspect(connection).get_table_names())


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _tally(
    connection: Connection,
    vault: Vault,
    table: str,
    columns: tuple[ColumnElement[Any], ...],
    each: Callable[[], object],
) -> Tally:
    count = total = 0
    # Not all at once in memory, where the driver allows it.
    result = connection.execute(select(*columns), execution_options={"yield_per": _BATCH})
    for batch in result.partitions():
        each()
        count += len(batch)
        total += sum(vault.row_mark(table, row) for row in batch)
    return Tally(count, total % _MODULUS)
