"""Is this person enrolled already, under another number? Asked before anything is stored, and once more as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from idverify.domain import policy
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, DuplicateCheck, Features, FingerPosition, Likeness, Role, StoredTemplate
from idverify.domain.same_finger import same_finger_fmr
from idverify.domain.telling import sees_all
from idverify.ports import Biometrics, Clock, Gallery, Store, UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.citizens import is_enrolled
from idverify.services.prints.probes import Probe, by_finger
from idverify.services.prints.searching import FoundPeople, FoundPerson, PeopleSearch, compared_person
from idverify.services.prints.two_people import made_of_two

ENROLMENT_FPIR = 1e-3
"""Share of enrolments of new people that may be suspected: one clerk's morning in a month."""

MOST_SUSPECTS = 10
MOST_PROBES = 10

Print = TypeVar("Print", Features, Probe)


@dataclass(frozen=True, slots=True)
class Suspect:
    """Somebody enrolled who may be the same person. ``fpir``: how often a new person is suspected at this score."""

    subject_id: str
    likeness: Likeness
    fpir: float
    position: FingerPosition


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What a check looked at and found.

    Attributes:
        suspects: the surest, surest first.
        target_fpir: above :data:`ENROLMENT_FPIR` where the fingers cannot carry that in so large a gallery.
        searched_fingers: enrolled fingers that were searched.
        figures_told: whether the caller is told how alike the suspects are.
        made_of_two: the finger whose print is like two of them who are unlike each other.
    """

    suspects: tuple[Suspect, ...]
    target_fpir: float
    searched_fingers: int
    figures_told: bool
    made_of_two: FingerPosition | None = None


@dataclass(frozen=True, slots=True)
class Sought:
    """One search of the gallery: for these together; ``suspects`` are alike beyond ``target_fmr``."""

    probes: tuple[Probe, ...]
    comparisons: int
    target_fmr: float
    suspects: tuple[FoundPerson, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """The first half of a check: the gallery was searched as it was after template ``newest``.

    ``sought``: first the best impression of each finger, together.
    """

    sought: tuple[Sought, ...]
    newest: int
    searched_fingers: int

    @property
    def comparisons(self) -> int:
        """How many chances a stranger had to be suspected."""
        return sum(sought.comparisons for sought in self.sought)

    @property
    def fpir(self) -> float:
        """How often a new person is suspected."""
        each = (policy.fpir_at(sought.target_fmr, sought.comparisons) for sought in self.sought)
        return max(ENROLMENT_FPIR, min(1.0, sum(each)))


@dataclass(frozen=True, slots=True)
class DuplicateSearch:
    """Searches in two halves, so that two enrolments of one person at the same moment do not both pass."""

    store: Store
    biometrics: Biometrics
    gallery: Gallery

    def search(self, call: Call, impressions: Sequence[Probe], exclude: str | None = None) -> Searched:
        """Search the gallery, outside a transaction.

        Args:
            call: whose deadline is kept.
            impressions: what is to be enrolled, made ready; of each finger the best is searched for, and by itself
                whatever is not like it.
            exclude: whose fingers these are said to be.

        Raises:
            DomainError: DEADLINE_EXCEEDED; GALLERY_INCOMPLETE if a part of the gallery does not answer.
        """
        together = by_finger(self.biometrics, best_of_each_finger(impressions))
        with self.store.reading() as view:
            newest = view.subjects.newest_template()
        search = PeopleSearch(self.store, self.biometrics, self.gallery)
        wanted = [together, *([probe] for probe in self._unlike(call, together, impressions))]
        found = [search.search(call, probes, MOST_SUSPECTS, exclude) for probes in wanted]
        for people in found:
            people.require_complete()
        fmr = policy.per_comparison_fmr(ENROLMENT_FPIR, sum(people.comparisons for people in found))
        sought = tuple(_sought(probes, people, fmr) for probes, people in zip(wanted, found, strict=True))
        return Searched(sought, newest, found[0].searched_fingers)

    def conclude(self, uow: UnitOfWork, call: Call, searched: Searched, own: str) -> Duplicates:
        """Compare with whoever was enrolled since, in the transaction that enrols: there is one at a time.

        Args:
            uow: the transaction.
            call: whose deadline is kept.
            searched: the first half.
            own: the person who is being enrolled.

        Raises:
            DomainError: DEADLINE_EXCEEDED.
        """
        newer = _owners(uow.subjects.templates_after(searched.newest)) - {own}
        since = sorted(owner for owner in newer if not uow.references.holds(owner))
        each = [self._suspects(uow, call, sought, since) for sought in searched.sought]
        ranked = _surest(person for people in each for person in people)
        return Duplicates(
            tuple(_suspect(person, searched.comparisons) for person in ranked),
            searched.fpir,
            searched.searched_fingers,
            sees_all(call.caller),
            self._made_of_two(uow, call, searched.sought[0], own, _surest(each[0])),
        )

    def _unlike(self, call: Call, best: Sequence[Probe], impressions: Sequence[Probe]) -> list[Probe]:
        """Return the impressions that are not like the best of their finger: each may be somebody else's."""
        by_position = {probe.position: probe for probe in best}
        known = {id(probe.prepared) for probe in best}
        others = [probe for probe in impressions if id(probe.prepared) not in known]
        fmr = same_finger_fmr(max(len(others), 1))
        unlike = []
        for probe in others:
            call.deadline.check()
            one = by_position.get(probe.position)
            if one is None or self.biometrics.compare(one.prepared, [probe.prepared]).fmr > fmr:
                unlike.append(probe)
        return unlike

    def _suspects(self, uow: UnitOfWork, call: Call, sought: Sought, since: Sequence[str]) -> list[FoundPerson]:
        suspects = {p.subject_id: p for p in sought.suspects if is_enrolled(uow, p.subject_id)}
        for subject_id in since:
            templates = uow.subjects.templates(subject_id)
            person = compared_person(self.biometrics, call, subject_id, templates, sought.probes)
            if person is not None and person.claim.fmr <= sought.target_fmr:
                suspects[subject_id] = person
        return list(suspects.values())

    def _made_of_two(
        self, uow: UnitOfWork, call: Call, sought: Sought, own: str, suspects: list[FoundPerson]
    ) -> FingerPosition | None:
        if not suspects:
            return None
        person = compared_person(self.biometrics, call, own, uow.subjects.templates(own), sought.probes)
        people = suspects if person is None else [*suspects, person]
        return made_of_two(self.biometrics, uow.subjects.templates, people)


def _sought(probes: Sequence[Probe], found: FoundPeople, wanted_fmr: float) -> Sought:
    target = max(wanted_fmr, policy.lowest_claimable_fmr(found.probes))
    suspects = tuple(person for person in found.people if person.claim.fmr <= target)
    return Sought(tuple(probes), found.comparisons, target, suspects)


def _surest(people: Iterable[FoundPerson]) -> list[FoundPerson]:
    """Return the people most alike, each once."""
    surest: dict[str, FoundPerson] = {}
    for person in sorted(people, key=lambda person: person.likeness.fmr):
        surest.setdefault(person.subject_id, person)
    return list(surest.values())[:MOST_SUSPECTS]


def suspected(found: Duplicates, caller: Caller) -> DomainError:
    """Return the refusal. Whoever may enrol may read who is enrolled, so it names the most suspect.

    How alike they are it says to nobody but a tester.
    """
    best = found.suspects[0]
    figures = {"score": f"{best.likeness.score:.1f}", "fpir": f"{best.fpir:.2g}"} if sees_all(caller) else {}
    return DomainError(
        Reason.DUPLICATE_PERSON_SUSPECTED,
        "these fingers are enrolled for somebody else; have an officer look at both, and enrol with "
        "DUPLICATE_CHECK_REPORT if they are two people",
        {
            "subject_id": best.subject_id,
            "finger": best.position.name,
            "suspects": str(len(found.suspects)),
            **figures,
        },
    )


def duplicate_details(check: DuplicateCheck, found: Duplicates | None) -> Details:
    """Return what the audit trail keeps of a check."""
    if found is None:
        return {"duplicate_check": check.value}
    return {
        "duplicate_check": check.value,
        "duplicate_fpir": found.target_fpir,
        "suspects": [suspect.subject_id for suspect in found.suspects],
        "suspect_scores": [f"{suspect.likeness.score:.2f}" for suspect in found.suspects],
    }


def require_may_skip(store: Store, clock: Clock, call: Call, check: DuplicateCheck) -> None:
    """Let administrators only enrol without looking.

    Raises:
        DomainError: CLIENT_NOT_AUTHORIZED, in the audit trail by then.
    """
    if check is not DuplicateCheck.SKIP or Role.ADMIN in call.caller.roles:
        return
    with store.transaction() as uow:
        uow.audit.append(entry(clock, call, "DENIED", details={"reason": Reason.CLIENT_NOT_AUTHORIZED.code}))
    raise DomainError(
        Reason.CLIENT_NOT_AUTHORIZED,
        "only an administrator may enrol without the duplicate check; use DUPLICATE_CHECK_REPORT",
        {"field": "duplicate_check"},
    )


def best_of_each_finger(impressions: Sequence[Print]) -> tuple[Print, ...]:
    """Return the best impression of each finger, best first."""
    best: dict[FingerPosition | None, Print] = {}
    for impression in sorted(impressions, key=lambda f: -f.quality.score):
        best.setdefault(impression.position, impression)
    return tuple(best.values())[:MOST_PROBES]


def _owners(templates: Sequence[StoredTemplate]) -> set[str]:
    return {template.subject_id for template in templates}


def _suspect(person: FoundPerson, comparisons: int) -> Suspect:
    fpir = policy.fpir_at(person.claim.fmr, comparisons)
    return Suspect(person.subject_id, person.claim, fpir, person.fingers[0].position)
