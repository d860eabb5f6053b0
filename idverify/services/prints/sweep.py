"""A search of everybody as far as it is: what it is kept as, so that another goes on where it ended."""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from idverify.domain.errors import StoredDataError
from idverify.domain.model import Likeness


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who may be one."""

    subject_id: str
    other_subject_id: str
    likeness: Likeness


@dataclass(slots=True)
class Sweep:
    """What has been searched, in the order of enrolment, and what was found.

    Attributes:
        target_fpir: of each person's search.
        comparator: which compared, with its calibration; what another found is of other figures.
        after: everybody up to this place was searched.
        people: how many that were.
        pairs: found, by their two subject ids in the order of the alphabet.
    """

    target_fpir: float
    comparator: str
    after: int = 0
    people: int = 0
    pairs: dict[tuple[str, str], Pair] = field(default_factory=dict, repr=False)

    def searched(self, place: int) -> None:
        """Note that everybody up to a place was searched, one more than before."""
        self.after, self.people = place, self.people + 1

    def found(self, subject_id: str, other: str, likeness: Likeness) -> None:
        """Note that two may be one. Each is found by the other too: the surer likeness counts."""
        one, two = sorted((subject_id, other))
        known = self.pairs.get((one, two))
        if known is None or likeness.fmr < known.likeness.fmr:
            self.pairs[one, two] = Pair(one, two, likeness)

    def subjects(self) -> set[str]:
        """Return everybody who is in a pair."""
        return {subject_id for pair in self.pairs for subject_id in pair}

    def leave_out(self, gone: AbstractSet[str]) -> None:
        """Forget the pairs of people who are not there any more."""
        self.pairs = {pair: found for pair, found in self.pairs.items() if gone.isdisjoint(pair)}

    def encoded(self) -> bytes:
        """Return it as it is kept."""
        pairs = [(*names, pair.likeness.fmr, pair.likeness.score) for names, pair in self.pairs.items()]
        kept = (self.target_fpir, self.comparator, self.after, self.people, pairs)
        return json.dumps(kept, separators=(",", ":")).encode()

    @classmethod
    def decoded(cls, kept: bytes) -> Sweep:
        """Return it as it was. Raises StoredDataError: it is kept in no form of this program."""
        try:
            target_fpir, comparator, after, people, pairs = json.loads(kept)
            found = {(one, two): Pair(one, two, Likeness(fmr, score)) for one, two, fmr, score in pairs}
        except (ValueError, TypeError):
            raise StoredDataError("a search for duplicates is kept in another form") from None
        return cls(target_fpir, comparator, after, people, found)
