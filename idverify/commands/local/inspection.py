"""What ``idverify inspect`` does."""

from __future__ import annotations

import cv2

from idverify.commands.local.inspection_page import page
from idverify.commands.session import RefusedError
from matcher.errors import MatcherError
from matcher.extraction.leader import load_leader
from matcher.extraction.ridge import RidgeExtractor
from matcher.images.decoding import decode_image
from matcher.pictures.panels import panels
from matcher.pictures.sheet import sheet
from matcher.pictures.stages import Inspection, inspect_image


def inspect_file(data: bytes, resolution_ppi: float | None) -> Inspection:
    """Decode an image file and run both extractors.

    Raises:
        RefusedError: the image cannot be read, or the network is not installed.
    """
    try:
        return inspect_image(decode_image(data, resolution_ppi=resolution_ppi), load_leader(), RidgeExtractor())
    except MatcherError as error:
        raise RefusedError(error.reason, str(error)) from None


def written(inspection: Inspection, name: str, suffix: str) -> bytes:
    """Return the page for ``.html``, and the picture for ``.png``; ``name`` is what to call the image."""
    shown = panels(inspection)
    if suffix == ".html":
        return page(name, inspection, shown).encode()
    return cv2.imencode(".png", sheet(shown))[1].tobytes()
