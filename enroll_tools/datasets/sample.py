"""One print of a test set, and the error for a folder that is not one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from matcher.types import FingerPosition

IMAGE_SUFFIXES = (".tif", ".tiff", ".bmp", ".png", ".jpg", ".jpeg")


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
    """

    path: Path
    subject: str
    finger: FingerPosition
    impression: int
    resolution_ppi: float | None

    @property
    def iso_path(self) -> Path:
        """Where the ISO/IEC 19794-2 record of the same impression lies, if there is one."""
        return self.path.with_suffix(".iso")


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
