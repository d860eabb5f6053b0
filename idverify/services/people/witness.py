"""What prints say of an act on two people; asked so often only: whether it is refused tells whose fingers are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from idverify.domain import policy
from idverify.domain.attempts import FAILURE
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Decision, Features, StoredTemplate
from idverify.domain.policy import DEFAULT_TARGET_FMR
from idverify.ports import Biometrics, UnitOfWork
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.call import Call
from idverify.services.calls.refusing import Concern
from idverify.services.people.changing import Why
from idverify.services.prints.duplicates import best_of_each_finger
from idverify.services.prints.fingers import EnrolledFingers, compare_fingers, counted, fused
from idverify.services.prints.probes import prepared_probes

NONE_IN_COMMON = "NONE_IN_COMMON"


@dataclass(frozen=True, slots=True)
class Ground:
    """What an act on two people rests on: why, what their prints say, and whether they were asked at all."""

    why: Why
    verdict: str
    asked: bool


@dataclass(frozen=True, slots=True)
class PrintWitness:
    """Asks the enrolled prints of two people.

    Each answer but that they are alike is a failure of the client with both people, as in a verification: whoever
    may enrol prints of their own could ask for ever, by merging with whom they look for. What is done despite the
    prints tells nothing of them, and counts nothing.
    """

    biometrics: Biometrics
    attempts: AttemptGuard

    def require_askable(self, view: UnitOfWork, call: Call, about: Concern, why: Why, despite_prints: bool) -> None:
        """Refuse what must not come to a comparison; before one, so that its outcome does not show.

        Raises:
            DomainError: ATTEMPTS_*; FIELD_MISSING if nothing is said that could stand against prints.
        """
        if not despite_prints:
            self.attempts.require_open(view, call, about)
        elif not why.grounds:
            raise DomainError(
                Reason.FIELD_MISSING, "grounds are needed against what prints say", {"field": "grounds.grounds"}
            )

    # Two people's prints, and what is to be done with them: as many parameters as the question has parts.
    def ground(
        self,
        call: Call,
        about: Concern,
        why: Why,
        despite_prints: bool,
        going: Sequence[StoredTemplate],
        with_: Sequence[StoredTemplate],
        *,
        alike: bool,
    ) -> Ground:
        """Compare, and refuse what prints contradict, unless an officer knows better.

        How far they do is for the trail.

        Args:
            call: as made.
            about: both people; a refusal counts for both.
            why: why, and on what grounds.
            despite_prints: whatever they say.
            going: prints of one of them.
            with_: and of the other.
            alike: whether the act needs them to be.

        Raises:
            DomainError: PRINTS_CONTRADICT, DEADLINE_EXCEEDED.
        """
        verdict = self._verdict(call, going, with_)
        if not despite_prints and (verdict == Decision.MATCH.value) is not alike:
            about.details = {"prints": verdict, "other": about.others[0]}
            about.on_refusal = partial(self.attempts.failed, call=call, about=about, weight=FAILURE)
            raise DomainError(
                Reason.PRINTS_CONTRADICT,
                "the enrolled prints do not say so; look at both people, and say on what grounds if you know better",
            )
        return Ground(why, verdict, not despite_prints)

    def note(self, uow: UnitOfWork, call: Call, about: Concern, ground: Ground) -> None:
        """Count an act that is done because prints are not alike: it tells so. Raises DomainError ATTEMPTS_*."""
        if not ground.asked:
            return
        self.attempts.require_open(uow, call, about)
        if ground.verdict != Decision.MATCH.value:
            self.attempts.failed(uow, call, about, FAILURE)

    def _verdict(self, call: Call, going: Sequence[StoredTemplate], with_: Sequence[StoredTemplate]) -> str:
        """Compare as a verification does, at the service's own rate: a decision, or NONE_IN_COMMON."""
        best = best_of_each_finger([Features(t.position, t.template, t.quality, t.extractor) for t in going])
        fingers = compare_fingers(self.biometrics, call, prepared_probes(self.biometrics, best), EnrolledFingers(with_))
        if not fingers:
            return NONE_IN_COMMON
        likeness = policy.claimable(fused(self.biometrics, fingers), len(counted(fingers)))
        surest = policy.surest_finger((f.quality, f.enrolled_quality) for f in fingers)
        return policy.decide(likeness, DEFAULT_TARGET_FMR, surest).value
