"""The lock files, read: which package in which version, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.places import REPOSITORY

DEPLOYED = "deploy/requirements.lock"
EVERYTHING = "requirements.lock"
LOCKS = (EVERYTHING, DEPLOYED)

_ENTRY = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<where>[^\\]+?))?\s*\\?")


@dataclass(frozen=True, slots=True, order=True)
class Package:
    """One package in one version; ``name`` in the form of PEP 503."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def package(name: str, version: str) -> Package:
    """Return a package by whatever spelling of its name."""
    return Package(re.sub(r"[-_.]+", "-", name).lower(), version)


def locked(lock: str) -> dict[Package, str]:
    """Return what a lock names, by its path in the repository, each with the marker under which it is installed, or ''.

    Raises:
        ValueError: a line is none that a lock has.
    """
    return parsed((REPOSITORY / lock).read_text(encoding="utf-8"))


def parsed(text: str) -> dict[Package, str]:
    """Return what the text of a lock names.

    Raises:
        ValueError: a line is none that a lock has, or it names nothing.
    """
    found: dict[Package, str] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith(("#", " ")):
            continue
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            raise ValueError(f"no line of a lock: {line[:80]}")
        found[package(entry["name"], entry["version"])] = entry["where"] or ""
    if not found:
        raise ValueError("the lock names no package")
    return found


def written(packages: list[Package], folder: Path) -> list[Path]:
    """Write requirement files that ask for each of them, whatever the system; one file has a name once."""
    files: list[list[Package]] = []
    for each in packages:
        file = next((file for file in files if each.name not in {other.name for other in file}), None)
        if file is None:
            files.append(file := [])
        file.append(each)
    paths = [folder / f"asked-{number}.txt" for number in range(len(files))]
    for path, file in zip(paths, files, strict=True):
        path.write_text("".join(f"{each.name}=={each.version}\n" for each in file), encoding="utf-8")
    return paths
