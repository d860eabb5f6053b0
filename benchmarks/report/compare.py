"""A page of what two reports differ in, from their ``report.json`` and the scores beside them.

python -m benchmarks.report.compare --a A/report.json --b B/report.json --out FILE.html
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.report.differences import compare_reports, read_report
from benchmarks.report.differences_page import comparison_page, comparison_verdict
from enroll_tools.datasets import DatasetError

console = Console(stderr=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and write the page; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.report.compare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--a", type=Path, required=True, help="report.json of the first run")
    parser.add_argument("--b", type=Path, required=True, help="report.json of the second run")
    parser.add_argument("--out", type=Path, required=True, help="the page to write, .html")
    parser.add_argument("--json", action="store_true", help="print the comparison as JSON")
    options = parser.parse_args(arguments)
    try:
        comparison = compare_reports(read_report(options.a), read_report(options.b))
    except DatasetError as error:
        console.print(str(error), style="red", markup=False)
        return 2
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(comparison_page(comparison), encoding="utf-8")
    if options.json:
        sys.stdout.write(json.dumps(comparison) + "\n")
    else:
        console.print(comparison_verdict(comparison), markup=False)
        console.print(f"wrote {options.out}", markup=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
