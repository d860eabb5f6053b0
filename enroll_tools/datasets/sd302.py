"""The layout of NIST Special Database 302: ``SUBJECT_DEVICE[_PPI]_CAPTURE_FINGER.png``, by device and capture.

Origin: Fiumara and others, NIST Technical Note 2007, Nail to Nail Fingerprint Challenge: 00002302_R_1000_roll_02.png,
and without resolution, 00002302_A_roll_02.png, of the challengers' devices. Fingers are codes of ANSI/NIST-ITL (FRGP):
1 to 10, 11 and 12 the thumbs put down plain. Pictures of several fingers (13 to 15) and palms are left out: cut ones
lie beside them. Several impressions of a finger are numbered in the order of their names.
"""

from __future__ import annotations

import re
from pathlib import Path

from enroll_tools.datasets.layout import Naming, by_naming
from enroll_tools.datasets.sample import DatasetSample
from matcher.types import FingerPosition

_NAME = re.compile(
    r"(?P<subject>\d{8})_(?P<device>[A-Z][A-Z0-9]?)(?:_(?P<ppi>\d{3,4}))?_(?P<capture>[a-z-]+)_(?P<finger>\d{2})\.(?:png|bmp)",
    re.ASCII,
)
_PLAIN_THUMBS = {11: FingerPosition.RIGHT_THUMB, 12: FingerPosition.LEFT_THUMB}


def _sample(path: Path, match: re.Match[str], resolution_ppi: float | None) -> DatasetSample | None:
    code = int(match["finger"])
    if not 1 <= code <= 12:
        return None
    finger = _PLAIN_THUMBS[code] if code in _PLAIN_THUMBS else FingerPosition(code)
    stated = float(match["ppi"]) if match["ppi"] else resolution_ppi
    return DatasetSample(path, match["subject"], finger, 0, stated, encounter=match["capture"], device=match["device"])


SD302 = by_naming(Naming("sd302", "00002302_R_1000_roll_02.png", _NAME, _sample, resolution_ppi=None))
"""The challengers' files state their resolution themselves."""
