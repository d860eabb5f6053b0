"""The layout of NIST Special Database 4: ``f0001_01.png`` and ``s0001_01.png``, first and second rolling of a finger.

Origin: Watson, Wilson, NIST Special Database 4, Fingerprint Database, 1992: 2000 fingers by number, then their position
from 1 to 10. Beside each image may lie a text with the line ``Gender: M``. Scanned at 19.7 pixels a millimetre.
"""

from __future__ import annotations

import re
from pathlib import Path

from enroll_tools.datasets.layout import Naming, by_naming
from enroll_tools.datasets.sample import DatasetSample
from matcher.types import FingerPosition

_NAME = re.compile(
    r"(?P<rolling>[fs])(?P<number>\d{4})_(?P<finger>0[1-9]|10)\.(?:png|bmp|tiff?|jpe?g)", re.IGNORECASE | re.ASCII
)
_SEX = re.compile(r"^\s*(?:Gender|Sex)\s*:\s*([MF])", re.IGNORECASE | re.MULTILINE)


def _sample(path: Path, match: re.Match[str], resolution_ppi: float | None) -> DatasetSample:
    impression = 1 if match["rolling"].lower() == "f" else 2
    finger = FingerPosition(int(match["finger"]))
    return DatasetSample(path, match["number"], finger, impression, resolution_ppi, sex=_sex_beside(path))


def _sex_beside(path: Path) -> str:
    text = path.with_suffix(".txt")
    if not text.is_file():
        return ""
    found = _SEX.search(text.read_text(encoding="ascii", errors="replace"))
    return found[1].upper() if found else ""


SD4 = by_naming(Naming("sd4", "f0001_01.png", _NAME, _sample, resolution_ppi=500.0))
