"""The layout of PolyU's high-resolution sets: ``FINGER_SESSION_IMPRESSION.jpg``.

Origin: Hong Kong Polytechnic University, High-Resolution-Fingerprint Database (DBI, DBII): 1_2_5.jpg is the fifth
impression of finger 1 in the second session. Every finger is a subject of its own: the set does not say whose it is.
"""

from __future__ import annotations

import re
from pathlib import Path

from enroll_tools.datasets.layout import Naming, by_naming
from enroll_tools.datasets.sample import DatasetSample
from matcher.types import FingerPosition

_NAME = re.compile(
    r"(?P<finger>\d+)_(?P<session>\d+)_(?P<impression>\d+)\.(?:jpe?g|bmp|png|tiff?)", re.IGNORECASE | re.ASCII
)


def _sample(path: Path, match: re.Match[str], resolution_ppi: float | None) -> DatasetSample:
    # Numbered through both sessions, in the order of their names.
    session = f"session {match['session']}"
    return DatasetSample(path, match["finger"], FingerPosition.UNKNOWN, 0, resolution_ppi, encounter=session)


POLYU = by_naming(Naming("polyu", "1_1_1.jpg", _NAME, _sample, resolution_ppi=1200.0))
"""Their own sensor has about 1200 ppi; the files state none."""
