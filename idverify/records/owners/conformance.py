"""The test that an agency runs against its own service: asked as a counter asks, it must answer as the protos say.

Each check says what it looked at and, where it fails, why: with the fault by which the service would tell a clerk, and
a detail for whoever mends it. The records asked for are those of made-up people whom the agency names.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from idverify.domain.errors import DomainError
from idverify.domain.model.owners import Fault, OwnedRecord, RecordQuery, SourceError, SourceRules
from idverify.domain.sources.answers import owned_record, require_not_before
from idverify.ports import Catalogue, RecordOwner

_AT_ONCE = 8
_NO_TYPE = "no_such_type"


@dataclass(frozen=True, slots=True)
class Check:
    """One check; ``why`` empty: it holds."""

    name: str
    why: str

    @property
    def holds(self) -> bool:
        """Whether the source does as it should."""
        return not self.why


@dataclass(frozen=True, slots=True)
class Subject:
    """What is tested, and with whom.

    Attributes:
        owner: the way to the source.
        rules: what is expected of it.
        record_type: that it keeps.
        known: number of somebody who has a record.
        other: number of somebody else who has one, so that a mix-up shows.
        unknown: number of somebody who has none.
    """

    owner: RecordOwner
    rules: SourceRules
    record_type: str
    known: str
    other: str
    unknown: str


def check_source(subject: Subject, catalogue: Catalogue) -> Iterator[Check]:
    """Run every check, each whatever came of the others.

    Args:
        subject: what is tested.
        catalogue: has the schema of the record type.
    """
    asking = _Asking(subject, catalogue)
    yield _checked("gives a record: signed, of this citizen, in the form of its type", asking.known)
    yield _checked("gives another citizen's record for another number", lambda: asking.ask(subject.other, needed=True))
    yield _checked("says NOT_FOUND of a citizen who has none", asking.unknown)
    yield _checked("gives nothing of a type that it does not keep", asking.no_type)
    yield _checked("never goes back to an earlier version", asking.again)
    yield _checked(f"answers {_AT_ONCE} at the same time, each what it asked", asking.at_once)


@dataclass(frozen=True, slots=True)
class _Asking:
    subject: Subject
    catalogue: Catalogue

    def ask(self, number: str, *, needed: bool = False, record_type: str = "") -> OwnedRecord | None:
        """Ask as a counter does. Raises SourceError."""
        kind = record_type or self.subject.record_type
        query = RecordQuery(str(uuid.uuid4()), kind, number, "Người Thử Nghiệm", "", "1.001193", "H05.12", "an")
        began = time.monotonic()
        answer = self.subject.owner.ask(query, self.subject.rules.seconds)
        if time.monotonic() - began > self.subject.rules.seconds:
            raise SourceError(Fault.SLOW, f"took longer than {self.subject.rules.seconds:g} s")
        if answer is None:
            if needed:
                raise SourceError(Fault.WRONG_ANSWER, "NOT_FOUND of a citizen who has a record")
            return None
        record = owned_record(answer, query, self.subject.rules, datetime.now(UTC))
        try:
            self.catalogue.validate(kind, record.record.json)
        except DomainError as error:
            raise SourceError(Fault.MALFORMED, f"record: {error.message}") from None
        return record

    def known(self) -> None:
        """A record of somebody who has one."""
        self.ask(self.subject.known, needed=True)

    def unknown(self) -> None:
        """Nothing of somebody who has none."""
        if self.ask(self.subject.unknown) is not None:
            raise SourceError(Fault.WRONG_ANSWER, "a record of a citizen who has none")

    def no_type(self) -> None:
        """Nothing of a type that is not kept, by whatever words."""
        try:
            found = self.ask(self.subject.known, record_type=_NO_TYPE)
        except SourceError as error:
            if error.fault is Fault.REFUSED:
                return
            raise
        if found is not None:
            raise SourceError(Fault.WRONG_ANSWER, "a record of a type that it does not keep")

    def again(self) -> None:
        """The version does not go back, and the same version says the same."""
        first = self.ask(self.subject.known, needed=True)
        second = self.ask(self.subject.known, needed=True)
        assert first is not None
        assert second is not None
        require_not_before(second, first)
        if (first.record.version, first.record.sha256) != (second.record.version, second.record.sha256):
            raise SourceError(Fault.STALE, "the same version says something else, or each call makes a new one")

    def at_once(self) -> None:
        """No answer is another question's."""
        numbers = [self.subject.known, self.subject.other] * (_AT_ONCE // 2)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for future in [pool.submit(self.ask, number, needed=True) for number in numbers]:
                future.result()


def _checked(name: str, check: Callable[[], object]) -> Check:
    try:
        check()
    except SourceError as error:
        return Check(name, str(error))
    return Check(name, "")
