"""The command that times checks of the trail fills a database that is sound, and says how long a million takes."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.speed.trail import main


def test_it_times_a_sound_database(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path), "--events", "1000", "--rows", "1000"]) == 0
    report = json.loads((tmp_path / "trail.json").read_text())
    assert (report["events"], report["rows"]) == (1000, 1000)
    assert set(report["seconds"]) == {"all events", "the numbers of rows", "every row"}
