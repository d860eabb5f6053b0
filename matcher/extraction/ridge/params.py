"""Every constant of the ridge extractor, with unit and origin. Pixels are pixels at 500 dpi (19.685 px/mm)."""

from __future__ import annotations

from dataclasses import dataclass, field

CELL = 8
"""Side in pixels of the squares on which everything that varies slowly is computed: just under a ridge period."""


@dataclass(frozen=True, slots=True)
class MaskParams:
    """Where the finger is. Origin, where not said otherwise: the gradient method of Cappelli's pyfing (GMFS).

    Attributes:
        blur: sigma of the mean of the gradient, pixels.
        percentile: of the gradient, that stands for a strong ridge.
        share: of it, that is still a finger.
        least_contrast: standard deviation, grey levels, below which there is no ridge whatever the rest looks like.
            The noise of a sensor is about 2.
        closing, opening: radius, pixels: bays narrower than twice the one are filled, bridges narrower than twice the
            other cut.
        least_area: smallest finger, mm2: a contact of 5 x 5 mm.
    """

    blur: float = 6.0
    percentile: float = 95.0
    share: float = 0.2
    least_contrast: float = 4.0
    closing: float = 24.0
    opening: float = 24.0
    least_area: float = 25.0


@dataclass(frozen=True, slots=True)
class OrientationParams:
    """Which way the ridges run.

    Attributes:
        smoothing: sigma of the smoothing before the gradient, pixels.
        two_sided: sigma over which the gradients of ridges cancel out, pixels.
        two_sidedness: power with which gradients that do not lose their weight.
        scales: sigmas over which gradients are averaged, pixels.
        trust: coherence to this power weighs a scale against the others, ...
        narrow: ... and sigma to minus this power: where ridges are clear, the narrow scale follows their curve.
        final: sigma of the smoothing of the outcome, pixels.
    """

    smoothing: float = 1.0
    two_sided: float = 16.0
    two_sidedness: float = 1.0
    scales: tuple[float, ...] = (8.0, 16.0, 32.0)
    trust: float = 4.0
    narrow: float = 1.0
    final: float = 4.0


@dataclass(frozen=True, slots=True)
class PeriodParams:
    """How far apart the ridges are.

    Attributes:
        shortest, longest: period in pixels: children's fingers at 0.25 mm, wide ridges at 0.8 mm.
        steps: periods tried, in equal ratios.
        across, along: size of the window laid over the ridges, pixels: four periods, and as far as ridges are straight.
        smoothing: sigma of the smoothing over the finger, pixels: the period varies slowly.
        prior: weight of the finger's mean period against a window where all is one wave.
    """

    shortest: float = 5.0
    longest: float = 16.0
    steps: int = 24
    across: int = 44
    along: int = 20
    smoothing: float = 32.0
    prior: float = 0.02


@dataclass(frozen=True, slots=True)
class EnhancementParams:
    """The oriented filter. Origin of its width: Cappelli's pyfing (GBFEN).

    Attributes:
        directions: of the bank, in half a turn.
        periods: of the bank, in equal ratios between shortest and longest.
        width: sigma across the ridge, in periods.
        length: sigma along the ridge, in sigmas across.
        reach: half side of the filters, in sigmas along, at most ``largest_radius``.
        largest_radius: pixels.
    """

    directions: int = 48
    periods: int = 12
    width: float = 0.35
    length: float = 1.4
    reach: float = 2.2
    largest_radius: int = 13


@dataclass(frozen=True, slots=True)
class SkeletonParams:
    """From the filtered image to lines of one pixel.

    Attributes:
        smallest_island: ridges or valleys of fewer pixels are taken away: half a period wide, three long.
        spur: a branch shorter than this is the roughness of a ridge, pixels (SourceAFIS: 21).
        fragment: a line shorter than this is dirt or a pore, pixels (SourceAFIS: 22).
        looked_along: how far a line is followed from its end, pixels.
    """

    smallest_island: int = 40
    spur: float = 12.0
    fragment: float = 16.0
    looked_along: int = 24


@dataclass(frozen=True, slots=True)
class MinutiaParams:
    """From ends of lines to minutiae.

    Attributes:
        skipped: points of the line at its end that say nothing about its direction.
        snap: difference from the field up to which the field's direction is taken, radians.
        gap: two ends facing each other within this are one line, interrupted, pixels.
        facing: how far from facing each other they may be, radians.
        margin: distance from the edge of the finger below which it is the edge that ends the ridge, pixels.
        before: how far ahead of a minutia that distance is measured, pixels (SourceAFIS: 10.06).
        advance: skeletons end before the ridge does, pixels.
    """

    skipped: int = 2
    snap: float = 1.0
    gap: float = 12.0
    facing: float = 0.6
    margin: float = 4.0
    before: float = 8.0
    advance: float = 2.8


@dataclass(frozen=True, slots=True)
class SingularityParams:
    """Cores and deltas.

    Attributes:
        radius: of the path around a point, pixels.
        apart: a core and a delta nearer than this are noise, pixels.
    """

    radius: float = 12.0
    apart: float = 20.0


@dataclass(frozen=True, slots=True)
class RidgeParams:
    """All constants of the extractor.

    Attributes:
        minimum_quality: minutiae of lower quality are not reported.
        most: minutiae of highest quality that are kept.
    """

    mask: MaskParams = field(default_factory=MaskParams)
    orientation: OrientationParams = field(default_factory=OrientationParams)
    period: PeriodParams = field(default_factory=PeriodParams)
    enhancement: EnhancementParams = field(default_factory=EnhancementParams)
    skeleton: SkeletonParams = field(default_factory=SkeletonParams)
    minutiae: MinutiaParams = field(default_factory=MinutiaParams)
    singularities: SingularityParams = field(default_factory=SingularityParams)
    minimum_quality: float = 0.1
    most: int = 600


DEFAULT_RIDGE = RidgeParams()
