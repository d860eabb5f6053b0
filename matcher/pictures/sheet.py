"""All panels on one picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from matcher.pictures.panels import Panel
from matcher.types import ByteArray

COLUMNS = 4
_GAP, _HEADING, _SIZE = 16, 34, 22


def sheet(panels: Sequence[Panel]) -> ByteArray:
    """Return the panels in rows of four under their titles, uint8 (h, w, 3), blue, green, red."""
    height, width = panels[0].picture.shape[:2]
    rows = -(-len(panels) // COLUMNS)
    size = (COLUMNS * (width + _GAP) + _GAP, rows * (height + _HEADING + _GAP) + _GAP)
    picture = Image.new("RGB", size, "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(_SIZE)
    for number, panel in enumerate(panels):
        row, column = divmod(number, COLUMNS)
        x, y = _GAP + column * (width + _GAP), _GAP + row * (height + _HEADING + _GAP)
        pen.text((x, y), panel.title, fill="black", font=font)
        picture.paste(Image.fromarray(panel.picture), (x, y + _HEADING))
    return np.array(picture)
