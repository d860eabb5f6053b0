"""The frame of a plot: scales, grid, ticks, labels, legend. Colours are Okabe and Ito's, told apart by anyone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from benchmarks.report.markup import append, element

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999")
DASHES = ("", "7 3", "2 3", "9 3 2 3", "12 4", "4 2", "1 2", "6 2 1 2")
"""Dash patterns beside the colours: a plot is readable in black and white."""

FONT = 13
LEGEND_LINE = 18


@dataclass(frozen=True, slots=True)
class Scale:
    """A logarithmic or linear axis; values outside lie on its edge.

    Attributes:
        low, high: what the axis shows.
        ticks: values with a label.
        label: of the axis, with its unit.
        log: whether it is logarithmic.
        faint: values with a grid line but no label.
    """

    low: float
    high: float
    ticks: Sequence[float]
    label: str
    log: bool = False
    faint: Sequence[float] = ()

    def part(self, value: float) -> float:
        """Return where a value lies, from 0 to 1."""
        if self.log:
            value = max(value, self.low)
            part = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            part = (value - self.low) / (self.high - self.low)
        return min(1.0, max(0.0, part))


def decades(low: float, high: float, label: str) -> Scale:
    """Return a logarithmic axis with a label at every power of ten."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    ticks = [10.0**e for e in range(first, last + 1) if low <= 10.0**e * 1.0001 and 10.0**e <= high * 1.0001]
    faint = [m * 10.0**e for e in range(first, last + 1) for m in range(2, 10) if low < m * 10.0**e < high]
    return Scale(low, high, ticks, label, log=True, faint=faint)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend: its name, and how its sample looks."""

    name: str
    style: dict[str, str | float]


@dataclass(slots=True)
class Plot:
    """A plot to draw into; :meth:`finished` gives the SVG.

    Attributes:
        title: of the plot.
        x, y: its axes.
        width, height: of the drawing area, in the SVG's own units.
    """

    title: str
    x: Scale
    y: Scale
    width: float = 420
    height: float = 300
    _marks: list[Element] = field(default_factory=list)
    _legend: list[Entry] = field(default_factory=list)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies in the drawing area."""
        return self.width * self.x.part(x), self.height * (1 - self.y.part(y))

    def line(self, xs: Sequence[float], ys: Sequence[float], name: str | None = None, **style: str | float) -> None:
        """Draw a line; with a name it stands in the legend."""
        style = {"fill": "none", "stroke_width": 2, **style}
        self._marks.append(element("path", d=_path(map(self.at, xs, ys)), **style))
        self._entry(name, style)

    def area(
        self,
        xs: Sequence[float],
        low: Sequence[float],
        high: Sequence[float],
        name: str | None = None,
        **style: str | float,
    ) -> None:
        """Fill between two lines."""
        outline = [*map(self.at, xs, high), *map(self.at, reversed(xs), reversed(low))]
        style = {"stroke": "none", **style}
        self._marks.append(element("path", d=_path(outline) + "Z", **style))
        self._entry(name, style)

    def dot(self, x: float, y: float, name: str | None = None, **style: str | float) -> None:
        """Draw a point."""
        across, down = self.at(x, y)
        self._marks.append(element("circle", cx=round(across, 1), cy=round(down, 1), r=4, **style))
        self._entry(name, style)

    def _entry(self, name: str | None, style: dict[str, str | float]) -> None:
        if name is not None:
            self._legend.append(Entry(name, style))

    def finished(self) -> Element:
        """Return the SVG with frame, ticks, labels and legend, which stands below."""
        left, top, right, below = 62, 34, 14, 50
        total_width = left + self.width + right
        total_height = top + self.height + below + LEGEND_LINE * len(self._legend) + 6
        drawing = element(
            "g",
            self._grid(),
            element("g", self._marks),
            element("rect", width=self.width, height=self.height, fill="none", stroke="#333", stroke_width=1),
            transform=f"translate({left} {top})",
        )
        return element(
            "svg",
            element("title", self.title),
            element("text", self.title, x=left, y=20, font_size=FONT + 2, font_weight="bold"),
            drawing,
            self._labels(left, top),
            self._legend_below(left, top + self.height + below),
            viewBox=f"0 0 {total_width:g} {total_height:g}",
            role="img",
            font_size=FONT,
            font_family="system-ui, sans-serif",
            fill="#111",
        )

    def _grid(self) -> Element:
        lines = element("g", stroke="#999", stroke_width=0.7)
        for values, opacity in ((self.x.ticks, 0.5), (self.x.faint, 0.18)):
            for value in values:
                x = round(self.width * self.x.part(value), 1)
                lines.append(element("path", d=f"M{x:g} 0V{self.height:g}", opacity=opacity))
        for values, opacity in ((self.y.ticks, 0.5), (self.y.faint, 0.18)):
            for value in values:
                y = round(self.height * (1 - self.y.part(value)), 1)
                lines.append(element("path", d=f"M0 {y:g}H{self.width:g}", opacity=opacity))
        return lines

    def _labels(self, left: float, top: float) -> Element:
        bottom = top + self.height
        middle = top + self.height / 2
        labels = element("g")
        for value in self.x.ticks:
            x = left + self.width * self.x.part(value)
            append(labels, element("text", plain(value), x=round(x, 1), y=bottom + 18, text_anchor="middle"))
        for value in self.y.ticks:
            y = bottom - self.height * self.y.part(value) + 4
            append(labels, element("text", plain(value), x=left - 7, y=round(y, 1), text_anchor="end"))
        centre = left + self.width / 2
        append(labels, element("text", self.x.label, x=centre, y=bottom + 38, text_anchor="middle"))
        turn = f"rotate(-90 14 {middle:g})"
        append(labels, element("text", self.y.label, x=14, y=middle, text_anchor="middle", transform=turn))
        return labels

    def _legend_below(self, left: float, top: float) -> Element:
        legend = element("g")
        for row, entry in enumerate(self._legend):
            y = top + LEGEND_LINE * row + 8
            legend.append(_sample(entry, left, y))
            legend.append(element("text", entry.name, x=left + 38, y=y + 4))
        return legend


def _sample(entry: Entry, left: float, y: float) -> Element:
    style = entry.style
    if style.get("fill", "none") == "none":
        return element("path", d=f"M{left:g} {y:g}h30", **style)
    return element("rect", x=left + 8, y=y - 6, width=14, height=12, **style)


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def plain(value: float) -> str:
    """Write a number without exponent."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
