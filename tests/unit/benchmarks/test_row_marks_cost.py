"""The command that says what row marks cost enrols in two databases, of which one has none."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.speed.row_marks import main


def test_marks_take_room(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path), "--turns", "1", "--citizens", "50"]) == 0
    report = json.loads((tmp_path / "row_marks.json").read_text())
    assert report["enrolled"] == 100
    assert 0 < report["bytes_a_citizen"]["marks"] < report["bytes_a_citizen"]["marked"]
    assert set(report["milliseconds"]) == {"marked", "unmarked"}
