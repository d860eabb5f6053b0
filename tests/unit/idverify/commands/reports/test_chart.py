"""Bars of counts: what is drawn can be read back, whatever the names are."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from idverify.commands.reports.chart import bars

NAMESPACE = "{http://www.w3.org/2000/svg}"
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))
ROWS = st.lists(st.tuples(NAMES, st.integers(0, 10**9)), max_size=5)


def drawn(picture: str, tag: str) -> list[ET.Element]:
    return list(ET.fromstring(picture).iter(NAMESPACE + tag))


@given(st.lists(st.tuples(NAMES, ROWS), max_size=3))
def test_titles_names_and_counts_are_read_back(panels: list[tuple[str, list[tuple[str, int]]]]) -> None:
    picture = bars(panels)
    due = [text for title, rows in panels for text in (title, *(cell for n, c in rows for cell in (n, str(c))))]
    assert [text.text or "" for text in drawn(picture, "text")] == due


def test_a_bar_is_as_long_as_its_count_says_and_all_lie_within() -> None:
    picture = bars([("a", [("x", 4), ("y", 1), ("z", 0)]), ("b", [("x", 0)]), ("c", [])])
    background, *boxes = drawn(picture, "rect")
    widths = [int(box.get("width", "")) for box in boxes]
    assert widths == [widths[0], widths[0] // 4, 0, 0]
    tops = [int(box.get("y", "")) for box in boxes]
    assert tops == sorted(set(tops))
    assert tops[-1] < int(background.get("height", ""))
    assert all(
        int(box.get("x", "")) + width < int(background.get("width", ""))
        for box, width in zip(boxes, widths, strict=True)
    )
