"""Looks at the packages that are shipped, and at those to develop with: ``make supply-chain``.

Ends with 0 if all held, 1 if something is wrong, and 3 if nothing is, and something could not be looked at.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.supply_chain import tools
from tests.supply_chain.audit import audit
from tests.supply_chain.bill import installed, write_bills
from tests.supply_chain.licences import licences
from tests.supply_chain.part import NOT_SHOWN, Part, status_of
from tests.supply_chain.static import static

PARTS = ("audit", "static", "bill", "licences")


def main(arguments: Sequence[str] | None = None) -> int:
    """Look; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="NAME,NAME", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--out", type=Path, default=Path("out/supply-chain"), help="folder for bills, licences, answers"
    )
    given = parser.parse_args(arguments)
    wanted = set(given.only.split(","))
    if unknown := wanted - set(PARTS):
        print(f"no such name: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    given.out.mkdir(parents=True, exist_ok=True)
    parts = list(_looked(wanted, given.out))
    status = status_of(parts)
    if given.json:
        print(json.dumps({"status": status, "parts": [asdict(part) for part in parts]}, ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines(parts)))
    return status


def lines(parts: Sequence[Part]) -> list[str]:
    """Return what is printed; what was not shown alone ends with a line that says so (``make security`` reads it)."""
    told = [
        f"{part.name:<9}{text}"
        for part in parts
        for text in (
            *part.said,
            *(f"WRONG: {one}" for one in part.wrong),
            *(f"not shown: {one}" for one in part.not_shown),
            part.result,
        )
    ]
    if status_of(parts) == NOT_SHOWN:
        told.append(f"NOT SHOWN: {'; '.join(one for part in parts for one in part.not_shown)}")
    return told


def _looked(wanted: set[str], out: Path) -> Iterator[Part]:
    if "static" in wanted:
        yield static()
    if not wanted - {"static"}:
        return
    try:
        tools.install()
    except tools.ToolsError as error:
        yield from (Part(name, (), not_shown=(str(error),)) for name in PARTS if name in wanted - {"static"})
        return
    if "audit" in wanted:
        yield audit(out)
    if wanted & {"bill", "licences"}:
        here = installed()
        if "bill" in wanted:
            yield write_bills(out, here)
        if "licences" in wanted:
            yield licences(out, here)


if __name__ == "__main__":
    sys.exit(main())
