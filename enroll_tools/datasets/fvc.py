"""The layout of the Fingerprint Verification Competitions: one folder of ``FINGER_IMPRESSION.tif``.

Origin: FVC2000 to FVC2004 (bias.csr.unibo.it/fvc2002/databases.asp): 101_1.tif is the first impression of finger 101.
"""

from __future__ import annotations

import re
from pathlib import Path

from enroll_tools.datasets.resolution import believable_resolution, folder_resolution
from enroll_tools.datasets.sample import IMAGE_SUFFIXES, DatasetError, DatasetSample, refuse_repeated
from matcher.types import FingerPosition

DEFAULT_RESOLUTION_PPI = 500.0
"""Taken where nobody says otherwise: the FVC files carry no usable resolution, and most of their sensors had 500."""

_NAME = re.compile(r"(\d+)_(\d+)", re.ASCII)


def is_fvc_name(name: str) -> bool:
    """Tell whether a file belongs to the layout."""
    return _numbers(name) is not None


def load_fvc(folder: Path, resolution_ppi: float | None = None) -> list[DatasetSample]:
    """List the impressions of a folder, by finger, then impression, both as numbers. Other files are ignored.

    Args:
        folder: holds the images and, if wanted, ``dataset.json``.
        resolution_ppi: of all images; wins over the side file, which wins over a believable statement of the image,
            which wins over 500.

    Raises:
        DatasetError: nothing in the folder has such a name, two files are the same impression, or the resolution is
            out of range.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder")
    stated = folder_resolution(folder, resolution_ppi)
    found = [(numbers, path) for path in folder.iterdir() if (numbers := _numbers(path.name)) and path.is_file()]
    if not found:
        raise DatasetError(
            f"no FVC print in {folder}: expected files FINGER_IMPRESSION with one of {', '.join(IMAGE_SUFFIXES)}, "
            "such as 101_1.tif"
        )
    samples = [_sample(path, *numbers, stated) for numbers, path in sorted(found)]
    refuse_repeated(samples)
    return samples


def _numbers(name: str) -> tuple[int, int] | None:
    path = Path(name)
    match = _NAME.fullmatch(path.stem)
    if match is None or path.suffix.lower() not in IMAGE_SUFFIXES:
        return None
    return int(match[1]), int(match[2])


def _sample(path: Path, finger: int, impression: int, stated: float | None) -> DatasetSample:
    resolution = stated or believable_resolution(path) or DEFAULT_RESOLUTION_PPI
    return DatasetSample(path, str(finger), FingerPosition.UNKNOWN, impression, resolution)
