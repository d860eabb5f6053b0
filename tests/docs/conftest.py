"""One service for what the pages and the examples do, and prints to do it with."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.bootstrap import build
from idverify.client import Client
from idverify.v1.types_pb2 import Purpose
from tests.development import typescript
from tests.e2e.harness import RunningServer, local_settings
from tests.peer_verifiers import packages_of_npm
from tests.places import DOCS, REPOSITORY

TEN_MINUTES = (DOCS / "ten-minutes.md").read_text(encoding="utf-8")


def blocks(page: str, title: str, language: str) -> list[str]:
    """The blocks of code under a title of a page."""
    section = page.split(f"\n## {title}\n")[1].split("\n## ", maxsplit=1)[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)


def run(script: str, folder: Path, *program: str | Path) -> str:
    """Run a script of bash, or of the program that is named, and return what it says."""
    programs = f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}"
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "PATH": programs}
    command = [*program, script] if program else ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A service by both doors that extracts and compares for real."""
    settings = local_settings(tmp_path_factory.mktemp("data"), http="127.0.0.1:0", extractor="ridge")
    server = RunningServer(settings, build(settings)).start()
    yield server
    server.stop()


@pytest.fixture
def service(running: RunningServer) -> Iterator[RunningServer]:
    """The service, in which nobody is enrolled."""
    yield running
    with Client(running.address) as client:
        numbers = [citizen.citizen_number for citizen in client.citizens(Purpose.PURPOSE_TEST)]
        for number in numbers:
            client.delete_citizen(number)


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the first page leads, with the prints that it makes, in what looks like the repository.

    Besides, two of one finger are there as ``enrolled.png`` and ``shown.png``.
    """
    repository = tmp_path_factory.mktemp("repository")
    _, *leading_there_and_making = blocks(TEN_MINUTES, "Start", "sh")
    run("".join(leading_there_and_making), repository)
    (folder,) = (made.parent for made in repository.rglob("prints"))
    (folder / ".venv").symlink_to(sys.prefix)
    for name, file in (("enrolled", "1_1"), ("shown", "1_2")):
        (folder / f"{name}.png").symlink_to(folder / "prints" / f"{file}.png")
    return folder


@pytest.fixture(scope="session")
def node_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package for Node, built as ``make typescript`` builds it, of what is installed already."""
    package = tmp_path_factory.mktemp("typescript") / "package"
    shutil.copytree(typescript.SOURCE, package)
    (package / "node_modules").symlink_to(packages_of_npm() / "node_modules")
    typescript.build(package)
    return package
