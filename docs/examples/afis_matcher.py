"""The package afis (PyPI, 1.2.7) as a matcher of one's own: MINDTCT's minutiae, compared as SourceAFIS does."""

from typing import Any

import afis
import numpy as np

WORKER = afis.NbisExtractor(extractor="mindtct", matcher="safis", quality_mode="none", resolution_ppi=500)


def extract(pixels: np.ndarray) -> Any:
    """Return its template; None where it finds no print."""
    try:
        template = WORKER.extract_minutiae(pixels.astype(np.float64))
    except RuntimeError:
        return None
    return template if template.n_minutiae else None


def match(a: Any, b: Any) -> float:
    """Return its score before it is cut off where it thinks that a match is sure."""
    return float(WORKER.match(a, b).raw_score)


extract.id, match.id = "afis 1.2.7 mindtct", "afis 1.2.7 safis"  # type: ignore[attr-defined]
