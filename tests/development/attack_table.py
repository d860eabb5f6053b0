"""What attacks on the service came to before and when they were last run, for ``docs/security.md``."""

from __future__ import annotations

from tests.attack.every_case import CASES
from tests.attack.seen import key_of, seen


def attack_table() -> dict[str, str]:
    """Return the block by its name, as Markdown without an end of line."""
    last = seen()
    lines = ["| case | before | now | wanted |", "|---|---|---|---|"]
    for case in CASES:
        outcome = last.get(key_of(case))
        now = outcome.now if outcome else "not run yet"
        cells = (f"{case.number} {case.name}", case.before, now, case.wanted)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return {"attacks": "\n".join(lines)}
