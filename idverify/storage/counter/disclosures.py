"""How often what was disclosed: numbers only, nothing of anybody."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, select, text

from idverify.domain.model import DisclosureCount
from idverify.storage.failures import refuse_write
from idverify.storage.statement import Statement
from idverify.storage.tables import disclosures

# In words, since each dialect has its own for it.
_COUNT = Statement(
    text(
        "INSERT INTO disclosures (month, procedure_code, agency_code, record_type, disclosed, papers_saved) "
        "VALUES (:month, :procedure_code, :agency_code, :record_type, :disclosed, :papers_saved) "
        "ON CONFLICT (month, procedure_code, agency_code, record_type) DO UPDATE SET "
        "disclosed = disclosures.disclosed + excluded.disclosed, "
        "papers_saved = disclosures.papers_saved + excluded.papers_saved"
    )
)


class DisclosuresView:
    """The counts, read-only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def between(self, first_month: str, last_month: str) -> list[DisclosureCount]:
        """Return the counts of some months, in order."""
        columns = disclosures.c
        query = (
            select(disclosures)
            .where(columns.month >= first_month, columns.month <= last_month)
            .order_by(columns.month, columns.procedure_code, columns.agency_code, columns.record_type)
        )
        return [DisclosureCount(*row) for row in self._connection.execute(query).all()]

    def count(self, what: DisclosureCount) -> None:
        """Refuse."""
        del what
        raise refuse_write()


class SqlDisclosures(DisclosuresView):
    """The counts, read and written in one transaction."""

    def count(self, what: DisclosureCount) -> None:
        """Add to the count of a month, procedure, agency and record type."""
        _COUNT.execute(self._connection, **asdict(what))
