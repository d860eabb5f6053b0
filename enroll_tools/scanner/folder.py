"""The prints that a scanner without a sensor plays: files of a folder, each finger's in turn."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from threading import Lock

from enroll_tools.datasets.fvc import DEFAULT_RESOLUTION_PPI, is_fvc_name, load_fvc
from enroll_tools.datasets.resolution import believable_resolution, folder_resolution
from enroll_tools.datasets.sample import IMAGE_SUFFIXES, DatasetError, DatasetSample, refuse_repeated
from matcher.images.decoding import decode_image
from matcher.types import FingerPosition, Image

_NAME = re.compile(r"((?:left|right)_(?:thumb|index|middle|ring|little))(?:_(\d+))?", re.ASCII | re.IGNORECASE)


class PrintFolder:
    """Plays prints: of the finger that is asked for its next one, after the last the first again.

    Args:
        samples: of known fingers, or all of unknown ones; those are played in order, whichever finger is asked for.
    """

    def __init__(self, samples: Sequence[DatasetSample]) -> None:
        found: dict[FingerPosition, list[DatasetSample]] = defaultdict(list)
        for sample in samples:
            found[sample.finger].append(sample)
        self._turns = {finger: cycle(of_one) for finger, of_one in found.items()}
        self._lock = Lock()

    def next_of(self, finger: FingerPosition) -> Image | None:
        """Return the next print of a finger; of UNKNOWN any. None: there is none of it.

        Raises:
            MatcherError: the file is no image that can be read.
        """
        with self._lock:
            turn = self._turns.get(finger) or self._turns.get(FingerPosition.UNKNOWN)
            if turn is None and finger is FingerPosition.UNKNOWN:
                turn = next(iter(self._turns.values()))
            if turn is None:
                return None
            sample = next(turn)
        return decode_image(sample.path.read_bytes(), resolution_ppi=sample.resolution_ppi)


def load_prints(folder: Path, resolution_ppi: float | None = None) -> list[DatasetSample]:
    """List the prints of a folder: ``RIGHT_INDEX.png``, ``RIGHT_INDEX_2.png``, ...; or in FVC layout, ``101_1.tif``.

    Args:
        folder: holds the images and, if wanted, ``dataset.json``.
        resolution_ppi: of all images; wins over the side file, which wins over the image's own statement, then 500.

    Raises:
        DatasetError: there is none, two are the same impression, or the resolution is out of range.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES and path.is_file())
    named = [(match, path) for path in files if (match := _NAME.fullmatch(path.stem))]
    if not named:
        if any(is_fvc_name(path.name) for path in files):
            return load_fvc(folder, resolution_ppi)
        raise DatasetError(
            f"no print in {folder}: expected files such as RIGHT_INDEX.png, RIGHT_INDEX_2.png or 101_1.tif"
        )
    stated = folder_resolution(folder, resolution_ppi)
    samples = [
        DatasetSample(
            path,
            "person",
            FingerPosition[match[1].upper()],
            int(match[2] or 1),
            stated or believable_resolution(path) or DEFAULT_RESOLUTION_PPI,
        )
        for match, path in named
    ]
    samples.sort(key=lambda sample: (sample.finger, sample.impression))
    refuse_repeated(samples)
    return samples
