"""How many papers nobody had to bring: per procedure, agency and month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.disclosure_line import DisclosureLine, Verdict
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import DisclosureCount, Procedure
from idverify.ports import Clock, Store, UnitOfWork
from idverify.services.calls.call import Call

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_FIRST, _LAST = "0000-01", "9999-12"


def count_disclosures(
    uow: UnitOfWork, clock: Clock, call: Call, procedure: Procedure, lines: Iterable[DisclosureLine]
) -> None:
    """Count what is disclosed, in the transaction that discloses it."""
    month = day_in_viet_nam(clock.now()).strftime("%Y-%m")
    for line in lines:
        if line.verdict is Verdict.DISCLOSED:
            agency, record_type = call.context.agency_code, line.access.record_type
            uow.disclosures.count(DisclosureCount(month, procedure.code, agency, record_type, 1, int(line.saves_paper)))


@dataclass(frozen=True, slots=True)
class PapersService:
    """Reports the counts."""

    store: Store

    def between(self, call: Call, first_month: str, last_month: str) -> list[DisclosureCount]:
        """Return the counts of some months, in order.

        Args:
            call: whose deadline counts.
            first_month: YYYY-MM; empty: from the first on.
            last_month: YYYY-MM; empty: up to the last.

        Raises:
            DomainError: FIELD_INVALID.
        """
        call.deadline.check()
        for name, month in (("first_month", first_month), ("last_month", last_month)):
            if month and not _MONTH.fullmatch(month):
                raise DomainError(Reason.FIELD_INVALID, f"{name} must be YYYY-MM", {"field": name})
        with self.store.reading() as view:
            return view.disclosures.between(first_month or _FIRST, last_month or _LAST)
