"""The table of metrics, from the code that has them."""

from __future__ import annotations

from idverify.telemetry.watching.families import FAMILIES


def metrics_table() -> dict[str, str]:
    """Return the block by its name, as Markdown without an end of line."""
    rows = []
    for family in FAMILIES:
        labels = ", ".join(f"`{label}`" for label in family.labels)
        rows.append(f"| `{family.full_name}` | {family.kind.value} | {labels} | {family.help} |")
    return {"metrics": "\n".join(["| metric | kind | labels | what it says |", "|---|---|---|---|", *rows])}
