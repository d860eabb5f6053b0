"""What a call brings to be enrolled: prints of single fingers, and those that are cut from slaps, extracted alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from idverify.domain.errors import DomainError
from idverify.domain.model import Features, FingerPosition, Sample
from idverify.domain.model.enrolling import CutFinger, SlapSample
from idverify.ports import Biometrics
from idverify.services.calls.call import Call
from idverify.services.prints.sampling import require_kinds, usable_features


@dataclass(frozen=True, slots=True)
class Brought:
    """All prints of a call.

    Attributes:
        samples: of single fingers first, in order, then those that were cut.
        cuts: what was cut; the last of the samples.
        features: of each sample.
    """

    samples: Sequence[Sample]
    cuts: Sequence[CutFinger]
    features: Sequence[Features]

    @property
    def singles(self) -> int:
        """How many are of single fingers."""
        return len(self.samples) - len(self.cuts)


def brought(
    biometrics: Biometrics,
    call: Call,
    samples: Sequence[Sample],
    slaps: Sequence[SlapSample],
    missing: Collection[FingerPosition],
) -> Brought:
    """Cut and extract what a call brings.

    Args:
        biometrics: cuts and extracts.
        call: on whose behalf.
        samples: of single fingers.
        slaps: of several.
        missing: fingers that are on no slap.

    Raises:
        DomainError: SLAP_COUNT_MISMATCH; SAMPLE_*, with the index of the sample, or the slap and the finger;
            DEADLINE_EXCEEDED.
    """
    cuts = [cut for slap in slaps for cut in _cut(biometrics, call, slap, missing)]
    everything = [*samples, *(cut.sample for cut in cuts)]
    with of_slaps(len(samples), cuts):
        return Brought(everything, cuts, usable_features(biometrics, call, everything))


@contextmanager
def of_slaps(singles: int, cuts: Sequence[CutFinger]) -> Iterator[None]:
    """Have a refusal name slap and finger where it names a sample that nobody sent: one that was cut.

    Args:
        singles: how many samples are of single fingers.
        cuts: those that follow.
    """
    try:
        yield
    except DomainError as error:
        for key in ("sample", "other_sample"):
            place = error.metadata.get(key)
            if place is not None and int(place) >= singles:
                cut, prefix = cuts[int(place) - singles], key.removesuffix("sample")
                assert cut.sample.position is not None
                del error.metadata[key]
                error.metadata[f"{prefix}slap"] = cut.slap.name
                error.metadata[f"{prefix}finger"] = cut.sample.position.name
        raise


def _cut(
    biometrics: Biometrics, call: Call, slap: SlapSample, missing: Collection[FingerPosition]
) -> Sequence[CutFinger]:
    call.deadline.check()
    try:
        require_kinds(call, [Sample(None, slap.image)])
        return biometrics.cut_slap(slap, missing)
    except DomainError as error:
        error.metadata.pop("sample", None)
        error.metadata["slap"] = slap.position.name
        raise
