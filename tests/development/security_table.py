"""Threat, defence, command, for ``docs/security.md``."""

from __future__ import annotations

from itertools import groupby

from tests.security.command import how_long
from tests.security.rows import rows


def security_table() -> dict[str, str]:
    """Return the blocks by their names, as Markdown without an end of line."""
    parts = []
    for part, of_part in groupby(rows(), key=lambda row: row.part):
        lines = [f"### {part}", "", "| what somebody may try | what stands against it | seen by |", "|---|---|---|"]
        for row in of_part:
            cells = (row.attempt, row.defence, f"`{row.command}`")
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        parts.append("\n".join(lines))
    everything = list(dict.fromkeys(row.command for row in rows()))
    quick = list(dict.fromkeys(row.command for row in rows() if not row.long))
    return {
        "threats": "\n\n".join(parts),
        "threats-in-all": f"All of it: {how_long(everything)}. With `--quick`: {how_long(quick)}.",
    }
