"""What must hold of all that was told: by the truth of who showed which finger, and by nothing of the service's own."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tests.chaos.clerks import DEADLINE, SETTLED
from tests.chaos.faults import Happened
from tests.chaos.people import PLACES
from tests.chaos.told import ADDED, ENROLLED, INCONCLUSIVE, LISTED, MATCH, NO_MATCH, Told

LEAST_ANSWERED = 0.999
"""Of Verify, within the deadline."""

Register = Mapping[int, str]
"""Entries that a server lists, with the internal identifiers."""


@dataclass(frozen=True)
class Case:
    """What is judged.

    Attributes:
        tells: of the load and of the reading at the end, oldest first.
        registers: what each server lists at the end, by its name.
        order: what is wrong with trail and log, as :mod:`tests.chaos.order` has found.
        happened: what did, meanwhile.
        least: calls that the load is to have.
    """

    tells: Sequence[Told]
    registers: Mapping[str, Register]
    order: Sequence[str]
    happened: Sequence[Happened]
    least: int

    @cached_property
    def load(self) -> Sequence[Told]:
        """Calls of clerks."""
        return [told for told in self.tells if told.clerk >= 0]

    @cached_property
    def enrolled(self) -> Sequence[Told]:
        """Acknowledged enrolments."""
        return [told for told in self.tells if told.answer == ENROLLED]

    @cached_property
    def of_body(self) -> Mapping[int, Told]:
        """The acknowledged enrolment of each body."""
        return {told.body: told for told in self.enrolled}

    @cached_property
    def stored(self) -> Mapping[int, tuple[Sequence[float], Sequence[float]]]:
        """When each finger of a place was acknowledged; and when at the soonest one was stored that may be, ordered."""
        return {place: _stored([told for told in self.tells if told.place == place]) for place in range(len(PLACES))}


def _stored(tells: Sequence[Told]) -> tuple[Sequence[float], Sequence[float]]:
    acknowledged: dict[tuple[str, int], float] = {}
    possible: dict[tuple[str, int], float] = {}
    for told in tells:
        effect = told.act, told.entry
        if told.answer in {ENROLLED, ADDED}:
            acknowledged[effect] = told.ended
        if told.answer in {ENROLLED, ADDED} or (told.silent and told.writes):
            possible[effect] = min(told.began, possible.get(effect, told.began))
    return sorted(acknowledged.values()), sorted(possible.values())


def judged(case: Case) -> dict[str, list[str]]:
    """Return every bar with what is found against it: nothing where it holds."""
    return {name: list(bar(case)) for name, bar in BARS.items()}


def lost(case: Case) -> Iterable[str]:
    """No acknowledged enrolment is lost: every server lists it, nobody said meanwhile that it is not there."""
    for told in case.enrolled:
        for server, register in case.registers.items():
            if register.get(told.entry) != told.subject:
                yield f"entry {told.entry}, enrolled, is not so at {server}"
    since = {told.entry: told for told in case.enrolled}
    for told in case.tells:
        if told.answer in {"SUBJECT_NOT_FOUND", "FINGER_NOT_ENROLLED"} and _known(since.get(told.entry), told):
            yield f"{told.act} of entry {told.entry}, enrolled: {told.answer}"
    found = {(told.body, told.place) for told in case.tells if told.clerk < 0 and told.answer == MATCH}
    wanted = [(told.body, told.place) for told in case.tells if told.answer in {ENROLLED, ADDED}]
    yield from (
        f"finger {place} of body {body} is found by no search" for body, place in wanted if (body, place) not in found
    )


def doubled(case: Case) -> Iterable[str]:
    """No duplicate is accepted: no body has two entries, no entry two bodies, and every server lists the same."""
    bodies: dict[int, set[int]] = defaultdict(set)
    tried: dict[int, set[int]] = defaultdict(set)
    entries: dict[int, set[str]] = defaultdict(set)
    for told in case.tells:
        if told.act == "enrol":
            tried[told.body].add(told.entry)
        if told.answer == ENROLLED:
            bodies[told.body].add(told.entry)
            entries[told.entry].add(told.subject)
    for server, register in case.registers.items():
        for body, numbers in tried.items():
            if len(numbers & register.keys()) > 1:
                yield f"body {body} is there twice at {server}"
    yield from (
        f"body {body} was enrolled as {sorted(numbers)}" for body, numbers in bodies.items() if len(numbers) > 1
    )
    yield from (f"entry {entry} was given to two" for entry, subjects in entries.items() if len(subjects) > 1)
    for told in case.tells:
        if told.answer == ADDED and told.entry not in bodies.get(told.body, {told.entry}):
            yield f"a finger of body {told.body} was added to entry {told.entry}"
    if len({frozenset(register.items()) for register in case.registers.values()}) > 1:
        yield "servers list different people"


def partial(case: Case) -> Iterable[str]:
    """No answer is silently partial: who is enrolled is found, or the answer says that not everybody was searched."""
    for told in case.tells:
        if told.act != "identify" or told.code != "OK":
            continue
        if not told.complete:
            if told.answer == NO_MATCH:
                yield f"NO_MATCH of a search that was not complete, request {told.request}"
            continue
        enrolled = case.of_body.get(told.body)
        if told.place == 0 and _known(enrolled, told) and told.answer == NO_MATCH:
            yield f"NO_MATCH of body {told.body}, enrolled {told.began - (enrolled or told).ended:.1f} s before"
        acknowledged, possible = case.stored[told.place]
        least, most = bisect_left(acknowledged, told.began - SETTLED), bisect_left(possible, told.ended)
        if not least <= told.searched <= most:
            yield f"a complete search of {told.searched} fingers, of {least} to {most}"


def forked(case: Case) -> Iterable[str]:
    """One log has one order: no event is two answers', no request two events'."""
    requests: dict[int, str] = {}
    events: dict[str, int] = {}
    for told in case.tells:
        if told.event and requests.setdefault(told.event, told.request) != told.request:
            yield f"event {told.event} is of two requests"
        if told.event and events.setdefault(told.request, told.event) != told.event:
            yield f"request {told.request} is two events"
    yield from case.order


def late(case: Case) -> Iterable[str]:
    """Verify is answered within the deadline."""
    calls = [told for told in case.load if told.act == "verify"]
    answered = sum(not told.silent and told.ended - told.began <= DEADLINE for told in calls)
    if answered < LEAST_ANSWERED * len(calls) or not calls:
        yield f"{answered} of {len(calls)} answered"


def few(case: Case) -> Iterable[str]:
    """As many calls are made as are wanted."""
    if len(case.load) < case.least:
        yield f"{len(case.load)} of {case.least} calls"


def unmet(case: Case) -> Iterable[str]:
    """Whatever happened met an enrolment, or a finger that was being added, under way."""
    for fault in case.happened:
        if not any(told.writes and fault.met(told) for told in case.load):
            yield f"{fault.name}: nobody was being enrolled"


def wrong(case: Case) -> Iterable[str]:
    """All else that was told is as it must be."""
    decisions: dict[str, str] = {}
    for told in case.tells:
        if told.code in {"INTERNAL", "UNKNOWN", "DATA_LOSS", "UNIMPLEMENTED"}:
            yield f"{told.act}: {told.code} {told.answer}"
        elif not told.silent and not _allowed(case, told):
            yield f"{told.act} of entry {told.entry} by body {told.body}: {told.code} {told.answer}"
        elif told.code == "OK" and decisions.setdefault(told.request, told.answer) != told.answer:
            yield f"request {told.request}: {told.answer}, before {decisions[told.request]}"


def _allowed(case: Case, told: Told) -> bool:
    """Tell whether an answer may be, other bars left alone."""
    if told.act == "bad":
        return told.code == "INVALID_ARGUMENT"
    if told.act == "enrol":
        return told.answer in {ENROLLED, "REFERENCE_EXISTS", "DUPLICATE_PERSON_SUSPECTED"}
    if told.act == "add":
        return told.answer in {ADDED, "DUPLICATE_PERSON_SUSPECTED", "SAME_FINGER_SUSPECTED"}
    mate = case.of_body.get(told.body)
    if told.act == "read":
        return told.answer == LISTED and mate is not None and told.subject == mate.subject
    if told.act == "identify":
        return told.answer == INCONCLUSIVE or (told.answer == MATCH) == (
            mate is not None and told.subject == mate.subject
        )
    genuine = mate is not None and mate.entry == told.entry
    return told.answer in ({MATCH, INCONCLUSIVE} if genuine else {NO_MATCH, INCONCLUSIVE})


def _known(enrolled: Told | None, told: Told) -> bool:
    """Tell whether somebody was enrolled for sure before a call began: by its own clerk, or long enough before."""
    if enrolled is None:
        return False
    own = told.clerk in {enrolled.clerk, -1}
    return enrolled.ended + (0.0 if own else SETTLED) <= told.began


BARS: Mapping[str, Callable[[Case], Iterable[str]]] = {
    "no acknowledged enrolment lost": lost,
    "no duplicate accepted": doubled,
    "no answer silently partial": partial,
    "one log, one order": forked,
    "99.9 % of Verify answered within the deadline": late,
    "calls enough": few,
    "every fault met enrolments": unmet,
    "every other answer right": wrong,
}
