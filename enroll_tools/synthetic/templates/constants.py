"""What a population model is made of, as compiled loops take it: of the finger, of its touch, of the sensors.

Named tuples, because compiled loops take these as they are. Pixels are pixels at 500 dpi.
"""

from __future__ import annotations

from typing import NamedTuple

COMPANY = (14.0, 22.0, 30.0, 45.0, 70.0, 100.0)
"""Upper ends of the bands of distance, pixels, in which a minutia's neighbours have a say in its side."""


class FingerConstants(NamedTuple):
    """The finger itself.

    Attributes:
        width, height: frame of the ridges' field in pixels.
        middle: height of the finger's middle in that frame, pixels from its top.
        half_x, half_y: mean semi-axes of the finger, pixels; no touch sees beyond.
        half_spread: most by which they differ between fingers, as a part.
        arches, tented, left_loops, right_loops: the natural class mix as a cumulative share; the rest are whorls.
        core_y: height of the core in the frame, or of the middle between two; ``core_x_spread``, ``core_y_spread``:
            standard deviation of its place between fingers.
        delta_x, delta_y: mean distance of a delta from the core; it is up to 20 % more or less.
        arching, arching_spread: half the radians by which ridges bend down at the frame's side, and its standard
            deviation between fingers.
        arching_lean: by how much more that is on the open side of a loop and less on its delta's, as a part.
        arching_foot, arching_foot_spread: height at which that ends, and its standard deviation.
        arching_fade: pixels in which it ends.
        singularity_warp: radians, root mean square of the corrections around cores and deltas.
        waviness: radians, standard deviation of the amplitude of each of three smooth waves on top.
        density: minutiae per square pixel far from cores and deltas, found or not.
        density_spread: standard deviation of its logarithm between fingers.
        core_density, delta_density: by how much more there are at a core or delta, as a part.
        crowding_reach: standard deviation in pixels of where there are more.
        nearest, apart: pixels; nearer than the one two minutiae never are, farther than the other nothing keeps them
            apart.
        along: factor on distances along the ridges, for that.
        period: of the ridges, pixels.
        splay: by how much the splay of the ridges decides the minutiae's sides, as a part of what a constant ridge
            period would ask for.
        company: log odds that a neighbour adds to its own side, by its distance, in bands of ``COMPANY`` pixels; the
            nearest pair off.
        facing: log odds with which a minutia points towards a neighbour, likewise: where a ridge begins and soon ends,
            both ends point inwards.
        room: by how much the ridges beside a minutia make room for it, as a part of what the phase of an even pattern
            would ask for; ``room_core``, ``room_reach``: pixels, nearer than which and beyond which that fades.
        residual, wide_residual: radians, standard deviation of a minutia's direction around the ridges', mostly and
            sometimes.
        wide_share, core_wide_share: how often "sometimes" is, and by how much more often at a core or delta.
        bifurcations, bifurcations_spread: part of bifurcations, and its standard deviation between fingers.
    """

    width: float
    height: float
    middle: float
    half_x: float
    half_y: float
    half_spread: float
    arches: float
    tented: float
    left_loops: float
    right_loops: float
    core_y: float
    core_x_spread: float
    core_y_spread: float
    delta_x: float
    delta_y: float
    arching: float
    arching_spread: float
    arching_lean: float
    arching_foot: float
    arching_foot_spread: float
    arching_fade: float
    singularity_warp: float
    waviness: float
    density: float
    density_spread: float
    core_density: float
    delta_density: float
    crowding_reach: float
    nearest: float
    apart: float
    along: float
    period: float
    splay: float
    company: tuple[float, float, float, float, float, float]
    facing: tuple[float, float, float, float, float, float]
    room: float
    room_core: float
    room_reach: float
    residual: float
    wide_residual: float
    wide_share: float
    core_wide_share: float
    bifurcations: float
    bifurcations_spread: float


class TouchConstants(NamedTuple):
    """One touch of a sensor. Standard deviations are of one impression, not of the difference of two.

    Attributes:
        own, touch, patch: parts of the variance of a minutia's plainness that are the minutia's own, the impression's,
            and that of a region of it; the rest is chance.
        threshold: plainness, in standard deviations, below which a minutia is not found.
        edge, edge_reach: by how much less plain it is at the edge of the contact area, and pixels in which that fades.
        spurious: false minutiae as a part of all.
        spurious_best, spurious_doubt: highest rank of their quality, and power of a uniform draw that ranks it below.
        spurious_edge: part of them that lies in the outer tenth of the contact area.
        jitter, doubtful_jitter: pixels on each axis, at quality 1 and added at quality 0.
        wide_jitter: factor on the jitter of some.
        turn_jitter, doubtful_turn_jitter: radians, likewise.
        wide_share: part of the minutiae whose jitter is wide.
        stretch: standard deviation of the coefficients of the linear part of the skin's distortion.
        bump, bump_reach: pixels, standard deviation of the four bumps on top on each axis, and their width.
        distortion_spread: standard deviation of the logarithm of all distortion between impressions.
        rotation, wide_rotation, wide_rotation_share: radians; mostly and sometimes, and how often that is.
        shift_x, shift_y: pixels, of the contact area's place on the finger.
        kind_error: how often an ending passes for a bifurcation or the other way round.
    """

    own: float
    touch: float
    patch: float
    threshold: float
    edge: float
    edge_reach: float
    spurious: float
    spurious_best: float
    spurious_doubt: float
    spurious_edge: float
    jitter: float
    doubtful_jitter: float
    wide_jitter: float
    turn_jitter: float
    doubtful_turn_jitter: float
    wide_share: float
    stretch: float
    bump: float
    bump_reach: float
    distortion_spread: float
    rotation: float
    wide_rotation: float
    wide_rotation_share: float
    shift_x: float
    shift_y: float
    kind_error: float


class Sensor(NamedTuple):
    """A kind of sensor and how fingers lie on it, pixels.

    Attributes:
        width, height: frame.
        middle: height of the finger's middle in that frame, pixels from its top.
        half_x, half_y: mean semi-axes of the contact area.
        half_x_spread, half_y_spread: their standard deviation; half of the variance is the finger's, half the touch's.
        place_x, place_y: mean place of its middle from the frame's.
        place_x_spread, place_y_spread: its standard deviation.
    """

    width: float
    height: float
    half_x: float
    half_y: float
    half_x_spread: float
    half_y_spread: float
    place_x: float
    place_y: float
    place_x_spread: float
    place_y_spread: float
