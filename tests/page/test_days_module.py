"""Days and moments as people type them: read as they are meant, in the time of Viet Nam, or not at all."""

from __future__ import annotations

from tests.page.modules import module, said_by_node

DAYS = {
    "26/11/2026": "2026-11-26",
    " 1/2/2026 ": "2026-02-01",
    "01-02-2026": "2026-02-01",
    "2026-02-01": "2026-02-01",
    "29/02/2024": "2024-02-29",
    "29/02/2026": None,
    "11/26/2026": None,
    "1/2/26": None,
    "": None,
}
MOMENTS = {
    "26/11/2026": "2026-11-25T17:00:00.000Z",
    "26/11/2026 08:30": "2026-11-26T01:30:00.000Z",
    "26/11/2026  8h30": "2026-11-26T01:30:00.000Z",
    "2026-11-26T23:59": "2026-11-26T16:59:00.000Z",
    "26/11/2026 24:00": None,
    "26/11/2026 08:30 x": None,
    "08:30": None,
    "": None,
}


def test_what_is_typed_is_read_as_it_is_meant_or_not_at_all() -> None:
    script = f"""
import {{ dayOf, momentOf, readDay }} from "{module("shell/days.js")}";
console.log(JSON.stringify([given[0].map(dayOf), given[1].map(momentOf), readDay("2026-06"), readDay("2026-11-26")]));
"""
    days, moments, *read = said_by_node(script, [list(DAYS), list(MOMENTS)])
    assert days == list(DAYS.values())
    assert moments == list(MOMENTS.values())
    assert read == ["06/2026", "26/11/2026"]
