"""The layout of CASIA-FingerprintV5: ``SUBJECT_HANDFINGER_IMPRESSION.bmp``, in folders of subject and hand.

Origin: Chinese Academy of Sciences' Institute of Automation, biometrics.idealtest.org: 500 people, eight fingers, five
impressions each; 000_L0_4.bmp is the last impression of the left thumb (0; 1 index, 2 middle, 3 ring) of subject 000.
"""

from __future__ import annotations

import re
from pathlib import Path

from enroll_tools.datasets.layout import Naming, by_naming
from enroll_tools.datasets.sample import DatasetSample
from matcher.types import FingerPosition

_NAME = re.compile(
    r"(?P<subject>\d+)_(?P<hand>[LR])(?P<finger>[0-3])_(?P<impression>\d+)\.(?:bmp|png)", re.IGNORECASE | re.ASCII
)
_FINGERS = ("THUMB", "INDEX", "MIDDLE", "RING")


def _sample(path: Path, match: re.Match[str], resolution_ppi: float | None) -> DatasetSample:
    hand = "LEFT" if match["hand"].upper() == "L" else "RIGHT"
    finger = FingerPosition[f"{hand}_{_FINGERS[int(match['finger'])]}"]
    return DatasetSample(path, match["subject"], finger, int(match["impression"]) + 1, resolution_ppi)


CASIA = by_naming(Naming("casia", "000_L0_0.bmp", _NAME, _sample, resolution_ppi=500.0))
"""The files state none that could be believed."""
