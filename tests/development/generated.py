"""The blocks of README.md, README.vi.md and docs that are generated, written over where they are stale.

python -m tests.development.generated

A page says where a block goes: ``<!-- generated: NAME -->`` and ``<!-- end of generated -->`` around it, a line each.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.baselines.tables import tables
from benchmarks.calibration.tables import tables as calibration_tables
from benchmarks.capacity.model import table as capacity_table
from benchmarks.report.tables import tables as compared_tables
from tests.development.attack_table import attack_table
from tests.development.captures_table import captures_table
from tests.development.cli_reference import command_line
from tests.development.guidance_tables import guidance_tables
from tests.development.metrics_table import metrics_table
from tests.development.security_table import security_table
from tests.development.service_tables import service_tables
from tests.places import REPOSITORY

_BLOCK = re.compile(r"(<!-- generated: ([\w-]+) -->\n)(.*?)(<!-- end of generated -->)", re.DOTALL)


def blocks() -> dict[str, str]:
    """Return every block by its name, as Markdown without an end of line."""
    return (
        tables()
        | calibration_tables()
        | compared_tables()
        | service_tables()
        | guidance_tables()
        | command_line()
        | attack_table()
        | security_table()
        | metrics_table()
        | captures_table()
        | {"capacity": capacity_table()}
    )


def pages() -> list[Path]:
    """Return the pages that may hold blocks."""
    return [REPOSITORY / "README.md", REPOSITORY / "README.vi.md", *sorted((REPOSITORY / "docs").glob("*.md"))]


def names(text: str) -> list[str]:
    """Return the names of the blocks of a page."""
    return [match[2] for match in _BLOCK.finditer(text)]


def refreshed(text: str) -> str:
    """Return a page with its blocks as they have to be.

    Raises:
        KeyError: a block has a name that none has.
    """
    made = blocks()
    return _BLOCK.sub(lambda match: f"{match[1]}{made[match[2]]}\n{match[4]}", text)


def refresh() -> Iterator[Path]:
    """Write the pages with stale blocks; yield them."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        if (fresh := refreshed(text)) != text:
            page.write_text(fresh, encoding="utf-8")
            yield page


def main() -> int:
    """Write; return the exit status."""
    for page in refresh():
        print(f"wrote {page.relative_to(REPOSITORY)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
