"""A page of what two reports differ in, from their ``report.json`` and the scores beside them.

python -m benchmarks.report.compare --a A/report.json --b B/report.json --out FILE.html
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.command_line import print_json, run
from benchmarks.json_files import write_json
from benchmarks.report.differences import compare_reports, read_report
from benchmarks.report.differences_page import comparison_page, comparison_verdict
from enroll_tools.command_line import AsJson, people


def compare(
    a: Annotated[Path, typer.Option(help="report.json of the first run.")],
    b: Annotated[Path, typer.Option(help="report.json of the second run.")],
    out: Annotated[Path, typer.Option(help="The page to write, .html.")],
    figures: Annotated[Path | None, typer.Option(help="The figures as JSON, without curves, to write too.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what two reports differ in."""
    comparison = compare_reports(read_report(a), read_report(b))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(comparison_page(comparison), encoding="utf-8")
    if figures is not None:
        write_json(figures, _without_curves(comparison))
    if as_json:
        print_json(comparison)
    else:
        people().print(comparison_verdict(comparison), markup=False)
        people().print(f"wrote {out}", markup=False)


def _without_curves(comparison: dict[str, Any]) -> dict[str, Any]:
    def bare(entry: dict[str, Any]) -> dict[str, Any]:
        sides = {side: {key: value for key, value in entry[side].items() if key != "det"} for side in ("a", "b")}
        return entry | sides

    return comparison | {
        "datasets": [bare(one) for one in comparison["datasets"]],
        "pooled": bare(comparison["pooled"]),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison; return the exit status."""
    return run(arguments, compare)


if __name__ == "__main__":
    sys.exit(main())
