"""Owners of records for tests: what a good answer is, and owners that do what they are told."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from idverify.domain.model.owners import Fault, RecordQuery, SignedAnswer, SourceError, SourceRules
from idverify.ports import Clock
from idverify.services.sources.desk import SourceDesk
from tests.waiting import PATIENCE

RULES = SourceRules("register", "Cơ quan đăng ký", PATIENCE, PATIENCE, 86_400.0)
INSURANCE: Mapping[str, Any] = {"card_number": "DN4012345678901", "valid_from": "2026-01-01", "benefit_level": 4}


def good_claims(query: RecordQuery, now: datetime, record: Mapping[str, Any] = INSURANCE) -> dict[str, Any]:
    """What an owner says that does as it should."""
    at = int(now.timestamp())
    return {
        "iss": RULES.name,
        "iat": at,
        "sub": query.citizen_number,
        "query_id": query.query_id,
        "record_type": query.record_type,
        "owning_agency": "Bảo hiểm xã hội",
        "version": 3,
        "as_of": at - 60,
        "keep_seconds": 0,
        "record": dict(record),
    }


def signed(claims: Mapping[str, Any]) -> SignedAnswer:
    """An answer, as an adapter gives it."""
    return SignedAnswer(claims, "k1", hashlib.sha256(repr(claims).encode()).hexdigest())


@dataclass
class ToldOwner:
    """Says what it is told; keeps what it was asked.

    ``changed`` are claims in the place of good ones; ``fails`` is raised instead; ``held`` keeps it from answering.
    """

    clock: Clock
    record: Mapping[str, Any] | None = field(default_factory=lambda: INSURANCE)
    changed: Mapping[str, Any] = field(default_factory=dict)
    fails: Fault | None = None
    held: threading.Event | None = None
    asked: list[RecordQuery] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    def ask(self, query: RecordQuery, seconds: float) -> SignedAnswer | None:
        self.asked.append(query)
        self.before()
        if self.held is not None and not self.held.wait(PATIENCE):
            raise SourceError(Fault.SLOW, "held")
        if self.fails is not None:
            raise SourceError(self.fails, "told so")
        if self.record is None:
            return None
        return signed(good_claims(query, self.clock.now(), self.record) | dict(self.changed))


def desk(owner: ToldOwner, **rules: Any) -> SourceDesk:
    """A desk that asks an owner, patiently unless told otherwise."""
    return SourceDesk(owner, replace(RULES, **rules), owner.clock)
