"""The plan of the day: who comes, for which procedure, and what goes wrong. The same seed, the same day."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum
from typing import Any

from enroll_tools.day.people import Citizen, identities, make_records
from enroll_tools.day.procedures import make_procedures, needs_consent


class Story(Enum):
    """What happens at a visit, as the report calls it."""

    VERIFIED = "citizen, one call"
    LED = "citizen, led through a transaction"
    IMPOSTOR = "impostor: another's finger"
    WORN = "worn finger"
    WRONG_NUMBER = "officer types a number that nobody bears"
    WRONG_FINGER = "officer takes another finger"
    OUT_OF_ORDER = "officer shows a step that is past"
    WITHOUT_CONSENT = "officer forgets the consent"
    WITHDRAWN = "consent withdrawn before a second use"
    AGREED = "consent of a transaction, named in one call"
    ONCE_MORE = "records once more, while the assertion lives"
    MERGED = "merged person, under both numbers"
    DEACTIVATED = "deactivated citizen"
    VIRTUAL = "one-time number, used twice"
    SHOWN_TWICE = "the same picture shown twice"
    VOUCHED = "injured hand: two officers vouch"
    ON_PAPER = "paper slip of an outage, entered twice, confirmed by finger"


_SPECIAL = tuple(story for story in Story if story not in {Story.VERIFIED, Story.LED})
LEAST_VISITS = len(_SPECIAL)
_SPECIAL_PART = 0.4
_ON_CONSENT = {Story.WITHOUT_CONSENT, Story.WITHDRAWN, Story.AGREED, Story.ONCE_MORE}


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    citizens: int
    procedures: int
    visits: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One citizen at one of two counters. ``shows`` is whose finger it is."""

    story: Story
    citizen: Citizen
    shows: Citizen
    procedure: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole day; ``free_number`` is nobody's, ``second`` an identity for each merged citizen's other entry."""

    seed: int
    citizens: tuple[Citizen, ...]
    procedures: tuple[dict[str, Any], ...]
    visits: tuple[Visit, ...]
    free_number: str

    @property
    def halves(self) -> tuple[tuple[Visit, ...], tuple[Visit, ...]]:
        """Morning and afternoon."""
        noon = len(self.visits) // 2
        return self.visits[:noon], self.visits[noon:]


def make_plan(seed: int, size: Size) -> Plan:
    """Draw a day.

    Raises:
        ValueError: too few visits for every story, or fewer citizens than visits, or fewer than two procedures.
    """
    if not LEAST_VISITS <= size.visits <= size.citizens:
        raise ValueError(f"a day has {LEAST_VISITS} visits at least, and no more than citizens")
    if size.procedures < 2:
        raise ValueError("a day has two procedures at least: one on consent, one on a law")
    rng = random.Random(seed)  # noqa: S311 - a reproducible day, no secret
    stories = _stories(rng, size.visits)
    merged = sum(story is Story.MERGED for story in stories)
    everybody = identities(seed, size.citizens + merged + 1)
    others = [who.citizen_number for who in everybody[size.citizens :]]
    citizens = []
    for index, who in enumerate(everybody[: size.citizens]):
        story = stories[index] if index < len(stories) else None
        second = others.pop() if story is Story.MERGED else ""
        records = make_records(index, who, rng)
        citizens.append(Citizen(index, who, records, second, deactivated=story is Story.DEACTIVATED))
    procedures = tuple(make_procedures(rng, size.procedures))
    visits = [_visit(rng, story, citizens, procedures, index) for index, story in enumerate(stories)]
    rng.shuffle(visits)
    return Plan(seed, tuple(citizens), procedures, tuple(visits), others.pop())


def _stories(rng: random.Random, count: int) -> list[Story]:
    """Return every special story at least once, and ordinary citizens between them."""
    special = max(len(_SPECIAL), round(_SPECIAL_PART * count))
    return [
        _SPECIAL[index % len(_SPECIAL)] if index < special else rng.choice((Story.VERIFIED, Story.LED))
        for index in range(count)
    ]


def _visit(
    rng: random.Random, story: Story, citizens: list[Citizen], procedures: tuple[dict[str, Any], ...], index: int
) -> Visit:
    fitting = [p for p in procedures if story not in _ON_CONSENT or needs_consent(p)]
    citizen = citizens[index]
    shows = citizens[index - 1] if story is Story.IMPOSTOR else citizen  # the first one's is the last citizen's
    return Visit(story, citizen, shows, str(rng.choice(fitting)["code"]))
