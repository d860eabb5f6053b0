"""A plot as SVG for a page. Colours are Okabe and Ito's, told apart by anyone; dashes tell curves apart without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter
from numpy.typing import ArrayLike

from benchmarks.pages.svg import inline_svg

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999")
_DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (7, 3),
    (2, 3),
    (9, 3, 2, 3),
    (12, 4),
    (4, 2),
    (1, 2),
    (6, 2, 1, 2),
)

_WIDTH, _HEIGHT = 6.9, 4.9  # inches, without the legend: 72 units of the SVG each
_LEGEND_LINE = 0.25
_FONT = 13.0


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis; what lies outside is drawn on its edge, so that a zero shows on a logarithmic one.

    Attributes:
        low, high: what it shows.
        label: with its unit.
        ticks: values with a label; None on a logarithmic axis: every power of ten.
        log: whether it is logarithmic.
    """

    low: float
    high: float
    label: str
    ticks: Sequence[float] | None = None
    log: bool = False

    def inside(self, values: ArrayLike) -> np.ndarray:
        """Return values moved onto the axis."""
        return np.clip(np.asarray(values, np.float64), self.low, self.high)


class Plot:
    """A plot to draw into; :meth:`svg` gives the picture, with the legend below."""

    def __init__(self, title: str, x: Axis, y: Axis) -> None:
        self._title, self._x, self._y = title, x, y
        self._figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
        self._axes: Axes = self._figure.add_subplot()
        self._axes.set_title(title, loc="left", fontweight="bold", fontsize=_FONT + 1)
        self._axes.grid(which="major", color="#999999", alpha=0.5, linewidth=0.7)
        self._axes.grid(which="minor", color="#999999", alpha=0.18, linewidth=0.7)
        self._axes.set_axisbelow(True)
        _scale(self._axes, "x", x)
        _scale(self._axes, "y", y)

    def line(
        self, xs: ArrayLike, ys: ArrayLike, name: str | None = None, *, style: int = 0, width: float = 2.0
    ) -> None:
        """Draw a curve in one of the styles; with a name it stands in the legend."""
        (drawn,) = self._axes.plot(*self._inside(xs, ys), color=COLOURS[style % 8], linewidth=width, label=name)
        if dashes := _DASHES[style % 8]:
            drawn.set_dashes([length / width for length in dashes])

    def band(
        self,
        xs: ArrayLike,
        low: ArrayLike,
        high: ArrayLike,
        name: str | None = None,
        *,
        style: int = 0,
        opacity: float = 0.16,
    ) -> None:
        """Fill between two curves."""
        inside = self._x.inside(xs), self._y.inside(low), self._y.inside(high)
        self._axes.fill_between(*inside, color=COLOURS[style % 8], alpha=opacity, linewidth=0, label=name)

    def dots(self, xs: ArrayLike, ys: ArrayLike, style: int = 0) -> None:
        """Draw points."""
        self._axes.plot(
            *self._inside(xs, ys), color=COLOURS[style % 8], linestyle="none", marker="o", markersize=7, clip_on=False
        )

    def _inside(self, xs: ArrayLike, ys: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        return self._x.inside(xs), self._y.inside(ys)

    def svg(self) -> str:
        """Return the picture."""
        handles, _ = self._axes.get_legend_handles_labels()
        if handles:
            self._figure.set_figheight(_HEIGHT + _LEGEND_LINE * len(handles))
            self._figure.legend(loc="outside lower left", frameon=False, fontsize=_FONT, handlelength=3)
        return inline_svg(self._figure, self._title)


def _scale(axes: Axes, name: Literal["x", "y"], axis: Axis) -> None:
    getattr(axes, f"set_{name}scale")("log" if axis.log else "linear")
    getattr(axes, f"set_{name}lim")(axis.low, axis.high)
    getattr(axes, f"set_{name}label")(axis.label, fontsize=_FONT)
    ticks = getattr(axes, f"{name}axis")
    if axis.ticks is not None:
        ticks.set_major_locator(FixedLocator(list(axis.ticks)))
    elif axis.log:
        ticks.set_major_locator(LogLocator(numticks=20))
        ticks.set_minor_locator(LogLocator(subs=range(2, 10), numticks=20))
    ticks.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
    ticks.set_minor_formatter(NullFormatter())
    axes.tick_params(axis=name, which="both", length=0, pad=5, labelsize=_FONT - 1)


def plain(value: float) -> str:
    """Write a number without exponent, if it is not tiny."""
    return f"{value:g}" if 0 < abs(value) < 1e-6 else f"{value:.6f}".rstrip("0").rstrip(".")
