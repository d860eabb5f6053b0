"""How long each command took when it was last run with ``--write``, so that a run can say how long it will take."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

_FILE = Path(__file__).parent / "seen.json"


def seconds_seen() -> dict[str, float]:
    """Return seconds by command."""
    kept: dict[str, float] = json.loads(_FILE.read_text(encoding="utf-8"))
    return kept


def write_seconds(seconds: Mapping[str, float]) -> None:
    """Keep how long these took; of others, what was kept before."""
    kept = {command: round(took) for command, took in (seconds_seen() | dict(seconds)).items()}
    _FILE.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")
