"""What is kept so that nobody may try without end."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from idverify.domain.attempts import Scope, Standing


@dataclass(frozen=True, slots=True)
class Counted:
    """Whose failures are counted: what the scope does not look at is empty."""

    scope: Scope
    client: str = ""
    subject_id: str = ""


class SeenSamples(Protocol):
    """Samples that were presented, by keyed digests."""

    def known(self, digests: Collection[bytes], since: datetime) -> set[bytes]:
        """Return those that were presented since then."""

    def add(self, digests: Collection[bytes], now: datetime) -> None:
        """Remember that these were presented now."""

    def add_new(self, digests: Collection[bytes], now: datetime, since: datetime) -> set[bytes]:
        """Do so for those that were not presented since a time; return the others, as :meth:`known` does."""

    def forget(self, before: datetime) -> None:
        """Forget what was presented before then."""


class RecentProbes(Protocol):
    """The last impressions shown for a citizen, sealed under the citizen's key."""

    def of(self, subject_id: str) -> list[bytes]:
        """Return their templates, oldest first."""

    def add(self, subject_id: str, templates: Sequence[bytes], most: int) -> None:
        """Remember some, and of all of them the last ``most``."""


class Attempts(Protocol):
    """Failures, by whose they are."""

    def find(self, counted: Sequence[Counted]) -> dict[Counted, Standing]:
        """Return how those stand that have failed; in a transaction that writes, held until its end."""

    def put(self, standings: Mapping[Counted, Standing]) -> None:
        """Store how some stand now."""

    def of_subject(self, subject_id: str) -> list[Counted]:
        """Return all that is counted of a citizen."""

    def clear(self, counted: Sequence[Counted]) -> int:
        """Forget failures; return of how many."""

    def closed(self, now: datetime) -> list[tuple[Counted, Standing]]:
        """Return what takes no try now, in order."""
