"""The layout of the Sokoto Coventry Fingerprint Dataset: ``SUBJECT__SEX_HAND_FINGER_finger.BMP``.

Origin: Shehu, Ruiz-Garcia, Palade, James 2018, arXiv 1807.10609. Ten fingers a person, one real impression of each;
the altered variants carry one more word at the end: _CR central rotation, _Obl obliteration, _Zcut z-cut.
"""

from __future__ import annotations

import re
from pathlib import Path

from enroll_tools.datasets.resolution import folder_resolution
from enroll_tools.datasets.sample import DatasetError, DatasetSample, refuse_repeated
from matcher.types import FingerPosition

_NAME = re.compile(
    r"(?P<subject>\d+)__(?P<sex>[MF])_(?P<hand>Left|Right)_(?P<finger>thumb|index|middle|ring|little)_finger"
    r"(?:_(?P<change>CR|Obl|Zcut))?\.bmp",
    re.ASCII | re.IGNORECASE,
)
_IMPRESSIONS = {None: 1, "cr": 2, "obl": 3, "zcut": 4}


def is_socofing_name(name: str) -> bool:
    """Tell whether a file belongs to the layout."""
    return _NAME.fullmatch(name) is not None


def load_socofing(folder: Path, resolution_ppi: float | None = None) -> list[DatasetSample]:
    """List the impressions of a folder, by subject, then finger; real ones are impression 1, altered ones 2 to 4.

    Args:
        folder: holds the images and, if wanted, ``dataset.json``.
        resolution_ppi: of all images; must be stated here or in the side file, because the files state a wrong one
            (they say 500 dpi or nothing believable, their ridge spacing says about 200).

    Raises:
        DatasetError: nothing in the folder has such a name, two files are the same impression, or nobody states the
            resolution.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder")
    stated = folder_resolution(folder, resolution_ppi)
    if stated is None:
        raise DatasetError("state the resolution of a SOCOFing folder (about 200 ppi): its files declare a wrong one")
    samples = [_sample(path, match, stated) for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))]
    if not samples:
        raise DatasetError(
            f"no SOCOFing print in {folder}: expected files SUBJECT__SEX_HAND_FINGER_finger.BMP, "
            "such as 1__M_Left_index_finger.BMP"
        )
    samples.sort(key=lambda sample: (int(sample.subject), sample.finger, sample.impression))
    refuse_repeated(samples)
    return samples


def _sample(path: Path, match: re.Match[str], stated: float) -> DatasetSample:
    finger = FingerPosition[f"{match['hand']}_{match['finger']}".upper()]
    change = match["change"]
    impression = _IMPRESSIONS[None if change is None else change.lower()]
    return DatasetSample(path, str(int(match["subject"])), finger, impression, stated, sex=match["sex"].upper())
