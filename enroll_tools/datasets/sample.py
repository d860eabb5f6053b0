"""One print of a test set, and the error for a folder that is not one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from matcher.types import FingerPosition

IMAGE_SUFFIXES = (".tif", ".tiff", ".bmp", ".png", ".jpg", ".jpeg", ".fir")


class DatasetError(Exception):
    """A folder or a list is not what its layout asks for. The text says what was expected, and where."""

    reason: ClassVar[str] = "DATASET_INVALID"


@dataclass(frozen=True, slots=True)
class DatasetSample:
    """One impression of a test set.

    Attributes:
        path: the image file.
        subject: whose finger it is, unique within the set. In the FVC layout every finger is a subject of its own.
        finger: position, UNKNOWN where the set does not say.
        impression: number of the impression of that finger, from 1.
        resolution_ppi: pixels per inch to read the image at; None leaves it to the file's own statement.
        encounter: name of the occasion on which it was taken; prints of a subject of one name belong together.
        sex: of the subject as the set writes it, upper case; empty: not stated.
        device: what took it, as the set writes it; empty: not stated.
        several: the file holds several impressions, and states the finger of each.
        line: of the list, from 1; None: told by the names of files.
    """

    path: Path
    subject: str
    finger: FingerPosition
    impression: int
    resolution_ppi: float | None
    encounter: str = ""
    sex: str = ""
    device: str = ""
    line: int | None = field(default=None, compare=False)
    several: bool = False

    @property
    def iso_path(self) -> Path:
        """Where the ISO/IEC 19794-2 record of the same impression lies, if there is one."""
        return self.path.with_suffix(".iso")


@dataclass(frozen=True, slots=True)
class StatedPerson:
    """Who a subject of a list is, as the list says.

    Attributes:
        full_name: as the register has it.
        birth_date: YYYY-MM-DD or YYYY; empty: not stated.
        sex: M, F or empty.
        records: JSON file of an object: record type to record; None: no records.
    """

    full_name: str = field(repr=False)
    birth_date: str = field(repr=False)
    sex: str = field(repr=False)
    records: Path | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """The prints of a test set or of a list of people.

    Attributes:
        samples: in order.
        people: of a list of real people, who each subject is; empty for test sets.
    """

    samples: list[DatasetSample]
    people: Mapping[str, StatedPerson] = field(default_factory=dict)


def refuse_repeated(samples: list[DatasetSample]) -> None:
    """Raise if two files claim to be the same impression: one would silently stand for the other.

    Raises:
        DatasetError: naming both files.
    """
    seen: dict[tuple[str, FingerPosition, int], Path] = {}
    for sample in samples:
        first = seen.setdefault((sample.subject, sample.finger, sample.impression), sample.path)
        if first is not sample.path:
            raise DatasetError(f"{first.name} and {sample.path.name} are the same impression: keep one of them")
