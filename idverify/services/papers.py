"""How many papers nobody had to bring, and where officers vouched: per procedure, agency and month."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import DisclosureCount, PresenceCount, Procedure, RecordOutcome
from idverify.ports import Clock, Store, UnitOfWork
from idverify.services.calls.call import Call

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_FIRST, _LAST = "0000-01", "9999-12"


def count_disclosures(
    uow: UnitOfWork,
    clock: Clock,
    call: Call,
    procedure: Procedure,
    outcomes: Iterable[RecordOutcome],
    saved_before: Collection[str] = (),
) -> None:
    """Count what is disclosed, in the transaction that discloses it.

    Of the types in ``saved_before`` the paper was saved already: they are disclosed again.
    """
    month = day_in_viet_nam(clock.now()).strftime("%Y-%m")
    for outcome in outcomes:
        if outcome.record is not None:
            agency, kind = call.context.agency_code, outcome.record_type
            saved = outcome.whole and bool(outcome.paper) and kind not in saved_before
            uow.disclosures.count(DisclosureCount(month, procedure.code, agency, kind, 1, int(saved)))


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
        months = _asked(call, first_month, last_month)
        with self.store.reading() as view:
            return [each for each in view.disclosures.between(*months) if call.caller.sees(each.agency_code)]

    def presences(self, call: Call, first_month: str, last_month: str) -> list[PresenceCount]:
        """Return how often officers vouched in some months, in order; as :meth:`between`."""
        months = _asked(call, first_month, last_month)
        with self.store.reading() as view:
            return [each for each in view.presences.between(*months) if call.caller.sees(each.agency_code)]


def _asked(call: Call, first_month: str, last_month: str) -> tuple[str, str]:
    call.deadline.check()
    for name, month in (("first_month", first_month), ("last_month", last_month)):
        if month and not _MONTH.fullmatch(month):
            raise DomainError(Reason.FIELD_INVALID, f"{name} must be YYYY-MM", {"field": name})
    months = first_month or _FIRST, last_month or _LAST
    if months[1] < months[0]:
        raise DomainError(Reason.FIELD_INVALID, "last_month lies before first_month", {"field": "last_month"})
    return months
