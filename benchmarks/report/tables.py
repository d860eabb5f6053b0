"""Tables and text blocks that the pages share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from benchmarks.report.markup import Child, element
from benchmarks.report.style import STYLE

POINT_NAMES = {
    "eer": "EER",
    "fmr100": "FMR100",
    "fmr1000": "FMR1000",
    "fmr10000": "FMR10000",
    "zero_fmr": "ZeroFMR",
}
"""Operating points as the field writes them, by their names in the JSON."""


def document(title: str, *content: Child) -> Element:
    """Return a whole page, which refers to nothing outside itself."""
    return element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("title", title),
            element("style", STYLE),
        ),
        element("body", element("main", element("h1", title), *content)),
        lang="en",
    )


def section(heading: str, *content: Child) -> Element:
    """Return a part of the page under a heading."""
    return element("section", element("h2", heading), *content)


def table(caption: str, headings: Sequence[str], rows: Sequence[Element]) -> Element:
    """Return a table that scrolls sideways where it is too wide; headings stand as the first row's cells do."""
    kinds = [cell.attrib for cell in rows[0]]
    cells = [element("th", name, scope="col", **kind) for name, kind in zip(headings, kinds, strict=True)]
    head = element("thead", element("tr", cells))
    return element(
        "div", element("table", element("caption", caption), head, element("tbody", *rows)), class_="scroll", tabindex=0
    )


def row(*cells: Child, kind: str = "") -> Element:
    """Return a row; an element that is a cell already stays one."""
    return element(
        "tr",
        [cell if isinstance(cell, Element) and cell.tag == "td" else element("td", cell) for cell in cells],
        **({"class": kind} if kind else {}),
    )


def text_cell(text: str) -> Element:
    """Return a cell of words, set to the left."""
    return element("td", text, class_="text")


def with_interval(value: float, interval: Sequence[float], digits: int = 2) -> Element:
    """Return a cell with a figure and, smaller, its interval."""
    return element(
        "td", f"{value:.{digits}f}", element("small", f"{interval[0]:.{digits}f} to {interval[1]:.{digits}f}")
    )


def error_cells(figures: dict[str, Any]) -> list[Element]:
    """Return the operating points of an entry of the report."""
    return [with_interval(figures["percent"][p], figures["interval"][p]) for p in POINT_NAMES]


def count(number: float) -> str:
    """Write a count with thin spaces between thousands."""
    return f"{number:,.0f}".replace(",", "\u202f")
