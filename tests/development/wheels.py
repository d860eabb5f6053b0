"""Two wheels that install beside each other: idverify_client for a counter, idverify for everything else.

python -m tests.development.wheels --out wheels

What a wheel states of itself is derived from pyproject.toml; no package is fetched to build them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build import ProjectBuilder
from pyproject_hooks import quiet_subprocess_runner

from tests.places import REPOSITORY

CLIENT_PATHS = ("idverify/__init__.py", "idverify/py.typed", "idverify/client", "idverify/v1")
"""What a counter installs; the other wheel has none of it and requires it."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """One wheel to be.

    Attributes:
        project: the ``[project]`` table of its pyproject.toml.
        files: what is in it, relative to the repository.
    """

    project: Mapping[str, Any]
    files: tuple[Path, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the wheels; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.development.wheels", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the wheels")
    for wheel in build_wheels(parser.parse_args(arguments).out):
        print(wheel)
    return 0


def build_wheels(out: Path) -> list[Path]:
    """Build both wheels into a folder; return their paths."""
    out.mkdir(parents=True, exist_ok=True)
    pyproject = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    return [_build(distribution, pyproject, out) for distribution in distributions(pyproject)]


def distributions(pyproject: Mapping[str, Any]) -> tuple[Distribution, Distribution]:
    """Return the client and the rest, each with what it says of itself and its files."""
    whole = pyproject["project"]
    files = set(_shipped(pyproject["tool"]["setuptools"]["packages"]["find"]["include"]))
    client = {file for file in files if any(file.is_relative_to(path) for path in CLIENT_PATHS)}
    name = f"{whole['name']}-client"
    rest = {**whole, "dependencies": [f"{name}=={whole['version']}"]}
    return (
        Distribution(_client_project(whole, name), tuple(sorted(client))),
        Distribution(rest, tuple(sorted(files - client))),
    )


def _client_project(whole: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The base dependencies are the client's; extras and commands belong to the rest."""
    kept = {key: value for key, value in whole.items() if key not in {"optional-dependencies", "scripts"}}
    description = "Client of idverify: calls the service, checks its assertions offline"
    return kept | {"name": name, "description": description, "readme": "docs/client.md"}


def _shipped(patterns: Sequence[str]) -> Iterator[Path]:
    """Every file of the packages, relative to the repository."""
    for pattern in patterns:
        for package in REPOSITORY.glob(pattern):
            if (package / "__init__.py").is_file():  # idverify.egg-info has none
                yield from (
                    path.relative_to(REPOSITORY)
                    for path in package.rglob("*")
                    if path.is_file() and "__pycache__" not in path.parts
                )


def _build(distribution: Distribution, pyproject: Mapping[str, Any], out: Path) -> Path:
    """Build from a folder that holds nothing but what goes in, so that no other file can get in."""
    with tempfile.TemporaryDirectory() as name:
        stage = Path(name)
        for file in (Path("LICENSE"), Path(distribution.project["readme"]), *distribution.files):
            (stage / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(REPOSITORY / file, stage / file)
        (stage / "pyproject.toml").write_text(_toml(distribution.project, pyproject), encoding="utf-8")
        return Path(ProjectBuilder(stage, runner=quiet_subprocess_runner).build("wheel", out))


def _toml(project: Mapping[str, Any], pyproject: Mapping[str, Any]) -> str:
    find = pyproject["tool"]["setuptools"]["packages"]["find"]
    tables = {
        "build-system": pyproject["build-system"],
        "project": project,
        "tool.setuptools": {"packages": {"find": find}, "package-data": {"*": ["**/*"]}},
    }
    return "".join(
        f"[{title}]\n" + "".join(f"{key} = {_toml_value(value)}\n" for key, value in table.items())
        for title, table in tables.items()
    )


def _toml_value(value: Any) -> str:
    """Strings and lists of strings are written as in JSON, tables in line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f'"{key}" = {_toml_value(one)}' for key, one in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
