"""Bars of counts as a picture: SVG 1.1, written by hand, as nothing that draws charts is needed for one."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_HEIGHT = 18  # of a bar, pixels
_PITCH = 26
_LABELS = 260  # width that is left for names
_BARS = 480
_NUMBERS = 80
_MARGIN = 12
_TITLE = 24


def bars(panels: Sequence[tuple[str, Sequence[tuple[str, int]]]]) -> str:
    """Return a picture of panels below each other, each a title and its bars: a name and a whole number not below 0.

    The longest bar of a panel takes all the room there is; a count of nothing has no bar, and its number all the same.
    """
    width = _MARGIN * 2 + _LABELS + _BARS + _NUMBERS
    drawn, y = [], _MARGIN
    for title, rows in panels:
        y += _TITLE
        drawn.append(f'<text x="{_MARGIN}" y="{y - 8}" font-weight="bold">{escape(title)}</text>')
        most = max((count for _, count in rows), default=0) or 1
        for name, count in rows:
            length = round(_BARS * count / most)
            middle = y + _HEIGHT - 4
            left = _MARGIN + _LABELS
            drawn.append(f'<text x="{left - 8}" y="{middle}" text-anchor="end">{escape(name)}</text>')
            drawn.append(f'<rect x="{left}" y="{y}" width="{length}" height="{_HEIGHT}" fill="#2b6cb0"/>')
            drawn.append(f'<text x="{left + length + 6}" y="{middle}">{count}</text>')
            y += _PITCH
        y += _MARGIN
    whole = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y}" viewBox="0 0 {width} {y}" '
            'font-family="sans-serif" font-size="13">'
        ),
        f'<rect width="{width}" height="{y}" fill="white"/>',
        *drawn,
        "</svg>",
    ]
    return "\n".join(whole) + "\n"
