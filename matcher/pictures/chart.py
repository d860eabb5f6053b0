"""What the score is made of, as bars to the right (for) and to the left (against)."""

from __future__ import annotations

import numpy as np

from matcher.comparison.compare import Comparison
from matcher.pictures.canvas import Canvas, Colour
from matcher.pictures.marks import AGAINST, INK

ROW = 22  # height of a bar with its space, screen pixels

_FOR: Colour = (110, 140, 40)
_TOTAL: Colour = (90, 90, 90)
_NAMES = 110  # width of the names
_FULL = 60.0  # a score that fills the bars' half; what is larger shrinks all of them


def draw_contributions(canvas: Canvas, x: int, y: int, width: int, comparison: Comparison) -> None:
    """Draw one bar for each contribution and one for the score, ``ROW`` pixels each, in natural log units."""
    rows = [*comparison.contributions.items(), ("score", comparison.score)]
    zero = x + _NAMES + (width - _NAMES) // 3
    unit = (x + width - 50 - zero) / max(_FULL, *(abs(value) for _, value in rows))
    for number, (name, value) in enumerate(rows):
        top = y + ROW * number
        bottom = top + ROW - 6
        end = zero + unit * value
        colour = _TOTAL if name == "score" else _FOR if value >= 0 else AGAINST
        canvas.fill(np.array([[zero, top], [end, top], [end, bottom], [zero, bottom]], np.float64), colour, 0.8)
        canvas.write(x + _NAMES - 10, (top + bottom) / 2, name, 14, INK, "rm")
        beside, anchor = (end + 5, "lm") if value >= 0 else (end - 5, "rm")
        canvas.write(beside, (top + bottom) / 2, f"{value:.1f}", 13, INK, anchor)
    canvas.line(np.array([[zero, y - 3], [zero, y + ROW * len(rows)]], np.float64), INK)
