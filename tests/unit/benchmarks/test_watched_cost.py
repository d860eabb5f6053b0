"""The command that says what a watched call costs makes every call under every watch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.watched.__main__ import LIST, NOBODY, READ, VERIFY, main


@pytest.mark.slow
@pytest.mark.long
def test_every_call_is_made_under_every_watch(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path), "--turns", "1", "--calls", "2"]) == 0
    rows = json.loads((tmp_path / "watched.json").read_text())["rows"]
    watched = {method: [row["watched"] for row in rows if row["method"] == method] for method in (LIST, READ, VERIFY)}
    assert len(watched[LIST]) == len(set(watched[LIST])) == 4
    assert watched[LIST] == watched[READ] == watched[VERIFY]
    assert all(row["milliseconds"] > 0 for row in rows)
    assert {row["ratio"] for row in rows if row["watched"] == NOBODY} == {1.0}
