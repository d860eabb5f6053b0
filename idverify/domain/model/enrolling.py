"""What an enrolment is reported on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


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


@dataclass(frozen=True, slots=True)
class Besides:
    """What an enrolment may take besides samples of single fingers.

    Attributes:
        profile: name of an enrolment profile that is reported on; empty: none.
    """

    profile: str = ""


NOTHING_BESIDES = Besides()
