"""Every package is declared where it is imported, and justified in ``docs/dependencies.md``."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest

from tests.development.wheels import CLIENT_PATHS
from tests.places import DOCS, REPOSITORY

PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
BASE: list[str] = PYPROJECT["project"]["dependencies"]
EXTRAS: dict[str, list[str]] = PYPROJECT["project"]["optional-dependencies"]
DEVELOPMENT: list[str] = [*PYPROJECT["build-system"]["requires"], *PYPROJECT["dependency-groups"]["dev"]]
OF_EXTRAS = {
    "pdf": ("idverify/printing",),
    "http": ("idverify/rest", "idverify/page", "idverify/mosip/sdk", "idverify/osia"),
    "mosip": ("idverify/mosip/abis",),
    "pkcs11": ("idverify/trust/homes",),
    "watch": ("idverify/telemetry/watching",),
    "cluster": ("idverify/cluster", "benchmarks/speed/sharded.py"),
    "postgres": ("idverify/storage/answering.py", "idverify/storage/following/listening.py"),
    "bulk": ("enroll_tools/datasets/list_rows.py",),
}
"""Places whose libraries an extra of their own brings, beside those of the service."""

OWN = {"matcher", "idverify", "enroll_tools", "benchmarks"}


def name_of(requirement: str) -> str:
    return normal(re.split(r"[^\w.-]", requirement)[0])


def normal(name: str) -> str:
    return name.lower().replace("_", "-")


def declared(extra: str) -> set[str]:
    """Names of all that ``idverify[extra]`` requires."""
    names = {name_of(line) for line in BASE}
    for line in EXTRAS.get(extra, []):
        inner = re.fullmatch(r"idverify\[(\w+)\]", line)
        names |= declared(inner[1]) if inner else {name_of(line)}
    return names


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module


def files(place: Path) -> Iterator[Path]:
    return iter([place]) if place.is_file() else place.rglob("*.py")


def foreign(places: tuple[str, ...], besides: tuple[str, ...] = ()) -> dict[str, Path]:
    """Names of other people's distributions that files in these places import, each with one such file.

    ``besides``: places that are left out, as extras of their own bring what they need.
    """
    distributions = packages_distributions()
    return {
        normal(name): path
        for place in places
        for path in files(REPOSITORY / place)
        if not any(path.is_relative_to(REPOSITORY / each) for each in besides)
        for module in imported_modules(path)
        if (top := module.partition(".")[0]) not in OWN | sys.stdlib_module_names
        for name in named_by(module, distributions.get(top, [top]))
    }


def named_by(module: str, names: list[str]) -> list[str]:
    """Return the distributions that an import is of; those of OpenTelemetry share a namespace, and are named after it.

    ``opentelemetry.sdk.trace`` is of ``opentelemetry-sdk``, ``opentelemetry.trace`` of ``opentelemetry-api``.
    """
    if not module.startswith("opentelemetry"):
        return names
    dotted = module.replace(".", "-").replace("_", "-") + "-"
    return [max((name for name in names if dotted.startswith(f"{name}-")), key=len, default="opentelemetry-api")]


@pytest.mark.parametrize(
    ("extra", "places"),
    [
        ("", CLIENT_PATHS),
        ("matcher", ("matcher",)),
        ("service", ("idverify", "enroll_tools")),
        ("benchmarks", ("benchmarks",)),
        *OF_EXTRAS.items(),
    ],
)
def test_what_is_imported_is_declared(extra: str, places: tuple[str, ...]) -> None:
    of_extra = extra in OF_EXTRAS
    found = foreign(places, besides=() if of_extra else tuple(chain(*OF_EXTRAS.values())))
    assert found
    known = declared(extra) | (declared("service") if of_extra else set())
    assert {name: path for name, path in found.items() if name not in known} == {}


def test_every_declared_package_is_justified_in_its_table() -> None:
    page = (DOCS / "dependencies.md").read_text(encoding="utf-8")
    tables = {
        title: re.findall(r"^\| (?!package )([\w.-]+) \| .", body, re.MULTILINE)
        for title, body in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    }
    declared_in = {"Base": BASE, "Development": DEVELOPMENT} | {f"Extra `{name}`": EXTRAS[name] for name in EXTRAS}
    expected = {
        title: [name for line in lines if (name := name_of(line)) != "idverify" and not name.startswith("types-")]
        for title, lines in declared_in.items()
    }
    assert {title: sorted(names) for title, names in tables.items()} == {
        title: sorted(names) for title, names in expected.items()
    }
