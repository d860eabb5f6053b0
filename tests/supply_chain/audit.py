"""Known vulnerabilities of every locked package, by pip-audit: whatever the system a package is for.

pip-audit ends with 0 and "No known vulnerabilities found" where the service knows none of the packages. So what it
tells of each is counted here, and a package of which it tells nothing was not audited.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.supply_chain import tools
from tests.supply_chain.locks import LOCKS, Package, locked, package, written
from tests.supply_chain.part import Part

_NAMED = 5
"""So many packages are named in a line; all of them are in the JSON."""


def audit(out: Path) -> Part:
    """Ask for each package of each lock, once."""
    asked = {lock: list(locked(lock)) for lock in LOCKS}
    every = sorted({each for packages in asked.values() for each in packages})
    answers, complaints = [], []
    for number, file in enumerate(written(every, out)):  # pip-audit takes no name twice
        answer = out / f"audit-{number}.json"
        answer.unlink(missing_ok=True)
        told = ("--format", "json", "--progress-spinner", "off", "--output", answer)
        ended = tools.run("pip-audit", "--disable-pip", "--no-deps", "--requirement", file, *told)
        if answer.is_file():
            answers.append(answer.read_text(encoding="utf-8"))
        else:
            complaints.append(ended.last)
    return judged(asked, answers, complaints)


def judged(asked: Mapping[str, Sequence[Package]], answers: Sequence[str], complaints: Sequence[str]) -> Part:
    """Return what pip-audit's answers come to.

    Args:
        asked: packages by lock.
        answers: JSON.
        complaints: what it said last where it gave no answer: the service is not reached, for one.
    """
    told: list[dict[str, Any]] = [one for answer in answers for one in json.loads(answer)["dependencies"]]
    known = {package(one["name"], one["version"]): one["vulns"] for one in told if "vulns" in one}
    wrong = [
        f"{each}: {vulnerability['id']}{_mended(vulnerability)}"
        for each, vulnerabilities in sorted(known.items())
        for vulnerability in vulnerabilities
    ]
    silent = [f"pip-audit gave no answer: {complaint}" for complaint in dict.fromkeys(complaints)]
    return Part("audit", _counts(asked, set(known)), tuple(wrong), (*silent, *_missing(asked, set(known))))


def _mended(vulnerability: Mapping[str, Any]) -> str:
    versions = ", ".join(vulnerability.get("fix_versions", ()))
    return f", mended in {versions}" if versions else ", mended in no version yet"


def _counts(asked: Mapping[str, Sequence[Package]], audited: set[Package]) -> tuple[str, ...]:
    return tuple(
        f"{lock}: {len(audited.intersection(packages))} of {len(packages)} packages audited"
        for lock, packages in asked.items()
    )


def _missing(asked: Mapping[str, Sequence[Package]], audited: set[Package]) -> list[str]:
    missing = sorted({each for packages in asked.values() for each in packages} - audited)
    if not missing:
        return []
    if not audited:
        return [f"none of {len(missing)} packages was audited: the vulnerability service is not reached, or knows none"]
    named = ", ".join(str(each) for each in missing[:_NAMED])
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    return [f"{len(missing)} packages were not audited: {named}{more}"]
