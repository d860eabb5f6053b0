"""Searching the gallery for a person by one or several fingers, for identification and for duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from idverify.domain import policy
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition, Likeness, StoredTemplate
from idverify.ports import Among, Biometrics, Gallery, SearchResult, Store
from idverify.services.calls.call import Call
from idverify.services.prints.fingers import EnrolledFingers, compare_fingers, counted, fused
from idverify.services.prints.probes import Probe

LISTED = 20
"""People whom the searches for several fingers list together, at least two each: they are compared with all fingers."""


@dataclass(frozen=True, slots=True)
class FoundFinger:
    """An enrolled finger that a find rests on."""

    position: FingerPosition
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person found. ``fingers``: at least one, best first.

    ``likeness`` is as computed, and ranks; what is decided by and told is :attr:`claim`.
    """

    subject_id: str
    likeness: Likeness
    fingers: tuple[FoundFinger, ...]

    @property
    def claim(self) -> Likeness:
        """What so many fingers can say of this person."""
        return policy.claimable(self.likeness, len(self.fingers))


@dataclass(frozen=True, slots=True)
class FoundPeople:
    """What a search found.

    Attributes:
        people: best first.
        searched_fingers: enrolled fingers that were searched.
        comparisons: chances a stranger had to be found: the N of ``FPIR = 1 - (1 - FMR)^N``. Of one probe the fingers
            searched; of several the people, since all fingers of a person make one claim.
        probes: fingers searched for; probes of one finger are one.
        searched_share: of what should have been searched; of several searches the least.
    """

    people: tuple[FoundPerson, ...]
    searched_fingers: int
    comparisons: int
    probes: int
    searched_share: float = 1.0

    @property
    def complete(self) -> bool:
        """Whether all was searched that should have been: only then is nobody found nobody there."""
        return self.searched_share >= 1.0

    def require_complete(self) -> None:
        """Raise DomainError GALLERY_INCOMPLETE unless all was searched."""
        require_complete(self.searched_share)


def require_complete(searched_share: float) -> None:
    """Raise DomainError GALLERY_INCOMPLETE unless all was searched."""
    if searched_share < 1.0:
        raise DomainError(
            Reason.GALLERY_INCOMPLETE,
            "a part of the gallery does not answer, so that nobody can be said not to be in it; try again",
            {"searched_share": f"{searched_share:.3f}"},
        )


@dataclass(frozen=True, slots=True)
class PeopleSearch:
    """Searches with what it is given."""

    store: Store
    biometrics: Biometrics
    gallery: Gallery

    def search(
        self,
        call: Call,
        probes: Sequence[Probe],
        limit: int,
        exclude: str | None = None,
        among: Among | None = None,
    ) -> FoundPeople:
        """Find the people most alike.

        Args:
            call: whose deadline is kept.
            probes: of one person, at least one.
            limit: most people to return, at least 1.
            exclude: a person who is not searched.
            among: whose templates are searched; None: those of all citizens, and of no reference.

        Raises:
            DomainError: DEADLINE_EXCEEDED.
        """
        among = among or self._citizens()
        if len(probes) == 1:
            found = self._one_finger(call, probes[0], limit, exclude, among)
            return FoundPeople(_people(found), found.searched_fingers, found.searched_fingers, 1, found.searched_share)
        each = max(2, ceil(max(limit, LISTED) / len(probes)))
        lists = [self._one_finger(call, probe, each, exclude, among) for probe in probes]
        fingers = sum(found.searched_fingers for found in lists)
        distinct = len({probe.finger for probe in probes})
        listed = list(dict.fromkeys(hit.subject_id for found in lists for hit in found.hits))
        people = [self._compared(call, subject_id, probes, among) for subject_id in listed]
        ranked = sorted((p for p in people if p is not None), key=lambda person: person.likeness.fmr)
        share = min(found.searched_share for found in lists)
        return FoundPeople(tuple(ranked[:limit]), fingers, min(fingers, self._people_in(among)), distinct, share)

    def _one_finger(
        self, call: Call, probe: Probe, limit: int, exclude: str | None, among: Among | None
    ) -> SearchResult:
        # A finger said to be unknown excludes none.
        position = None if probe.position is FingerPosition.UNKNOWN else probe.position
        return self.gallery.search(
            probe.prepared, position=position, limit=limit, deadline=call.deadline, exclude=exclude, among=among
        )

    def _compared(
        self, call: Call, subject_id: str, probes: Sequence[Probe], among: Among | None
    ) -> FoundPerson | None:
        with self.store.reading() as view:
            templates = [t for t in view.subjects.templates(subject_id) if among is None or among.holds(t.template_id)]
        return compared_person(self.biometrics, call, subject_id, templates, probes)

    def _citizens(self) -> Among | None:
        with self.store.reading() as view:
            return view.references.citizens()

    def _people_in(self, among: Among | None) -> int:
        if among is not None:
            return among.people
        with self.store.reading() as view:
            return view.subjects.count()


def compared_person(
    biometrics: Biometrics,
    call: Call,
    subject_id: str,
    templates: Sequence[StoredTemplate],
    probes: Sequence[Probe],
) -> FoundPerson | None:
    """Compare all probes with a person, as a verification does; None if no finger could be compared.

    Raises:
        DomainError: DEADLINE_EXCEEDED.
    """
    compared = compare_fingers(biometrics, call, probes, EnrolledFingers(templates))
    fingers = sorted(compared, key=lambda finger: finger.likeness.fmr)
    if not fingers:
        return None
    found = tuple(FoundFinger(finger.position, finger.likeness) for finger in counted(fingers))
    return FoundPerson(subject_id, fused(biometrics, fingers), found)


def _people(found: SearchResult) -> tuple[FoundPerson, ...]:
    return tuple(
        FoundPerson(hit.subject_id, hit.likeness, (FoundFinger(hit.position, hit.likeness),)) for hit in found.hits
    )
