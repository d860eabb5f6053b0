"""How often what was disclosed: numbers only, nothing of anybody."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from idverify.domain.model import DisclosureCount
from idverify.storage.failures import refuse_write
from idverify.storage.tables import disclosures


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
        columns = disclosures.c
        this = (
            (columns.month == what.month)
            & (columns.procedure_code == what.procedure_code)
            & (columns.agency_code == what.agency_code)
            & (columns.record_type == what.record_type)
        )
        more = {
            "disclosed": columns.disclosed + what.disclosed,
            "papers_saved": columns.papers_saved + what.papers_saved,
        }
        if not self._connection.execute(update(disclosures).where(this).values(more)).rowcount:
            row = {
                "month": what.month,
                "procedure_code": what.procedure_code,
                "agency_code": what.agency_code,
                "record_type": what.record_type,
                "disclosed": what.disclosed,
                "papers_saved": what.papers_saved,
            }
            self._connection.execute(insert(disclosures).values(row))
