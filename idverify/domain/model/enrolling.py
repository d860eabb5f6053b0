"""What an enrolment takes besides samples of single fingers, and what it is reported on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum

from idverify.domain.model.citizens import FingerException
from idverify.domain.model.prints import ImageSample, Sample


class ProfileTest(Enum):
    """What an enrolment profile asks of an impression."""

    RESOLUTION = "RESOLUTION"
    GREY_LEVELS = "GREY_LEVELS"
    MINUTIAE = "MINUTIAE"
    QUALITY = "QUALITY"
    CENTRE = "CENTRE"
    FORMAT = "FORMAT"


class ProfileOutcome(Enum):
    """How a test of a profile ended."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    UNTOLD = "UNTOLD"


@dataclass(frozen=True, slots=True)
class ProfileDemand:
    """What a profile wants of one test: exactly one of a least number, a largest number, and a name among several.

    Numbers are pixels per inch (RESOLUTION), grey levels, minutiae, the quality score, pixels at 500 ppi (CENTRE).
    """

    test: ProfileTest
    least: int | None = None
    most: int | None = None
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EnrolmentProfile:
    """Tests under a name, as a regulation has them. They are reported, and gate nothing."""

    name: str
    demands: tuple[ProfileDemand, ...]


Profiles = Mapping[str, EnrolmentProfile]
"""By name."""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What an image is as a file, and where the finger lies on it.

    Attributes:
        format: name of the file format.
        resolution_ppi: pixels per inch, as stated and borne out by the ridges.
        grey_levels: how many its samples can tell apart.
        off_centre: distance of the middle of the ridges from the middle of the image, pixels at 500 ppi; None: no
            ridges are seen.
    """

    format: str
    resolution_ppi: float
    grey_levels: int
    off_centre: float | None


@dataclass(frozen=True, slots=True)
class ProfileResult:
    """How one impression meets one demand. ``measured`` None: cannot be told, as of a template without its image."""

    demand: ProfileDemand
    measured: float | str | None
    outcome: ProfileOutcome


class SlapPosition(IntEnum):
    """Fingers that are pressed together, by the position codes of ISO/IEC 19794-4 and ANSI/NIST-ITL."""

    RIGHT_FOUR = 13
    LEFT_FOUR = 14
    TWO_THUMBS = 15


@dataclass(frozen=True, slots=True)
class SlapSample:
    """Image of several fingers as received."""

    position: SlapPosition
    image: ImageSample


@dataclass(frozen=True, slots=True)
class FingerBox:
    """Where a finger is on a slap, pixels of its image: middle, width across and length along the finger.

    ``angle_degrees``: how far it is turned counter-clockwise from upright.
    """

    x: float
    y: float
    width: float
    height: float
    angle_degrees: float


@dataclass(frozen=True, slots=True)
class CutFinger:
    """One finger cut out of a slap.

    Attributes:
        slap: which slap.
        box: where on it.
        sample: its upright image, with its finger.
        facts: of the slap's image; where a finger lies on an image that was cut around it says nothing.
    """

    slap: SlapPosition
    box: FingerBox
    sample: Sample
    facts: ImageFacts


@dataclass(frozen=True, slots=True)
class Besides:
    """What an enrolment may take besides samples of single fingers.

    Attributes:
        slaps: images of several fingers.
        fingers: those that cannot be shown: they are noted, and leave their place on a slap.
        profile: name of an enrolment profile that is reported on; empty: none.
    """

    slaps: tuple[SlapSample, ...] = ()
    fingers: tuple[FingerException, ...] = ()
    profile: str = ""


NOTHING_BESIDES = Besides()


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a file of several impressions holds: of ANSI/NIST-ITL, BIRs, a record of several views or images.

    Attributes:
        samples: of single fingers, each with its position if the file says.
        slaps: of several fingers.
        fingers: those that cannot be shown, as the file says.
    """

    samples: tuple[Sample, ...]
    slaps: tuple[SlapSample, ...] = ()
    fingers: tuple[FingerException, ...] = ()
