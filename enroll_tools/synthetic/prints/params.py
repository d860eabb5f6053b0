"""Every constant of the generator, with unit and origin. Pixels are pixels at 500 dpi (19.685 px/mm)."""

from __future__ import annotations

from dataclasses import dataclass

Range = tuple[float, float]
"""Bounds of a uniform draw."""


@dataclass(frozen=True, slots=True)
class MasterParams:
    """The finger itself. Origin, where not said otherwise: SFinGe (Cappelli 2009, Handbook of Fingerprint Recognition).

    Attributes:
        width, height: frame in pixels.
        half_width, half_height: semi-axes of the finger's ellipse in pixels; a flat finger is 15 to 18 mm wide.
        period: base ridge period of a finger in pixels (0.43 to 0.5 mm in adults).
        period_variation: relative amplitude of its smooth variation over the finger.
        lower_widening: factor on the period towards the joint, where ridges are wider.
        singularity_warp: radians, root mean square of the corrections of Vizcaya and Gerhardt 1996; without them prints
            look alike.
        arching: radians by which ridges bend down beside the tip.
        density: minutiae aimed at per mm^2, of the ellipse. 0.2 to 0.25 are usual (recipe: 30 to 60 on a plain print).
        directions, periods: size of the Gabor bank.
        gain: of the soft clip in growth; higher is nearer to a sign and freezes sooner.
        sweeps: least and most filterings of the growing pattern.
        sweeps_per_look: filterings between two counts of the minutiae.
    """

    width: int = 360
    height: int = 480
    half_width: Range = (155.0, 172.0)
    half_height: Range = (205.0, 230.0)
    period: Range = (8.4, 9.8)
    period_variation: float = 0.06
    lower_widening: Range = (1.05, 1.18)
    singularity_warp: float = 0.2
    arching: Range = (0.35, 0.65)
    density: Range = (0.19, 0.26)
    directions: int = 60
    periods: int = 9
    gain: float = 3.0
    sweeps: tuple[int, int] = (16, 120)
    sweeps_per_look: int = 4


@dataclass(frozen=True, slots=True)
class ImpressionParams:
    """One touch of a sensor: what varies between impressions of a finger, and by how much.

    Attributes:
        width, height: frame of the sensor in pixels: 16.3 x 20.3 mm, a usual optical sensor.
        contact: semi-axes of the touching area as a part of the finger's.
        contact_shift: standard deviation in pixels of where on the finger it lies, of x and of y.
        rotation: standard deviation in degrees, cut at three of them.
        translation: standard deviation in pixels of where on the sensor it lies.
        slip: pixels by which loose skin is dragged against the area under pressure (Cappelli, Maio, Maltoni 2001).
        twist: degrees by which it is turned.
        plasticity: width of the transition, in units of the area under pressure; same origin.
        bumps: standard deviation in pixels of the smooth displacement on top.
        pressed: pixels by which a part of the skin slips against the rest, as of a finger that is pressed and dragged;
            see :mod:`enroll_tools.synthetic.prints.pressing`.
        wetness: bounds of the threshold on the ridge wave: -0.5 is wet (wide ridges), +0.5 dry (thin ones).
        wetness_variation: standard deviation of its smooth variation over the print.
        speckle: part of the ridge pixels that a dry finger loses at most.
        scratches: most lines without ink.
        contrast: grey levels between valley and ridge.
        noise: standard deviation of the sensor's noise in grey levels.
        blur: standard deviation in pixels of the sensor's point spread.
    """

    width: int = 320
    height: int = 400
    contact: Range = (0.78, 0.95)
    contact_shift: float = 12.0
    rotation: float = 7.0
    translation: float = 10.0
    slip: float = 9.0
    twist: float = 4.0
    plasticity: Range = (0.8, 2.0)
    bumps: float = 1.2
    pressed: float = 0.0
    wetness: Range = (-0.35, 0.4)
    wetness_variation: float = 0.15
    speckle: float = 0.12
    scratches: int = 3
    contrast: Range = (110.0, 170.0)
    noise: float = 7.0
    blur: Range = (0.6, 1.0)


DEFAULT_MASTER = MasterParams()
EASY = ImpressionParams(
    contact=(0.88, 1.0),
    contact_shift=5.0,
    rotation=3.0,
    translation=5.0,
    slip=3.0,
    twist=1.5,
    bumps=0.6,
    wetness=(-0.15, 0.2),
    speckle=0.03,
    scratches=1,
    noise=4.0,
)
MEDIUM = ImpressionParams()
HARD = ImpressionParams(
    contact=(0.6, 0.85),
    contact_shift=22.0,
    rotation=11.0,
    translation=14.0,
    slip=16.0,
    twist=7.0,
    bumps=2.0,
    wetness=(-0.55, 0.6),
    wetness_variation=0.22,
    speckle=0.25,
    scratches=6,
    contrast=(70.0, 150.0),
    noise=12.0,
)
