"""The one check that a template is coherent before any codec writes it."""

from __future__ import annotations

from math import inf, isfinite

from matcher.errors import TemplateInvalidError
from matcher.types import MinutiaKind, Template

LARGEST_SIDE_PX = 8191
"""Largest side of a template's frame, pixels at 500 dpi: 41 cm, and what eighths of a pixel in 16 bits can reach."""


def require_coherent(template: Template) -> None:
    """Check shapes, finiteness and ranges of a template.

    Positions may touch the far edge of the frame (``x == width``): resampling puts them there.

    Raises:
        TemplateInvalidError: naming the column at fault, never its values.
    """
    require_shaped(template)
    _require_within(template, "x", 0, template.width)
    _require_within(template, "y", 0, template.height)
    _require_within(template, "angle", -inf, inf)
    _require_within(template, "kind", 0, max(MinutiaKind))
    if template.quality is not None:
        _require_within(template, "quality", 0, 1)


def require_shaped(template: Template) -> None:
    """Check the shapes of a template's columns, and its frame.

    Raises:
        TemplateInvalidError: they are not those of a template.
    """
    columns = (template.x, template.y, template.angle, template.kind, template.quality)
    if template.x.ndim != 1 or any(c is not None and c.shape != template.x.shape for c in columns):
        raise TemplateInvalidError("template columns differ in length or are not one-dimensional")
    if not all(1 <= side <= LARGEST_SIDE_PX for side in (template.width, template.height)):
        raise TemplateInvalidError(f"template frame must be 1 to {LARGEST_SIDE_PX} px a side")


def _require_within(template: Template, name: str, low: float, high: float) -> None:
    column = getattr(template, name)
    if not column.size:
        return
    # Both are NaN where there is one, which fails both comparisons.
    least, most = float(column.min()), float(column.max())
    if not (low <= least and most <= high and isfinite(least) and isfinite(most)):
        raise TemplateInvalidError(f"template column {name!r} holds a value outside [{low:g}, {high:g}] or not finite")
