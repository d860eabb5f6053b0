"""Whether minutiae can be those of one finger, from where they lie and how they point alone.

*Crowding*: in a finger hardly any minutia has another of its direction as near as the next ridge. Where most have, each
stands for one that was repeated a little way off, beyond what :mod:`matcher.templates.repeats` takes for one point.

*Two flows*: minutiae point along the ridges, one way or the other, and ridges turn slowly. So neighbours agree, but for
a few false ones. Of two prints laid over each other every part agrees within itself and not with the other: split in
two, the minutiae agree much better than together.

What neither finds, and how often honest prints are taken for such: docs/security.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import pi

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SampleImplausibleError
from matcher.types import Template

Square = NDArray[np.float64]


class Implausibility(Enum):
    """What no finger has."""

    CROWDED = "minutiae stand too near each other"
    TWO_FLOWS = "ridges run two ways at one place"


@dataclass(frozen=True, slots=True)
class PlausibilityParams:
    """Limits that no print of the development sets comes near; figures in docs/security.md.

    Attributes:
        most_minutiae: a rolled print has about 200.
        fewest_minutiae: of fewer nothing can be said.
        crowding: distance in pixels, difference of directions in radians, and the share of minutiae that may have
            another so near.
        flow_reach: distance at which two minutiae's agreement counts 1 / e^2, pixels.
        most_crossing: how much better the minutiae may agree when they are split in two. The most of 3748 usable prints
            is 11.4; of all, made smaller by a fifth as a child's would be, one has more than this.
        starts: splits that are tried.
    """

    most_minutiae: int = 600
    fewest_minutiae: int = 12
    crowding: tuple[tuple[float, float, float], ...] = ((8.0, pi / 8, 0.4), (12.0, pi / 8, 0.65), (18.0, pi / 8, 0.85))
    flow_reach: float = 30.0
    most_crossing: float = 15.0
    starts: int = 2


DEFAULT_PARAMS = PlausibilityParams()


def require_plausible(template: Template, params: PlausibilityParams = DEFAULT_PARAMS) -> None:
    """Refuse what cannot be the minutiae of one finger.

    Raises:
        SampleImplausibleError: saying what no finger has.
    """
    found = implausibility(template, params)
    if found is not None:
        raise SampleImplausibleError(f"this is no print of one finger: {found.value}")


def implausibility(template: Template, params: PlausibilityParams = DEFAULT_PARAMS) -> Implausibility | None:
    """Return what about a template no finger has; None if it may be one's. Cost: a tenth of a millisecond."""
    if len(template) > params.most_minutiae:
        return Implausibility.CROWDED
    if len(template) < params.fewest_minutiae:
        return None
    apart = np.hypot(*(column[:, None] - column[None] for column in _positions(template)))
    turn = template.angle[:, None].astype(np.float64) - template.angle[None]
    if _crowded(apart, turn, params):
        return Implausibility.CROWDED
    agreement = agreements(apart, turn, params)
    if disagreement(agreement) <= params.most_crossing:  # of hardly any print the best split is worth looking for
        return None
    return Implausibility.TWO_FLOWS if crossing(agreement, params) > params.most_crossing else None


def agreements(apart: Square, turn: Square, params: PlausibilityParams = DEFAULT_PARAMS) -> Square:
    """Return how much every two minutiae agree on where ridges run, from -1 to 1; 0 far apart, and of each with itself.

    Args:
        apart: shape (n, n): their distances, pixels.
        turn: shape (n, n): differences of their directions, radians.
        params: constants.
    """
    agreement = np.exp(-2 * (apart / params.flow_reach) ** 2) * np.cos(2 * turn)
    np.fill_diagonal(agreement, 0)
    return agreement


def disagreement(agreement: Square) -> float:
    """Return how much minutiae disagree: more than any split of them gains."""
    return -float(agreement[agreement < 0].sum())


def crossing(agreement: Square, params: PlausibilityParams = DEFAULT_PARAMS) -> float:
    """Return how much better minutiae agree split in two than together; 0 where one flow explains them all.

    Args:
        agreement: shape (n, n): of every two, from -1 to 1.
        params: constants.
    """
    # The split that agrees best is a ground state of a spin glass: near the leading eigenvectors, then downhill.
    leading = np.linalg.eigh(agreement)[1][:, -params.starts :]
    splits = (_settled(np.where(vector >= 0, 1.0, -1.0), agreement) for vector in leading.T)
    best = max(float(split @ agreement @ split) for split in splits)
    return max(0.0, best - float(agreement.sum())) / 2


def _settled(split: NDArray[np.float64], agreement: Square) -> NDArray[np.float64]:
    """Move one minutia after the other to the other part while that helps, the one that it helps most first."""
    split = split.copy()
    while True:
        own = split * (agreement @ split)
        worst = int(np.argmin(own))
        if own[worst] >= -1e-9:
            return split
        split[worst] = -split[worst]


def _crowded(apart: Square, turn: Square, params: PlausibilityParams) -> bool:
    others = ~np.eye(len(apart), dtype=bool)
    nearest = apart.min(axis=1, initial=np.inf, where=others)
    if not any(float((nearest <= reach).mean()) > share for reach, _, share in params.crowding):
        return False  # whichever way the nearest points: so it is of hardly any print
    turned = np.abs((turn + pi) % (2 * pi) - pi)
    return any(
        float((others & (apart <= reach) & (turned <= most_turn)).any(axis=1).mean()) > share
        for reach, most_turn, share in params.crowding
    )


def _positions(template: Template) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return template.x.astype(np.float64), template.y.astype(np.float64)
