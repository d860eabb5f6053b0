"""Compiled loops of the skin: how it may lie, and what pairs are worth under that. GIL released, with a plain twin.

The displacement of the skin between two impressions is a Gaussian process: what is known of one place says something
of the places around it, the less the farther they are. Every minutia is two places, its own and one a little ahead of
it, so that its direction is turned as the skin is, by shear also.
"""

from __future__ import annotations

from math import atan2, cos, exp, log, pi, sin, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, compiled_with, wrap
from matcher.comparison._alignment_kernels import Pairs, Pose
from matcher.comparison.evidence import EvidenceModel
from matcher.comparison.params import Skin
from matcher.comparison.prints import Print


@compiled
def _together(far: float) -> float:
    """Return how much two places go together, by their distance: 1 at 0, nothing from 1 on.

    Wendland's function of smoothness 2, positive definite in the plane (Advances in Computational Mathematics 4, 1995).
    """
    rest = max(0.0, 1 - far)
    return rest * rest * rest * rest * (4 * far + 1)


class Places(NamedTuple):
    """Where 2 n places are, from the middle around which a print was laid.

    Those of n minutiae, then those ahead of them from the last to the first: so those of all but the first few minutiae
    lie together.

    Attributes:
        x, y: float64, shape (2 n,): pixels.
        known: float64, shape (2 n,): how much each goes together with the middle.
        ahead: float64, shape (n, 2): steps from the minutiae to the places ahead of them.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    known: NDArray[np.float64]
    ahead: NDArray[np.float64]


class Belief(NamedTuple):
    """What is believed of the displacements after some minutiae were seen.

    Attributes:
        x, y: float64, shape (2 n,): displacements of all places.
        spread: float64, shape (n,): variance of each minutia's, square pixels.
        told: float64, shape (k, 2 n): what each minutia seen told of all places: their covariance before anything was
            seen, less the product of this with itself, is what is left of it (a Cholesky factor, row by row).
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    spread: NDArray[np.float64]
    told: NDArray[np.float64]


@compiled
def places_of(pose: Pose, middle: tuple[float, float], skin: Skin) -> Places:
    """Return the places of minutiae, float64, shape (n, 3): x, y, direction."""
    n = pose.shape[0]
    x, y, known, ahead = np.empty(2 * n), np.empty(2 * n), np.empty(2 * n), np.empty((n, 2))
    for i in range(n):
        x[i], y[i] = pose[i, 0] - middle[0], pose[i, 1] - middle[1]
        ahead[i, 0], ahead[i, 1] = skin.ahead * cos(pose[i, 2]), -skin.ahead * sin(pose[i, 2])
        x[-1 - i], y[-1 - i] = x[i] + ahead[i, 0], y[i] + ahead[i, 1]
    for r in range(2 * n):
        known[r] = _together(sqrt(x[r] * x[r] + y[r] * y[r]) / skin.reach)
    return Places(x, y, known, ahead)


@compiled
def before(places: Places, most: int, skin: Skin) -> Belief:
    """Return what is believed while only the movement in the middle is known.

    Args:
        places: of n minutiae.
        most: minutiae that will be seen, at most.
        skin: how it may lie.
    """
    n = places.x.shape[0] // 2
    spread = np.empty(n)
    for i in range(n):
        far2 = places.x[i] ** 2 + places.y[i] ** 2
        spread[i] = skin.shift**2 + skin.stretch**2 * far2 + skin.bend**2 * (1 - places.known[i] ** 2)
    return Belief(np.zeros(2 * n), np.zeros(2 * n), spread, np.empty((most, 2 * n)))


@compiled_with(error_model="numpy")
def learn(
    belief: Belief, places: Places, seen: int, i: int, first: int, missed: tuple[float, float], noise: float, skin: Skin
) -> None:
    """Let one minutia's place be seen, and change what is believed of others.

    Args:
        belief: changed.
        places: of all.
        seen: minutiae seen before.
        i: the minutia.
        first: minutiae before this one need not be known of any more, nor what is ahead of them.
        missed: by how much it lies elsewhere than believed, x and y.
        noise: variance of that, square pixels.
        skin: how it may lie.
    """
    x, y, known, told, n = places.x, places.y, places.known, belief.told, belief.spread.shape[0]
    own, scale = told[seen], 1 / skin.reach
    shift, stretch, bend = skin.shift**2, skin.stretch**2, skin.bend**2
    own_x, own_y, own_known = x[i], y[i], known[i]
    for r in range(first, 2 * n - first):
        far = scale * sqrt((x[r] - own_x) ** 2 + (y[r] - own_y) ** 2)
        bent = bend * (_together(far) - known[r] * own_known)
        own[r] = shift + stretch * (x[r] * own_x + y[r] * own_y) + bent
    k = 0
    while k + 2 <= seen:  # two at once, so that what is known is fetched and put back half as often
        a, b = told[k, i], told[k + 1, i]
        for r in range(first, 2 * n - first):
            own[r] = own[r] - a * told[k, r] - b * told[k + 1, r]
        k += 2
    if k < seen:
        a = told[k, i]
        for r in range(first, 2 * n - first):
            own[r] -= a * told[k, r]
    total = max(0.0, own[i]) + noise
    share_x, share_y, root = missed[0] / total, missed[1] / total, 1 / sqrt(total)
    shift_x, shift_y, spread = belief.x, belief.y, belief.spread
    for r in range(first, 2 * n - first):
        shift_x[r] += own[r] * share_x
        shift_y[r] += own[r] * share_y
        own[r] *= root
    for r in range(first, n):
        spread[r] = max(0.0, spread[r] - own[r] * own[r])


@compiled
def direction_of(dx: float, dy: float) -> float:
    """Return the direction of a step, y down."""
    return atan2(-dy, dx)


class Residuals(NamedTuple):
    """How residuals spread where a place is known so surely: what does not depend on the residual, worked out once.

    Attributes:
        near, far: densities of place at distance 0, of the narrow and of the wide kind, with their shares.
        narrow, wide: what squared distances are multiplied by in their exponents.
        along, across: densities of direction likewise.
        straight, askew: what squared turns are multiplied by in their exponents.
        chance: natural log of the density by chance.
    """

    near: float
    far: float
    narrow: float
    wide: float
    along: float
    across: float
    straight: float
    askew: float
    chance: float


NOWHERE = Residuals(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
"""Stands for residuals that nobody needs."""


@compiled
def chance_of(model: EvidenceModel) -> float:
    """Return the natural log of the density of place and direction by chance."""
    return log(model.chance_density / (2 * pi))


@compiled
def residuals(spread2: float, chance: float, skin: Skin, model: EvidenceModel) -> Residuals:
    """Return how residuals spread.

    Of one finger, distance and direction each follow a narrow normal distribution with a wide one mixed in, both wider
    where the place was not sure; by chance, minutiae fall evenly over area and directions.

    Args:
        spread2: variance of the place, square pixels, by what was known.
        chance: see :func:`chance_of`.
        skin: how surely the direction follows the place.
        model: the constants.
    """
    share, narrow, wide = model.wide_share, model.noise**2 + spread2, model.wide**2 + spread2
    turning = spread2 * skin.turning**2
    straight, askew = model.noise_turn**2 + turning, model.wide_turn**2 + turning
    return Residuals(
        (1 - share) / (2 * pi * narrow),
        share / (2 * pi * wide),
        -1 / (2 * narrow),
        -1 / (2 * wide),
        (1 - share) / sqrt(2 * pi * straight),
        share / sqrt(2 * pi * askew),
        -1 / (2 * straight),
        -1 / (2 * askew),
        chance,
    )


@compiled
def residual_evidence(distance2: float, turn: float, spread: Residuals, model: EvidenceModel) -> tuple[float, float]:
    """Weigh how far a minutia lies from where it was believed.

    Args:
        distance2: from the place, square pixels.
        turn: from the direction, radians.
        spread: how residuals spread there.
        model: the constants.

    Returns:
        Natural log likelihood ratio of paired impressions against chance; the variance of noise in what was seen.
    """
    near, far = spread.near * exp(distance2 * spread.narrow), spread.far * exp(distance2 * spread.wide)
    along = spread.along * exp(turn * turn * spread.straight) + spread.across * exp(turn * turn * spread.askew)
    ratio = log(max(1e-30, near + far) * max(1e-30, along)) - spread.chance
    doubt = far / max(1e-30, near + far)
    return max(model.floor, ratio), model.noise**2 + doubt * (model.wide**2 - model.noise**2)


@compiled
def pair_doubt(quality: float, skin: Skin) -> float:
    """Return what the noise of a pair's place is divided by, for the lower quality of the two."""
    return float(max(quality, skin.least_quality) ** skin.blur)


@compiled
def expected(
    over: Pose, a: Print, b: Print, pairs: Pairs, middle: tuple[float, float], skin: Skin, model: EvidenceModel
) -> NDArray[np.float64]:
    """Tell how far the minutiae of all pairs lie from where the pairs before let expect them, for skin of one kind.

    Args:
        over: float64, shape (n, 3): minutiae of the one print, rigidly laid over the other.
        a: the one print.
        b: the other.
        pairs: int64, shape (k, 2): from the middle outwards.
        middle: around which the prints were laid over each other.
        skin: how it may lie.
        model: what is noise.

    Returns:
        float64, shape (k, 3): squared distance, difference of directions, variance of the place.
    """
    k = pairs.shape[0]
    pose, rows = np.empty((k, 3)), np.empty((k, 3))
    for p in range(k):
        for column in range(3):
            pose[p, column] = over[pairs[p, 0], column]
    places = places_of(pose, middle, skin)
    belief = before(places, k, skin)
    x, y, spread, ahead, pose_b = belief.x, belief.y, belief.spread, places.ahead, b.pose
    quality_a, quality_b, chance = a.quality, b.quality, chance_of(model)
    for p in range(k):
        i, j = pairs[p, 0], pairs[p, 1]
        missed = pose_b[j, 0] - (pose[p, 0] + x[p]), pose_b[j, 1] - (pose[p, 1] + y[p])
        direction = direction_of(ahead[p, 0] + x[-1 - p] - x[p], ahead[p, 1] + y[-1 - p] - y[p])
        rows[p, 0], rows[p, 1] = missed[0] ** 2 + missed[1] ** 2, wrap(direction - pose_b[j, 2])
        rows[p, 2] = spread[p]
        _, noise = residual_evidence(rows[p, 0], rows[p, 1], residuals(rows[p, 2], chance, skin, model), model)
        learn(belief, places, p, p, p, missed, noise / pair_doubt(min(quality_a[i], quality_b[j]), skin), skin)
    return rows


class Worth(NamedTuple):
    """What pairs are worth beside how they lie, k of them.

    Attributes:
        pro: float64, shape (k,): what each one's evidence is multiplied by.
        common: float64, shape (k,): by how much likelier it is by chance than usual, natural log.
    """

    pro: NDArray[np.float64]
    common: NDArray[np.float64]


@compiled
def worth_of(
    pairs: Pairs,
    pro_a: NDArray[np.float64],
    pro_b: NDArray[np.float64],
    common_a: NDArray[np.float64],
    common_b: NDArray[np.float64],
) -> Worth:
    """Return what pairs are worth, by what their minutiae are."""
    pro, common = np.empty(pairs.shape[0]), np.empty(pairs.shape[0])
    for p in range(pairs.shape[0]):
        i, j = pairs[p, 0], pairs[p, 1]
        pro[p], common[p] = min(pro_a[i], pro_b[j]), (common_a[i] + common_b[j]) / 2
    return Worth(pro, common)


@compiled
def skin_evidence(rows: NDArray[np.float64], worth: Worth, skin: Skin, model: EvidenceModel) -> float:
    """Return the log likelihood ratio of all pairs together, for skin of one kind.

    Each pair is weighed against where those before it let it lie: whatever way the skin is bent, it is paid for once.

    Args:
        rows: of the pairs, see :func:`expected`.
        worth: of the pairs.
        skin: how it may lie.
        model: what evidence is worth.
    """
    total, chance, pro, common = 0.0, chance_of(model), worth.pro, worth.common
    for p in range(rows.shape[0]):
        ratio, _ = residual_evidence(rows[p, 0], rows[p, 1], residuals(rows[p, 2], chance, skin, model), model)
        total += pro[p] * (ratio - common[p])
    return total
