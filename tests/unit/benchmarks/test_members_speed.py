"""The command that says how long a search takes to know whom it looks at."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.speed.members import main


def test_members_are_read_first_again_and_changed(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path), "--people", "20", "--repeats", "2"]) == 0
    report = json.loads((tmp_path / "members.json").read_text())
    assert report["templates"] == 200
    assert set(report["milliseconds"]) == {"of a gallery", "of citizens"}
    assert all(set(taken) == {"first", "again", "changed"} for taken in report["milliseconds"].values())
