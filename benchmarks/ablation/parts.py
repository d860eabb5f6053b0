"""The parts of the comparator, each changed or left out alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from matcher.comparison.params import ComparisonParams, default_params

NEVER = -1e6
"""Evidence that no pair of prints falls short of."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A comparator that differs from the one that ships in one part.

    Attributes:
        name: what is different.
        params: with which prints are prepared and compared.
        counted: contributions that make the score; None for all.
        left_out: contributions that do not.
        least_quality: minutiae of lower quality are not there.
    """

    name: str
    params: ComparisonParams
    counted: tuple[str, ...] | None = None
    left_out: tuple[str, ...] = ()
    least_quality: float = 0.0

    def score(self, contributions: Mapping[str, float]) -> float:
        """Return the raw score, at least 0, of what a comparison was made of."""
        counted = contributions.keys() if self.counted is None else self.counted
        return max(0.0, sum(contributions.get(name, 0.0) for name in counted if name not in self.left_out))


def variants() -> list[Variant]:
    """Return the comparator that ships, and what it is without each part."""
    shipped = default_params()
    growth, local, evidence, around = shipped.growth, shipped.local, shipped.evidence, shipped.surroundings
    undismissed = growth._replace(promising=NEVER, promising_whole=NEVER, hopeless=NEVER)
    return [
        Variant("as shipped", shipped),
        Variant("cylinders only: no alignment, no evidence", shipped, counted=("cylinders",)),
        Variant("places and directions of pairs only", shipped, counted=("positions",)),
        Variant("the cylinders' score does not count", shipped, left_out=("cylinders",)),
        Variant("kinds do not count", shipped, left_out=("kinds",)),
        Variant("missing minutiae do not count", replace(shipped, evidence=evidence._replace(belief=0.0))),
        Variant("the turn does not count", shipped, left_out=("turn",)),
        Variant("no skin is pressed or twisted", replace(shipped, evidence=evidence._replace(elastic_cost=-NEVER))),
        Variant("pairs weighed without their qualities", replace(shipped, evidence=evidence._replace(trust=0.0))),
        Variant(
            "what is common around a minutia does not count",
            replace(shipped, surroundings=around._replace(directions=0.0, density=0.0)),
        ),
        Variant("one start instead of six", replace(shipped, growth=growth._replace(starts=1))),
        Variant("grown once instead of twice", replace(shipped, growth=growth._replace(rounds=1))),
        Variant("partners chosen without their cylinders", replace(shipped, growth=growth._replace(likeness=0.0))),
        Variant(
            "nobody is dismissed",
            replace(shipped, growth=undismissed, local=local._replace(least_score=0.0)),
        ),
        Variant("minutiae from quality 0.2 on only", shipped, least_quality=0.2),
        Variant("minutiae from quality 0.3 on only", shipped, least_quality=0.3),
    ]
