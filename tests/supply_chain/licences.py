"""The licence of every locked package, held against the list of those that are allowed: ``licences.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.supply_chain.bill import not_as_locked, package_of
from tests.supply_chain.locks import DEPLOYED, EVERYTHING, Package, locked
from tests.supply_chain.part import Part

_FILE = Path(__file__).with_name("licences.toml")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is allowed.

    Attributes:
        allowed: licences, SPDX identifiers or classifiers as packages name them.
        stated: of packages that say nothing: what their licence file is.
        besides: of single packages: a licence that is not in the list.
    """

    allowed: frozenset[str]
    stated: Mapping[str, str]
    besides: Mapping[str, str]


def read() -> Allowed:
    """Return what the file says."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return Allowed(
        frozenset(told["allowed"]), told["stated"], {name: one["licence"] for name, one in told["besides"].items()}
    )


def licences(out: Path, here: Mapping[str, Any]) -> Part:
    """Write the table of them, and judge each."""
    lock, deployed = locked(EVERYTHING), set(locked(DEPLOYED))
    found = {package_of(component): named(component) for component in here["components"]}
    of_lock = {each: found.get(each) for each in sorted({*lock, *deployed})}
    allowed = read()
    path = out / "licences.md"
    path.write_text(table(of_lock, deployed, allowed), encoding="utf-8")
    elsewhere = sum(names is None for names in of_lock.values())
    said = (
        f"{path}: {len(of_lock)} packages, of which {elsewhere} for other systems are not installed here and not judged"
    )
    return Part("licences", (said,), tuple(judged(of_lock, allowed) + not_as_locked(lock, here)))


def named(component: Mapping[str, Any]) -> frozenset[str]:
    """Return every licence that a component of a bill names; of alternatives each."""
    texts = [
        one.get("expression") or one["license"].get("id") or one["license"]["name"]
        for one in component.get("licenses", ())
    ]
    return frozenset(name for text in texts for name in names_of(text))


def names_of(expression: str) -> set[str]:
    """Return the licences of an SPDX expression. An exception stays with its licence; a choice is not made."""
    if expression.startswith("License ::"):
        return {expression}
    return {name.strip() for name in re.split(r"\s+(?:AND|OR)\s+|[()]", expression) if name.strip()}


def judged(found: Mapping[Package, frozenset[str] | None], allowed: Allowed) -> list[str]:
    """Return what is wrong: a licence that is not on the list, none at all, and what the file says in vain."""
    wrong = []
    for each, names in found.items():
        if names is None:
            continue
        licence = names or names_of(allowed.stated.get(each.name, ""))
        besides = names_of(allowed.besides.get(each.name, ""))
        if not licence:
            wrong.append(f"{each} names no licence")
        elif left := licence - allowed.allowed - besides:
            wrong.append(f"{each}: {', '.join(sorted(left))} is not on the list")
        if (names and each.name in allowed.stated) or not besides <= licence:
            wrong.append(f"{each}: what licences.toml says of it is not so any more")
    known = {each.name for each in found}
    wrong += [f"{name} of licences.toml is in no lock" for name in sorted({*allowed.stated, *allowed.besides} - known)]
    return wrong


def table(found: Mapping[Package, frozenset[str] | None], deployed: set[Package], allowed: Allowed) -> str:
    """Return it as Markdown."""
    lines = ["| package | version | deployed | licence |", "|---|---|---|---|"]
    for each, names in found.items():
        stated = allowed.stated.get(each.name, "none named")
        licence = "not installed here" if names is None else ", ".join(sorted(names)) or f"{stated} (its licence file)"
        lines.append(f"| {each.name} | {each.version} | {'yes' if each in deployed else ''} | {licence} |")
    return "\n".join(lines) + "\n"
