"""Pages and their plots: escaped, contained, the same every time, and what lies outside a plot shown on its edge."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree as ET

import pytest
from jinja2 import UndefinedError

from benchmarks.pages.plot import COLOURS, Axis, Plot, plain
from benchmarks.pages.render import count, percent, rate, render, signed

pytestmark = pytest.mark.slow

FMR, FNMR = Axis(0.01, 100, "FMR, %", log=True), Axis(0.1, 100, "FNMR, %", log=True)
ODD = "a & <b> \"c\" $x^2$ 'd' \N{SLICE OF PIZZA}"


def drawn(title: str = "DET", name: str = "one", curves: int = 2) -> str:
    plot = Plot(title, FMR, FNMR)
    plot.band([0.02, 1, 50], [0.5, 0.2, 0], [5, 2, 1])
    for style in range(curves):
        plot.line([0.02, 1, 50], [1 + style, 0.5, 0], name if style == 0 else f"curve {style}", style=style)
    plot.dots([1], [0])
    return plot.svg()


def points(svg: str, colour: str) -> list[list[tuple[float, float]]]:
    """Return the lines of a colour, each as its points."""
    paths = [p for p in ET.fromstring(svg).iter("path") if f"stroke: {colour}" in p.get("style", "")]
    pairs = [re.findall(r"([\d.]+) ([\d.]+)", p.get("d", "")) for p in paths]
    return [[(float(x), float(y)) for x, y in found] for found in pairs]


def test_equal_figures_give_equal_bytes_in_any_thread() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda number: drawn(f"DET {number % 2}"), range(8)))
    assert set(made) == {drawn("DET 0"), drawn("DET 1")}
    assert re.search(r"\d{4}-\d\d-\d\d|[Mm]atplotlib", made[0]) is None


def test_names_are_text_whatever_they_hold() -> None:
    svg = ET.fromstring(drawn(ODD, ODD))
    texts = ["".join(text.itertext()) for text in svg.iter("text")]
    assert texts.count(ODD) == 2  # title and legend
    assert svg.findtext("title") == ODD
    assert {"FMR, %", "FNMR, %", "0.01", "100"} <= set(texts)


def test_two_plots_on_a_page_share_no_name_and_refer_to_their_own() -> None:
    first, second = drawn("first"), drawn("second")
    for svg in (first, second):
        own = set(re.findall(r'id="([^"]+)"', svg))
        assert set(re.findall(r'(?:url\(|href=")#([\w-]+)', svg)) == own
        assert len(own) == svg.count('id="')
    assert not set(re.findall(r'id="([^"]+)"', first)) & set(re.findall(r'id="([^"]+)"', second))


def test_curves_are_told_apart_by_colour_and_by_dash() -> None:
    root = ET.fromstring(drawn(curves=len(COLOURS)))
    styles = {
        (colour, match[1] if (match := re.search(r"stroke-dasharray: ([^;]+)", style)) else "")
        for path in root.iter("path")
        for style in [path.get("style", "")]
        for colour in COLOURS
        if f"stroke: {colour}" in style and "opacity" not in style
    }
    assert len({colour for colour, _ in styles}) == len(COLOURS)
    assert len({dash for _, dash in styles}) == len(COLOURS)


def test_what_lies_outside_is_drawn_on_the_edge() -> None:
    svg = drawn(curves=1)
    line = next(found for found in points(svg, COLOURS[0]) if len(found) == 3)  # the legend has another
    frame = [y for found in points(svg, "#000000") for _, y in found]
    assert line[0][1] < line[1][1] < line[2][1]
    assert line[2][1] == pytest.approx(max(frame), abs=0.01)  # an FNMR of 0 on a logarithmic axis


def test_what_is_put_into_a_page_is_escaped_and_what_is_missing_is_an_error() -> None:
    page = render("identification/identification.html", report=identified(), verdict=ODD, sections="<i>part</i>")
    assert "<i>part</i>" in page
    assert "a &amp; &lt;b&gt;" in page
    assert "<b>" not in page
    assert page.startswith("<!doctype html>")
    with pytest.raises(UndefinedError):
        render("identification/identification.html", report={}, verdict="", sections="")


def identified() -> dict[str, object]:
    names = ("extractor", "comparator", "calibration", "index", "distractors", "threads", "protocol")
    machine = {"processor": ODD, "cores": 2, "python": "3"}
    return {**dict.fromkeys(names, ODD), "datasets": [ODD], "machine": machine}


def test_numbers_as_they_are_written() -> None:
    assert count(1234567) == "1\u202f234\u202f567"
    assert percent(0.12345) == "12.35 %"
    assert [rate(x) for x in (0.1, 0.000012345, 0)] == ["10", "0.0012", "0"]
    assert [signed(x) for x in (0.5, -0.5, 0.001, -0.001)] == ["+0.50", "\u22120.50", "0.00", "0.00"]
    assert [plain(x) for x in (0.0001, 100, 2.5)] == ["0.0001", "100", "2.5"]
