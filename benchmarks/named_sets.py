"""Test sets as they are named on a command line: ``FOLDER`` or ``FOLDER:PPI``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from enroll_tools.datasets import DatasetError, DatasetSample, open_dataset


@dataclass(frozen=True, slots=True)
class NamedSet:
    """A test set in FVC layout.

    Attributes:
        name: the last two parts of its folder's path: ``fvc2002/DB1_B``.
        samples: its impressions.
    """

    name: str
    samples: list[DatasetSample]


def open_named(text: str) -> NamedSet:
    """Open a set.

    Raises:
        DatasetError: the folder is not such a set, or what follows the colon is no resolution.
    """
    folder, colon, ppi = text.rpartition(":")
    if not colon:
        return _opened(text, None)
    try:
        return _opened(folder, float(ppi))
    except ValueError:
        raise DatasetError(
            f"{text}: after the colon stands the resolution in pixels per inch, as in FOLDER:569"
        ) from None


def _opened(folder: str, ppi: float | None) -> NamedSet:
    name = "/".join(Path(folder).resolve().parts[-2:])
    return NamedSet(name, open_dataset(folder, layout="fvc", resolution_ppi=ppi))
