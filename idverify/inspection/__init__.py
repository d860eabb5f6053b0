"""Every stage of the extraction of one image, to look at: panels, and a page or a sheet of them."""

from __future__ import annotations

import cv2

from idverify.inspection.inspection import Inspection, inspect_image
from idverify.inspection.page import page
from idverify.inspection.panels import panels
from idverify.inspection.sheet import sheet
from matcher.extraction.leader import load_leader
from matcher.extraction.ridge import RidgeExtractor
from matcher.images import decode_image

__all__ = ["Inspection", "drawn", "inspect_file"]


def inspect_file(data: bytes, resolution_ppi: float | None) -> Inspection:
    """Decode an image file and run both extractors.

    Raises:
        MatcherError: the image cannot be read, or the network is not installed.
    """
    return inspect_image(decode_image(data, resolution_ppi=resolution_ppi), load_leader(), RidgeExtractor())


def drawn(inspection: Inspection, name: str, suffix: str) -> bytes:
    """Return the page for ``.html``, and the picture for ``.png``; ``name`` is what to call the image."""
    shown = panels(inspection)
    if suffix == ".html":
        return page(name, inspection, shown).encode()
    return cv2.imencode(".png", sheet(shown))[1].tobytes()
