"""Events as a table: read back as they were, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import json

from tests.page.modules import module, said_by_node


def test_events_are_read_back_and_nothing_is_a_formula() -> None:
    hostile = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\tx", 'a "quoted", text', "two\nlines", "hồ sơ"]
    events = [
        {
            "sequence": str(number),
            "time": "2026-01-05T01:00:00Z",
            "caller": text,
            "action": "Verify",
            "outcome": "MATCH",
            "subjectId": "",
            "contextJson": json.dumps({"officer_id": text}),
            "detailsJson": json.dumps({"score": 1}),
            "hash": "00",
        }
        for number, text in enumerate(hostile)
    ]
    script = f"""
import {{ csvOf }} from "{module("auditor/csv.js")}";
console.log(JSON.stringify(csvOf(given)));
"""
    written = said_by_node(script, events)
    assert written.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(written[1:], newline=""))
    assert head[:6] == ["sequence", "time", "caller", "action", "outcome", "subject_id"]
    for row, text in zip(rows, hostile, strict=True):
        assert row[2] == row[6] == (f"'{text}" if text[0] in "=+-@\t" else text)
        assert row[-2] == '{"score": 1}'
