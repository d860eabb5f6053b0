"""What the last run of every case came to, kept for the table in ``docs/security.md``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from tests.attack.case import Case, Outcome

_FILE = Path(__file__).parent / "seen.json"


def seen() -> dict[str, Outcome]:
    """Return what was seen last, by number and name of the case."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    return {key: Outcome(**row) for key, row in rows.items()}


def key_of(case: Case) -> str:
    """Return what a case is kept under."""
    return f"{case.number} {case.name}"


def write_seen(outcomes: Mapping[Case, Outcome]) -> None:
    """Keep what these cases came to; of others, what was kept before."""
    kept = seen() | {key_of(case): outcome for case, outcome in outcomes.items()}
    rows = {key: asdict(outcome) for key, outcome in kept.items()}
    _FILE.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
