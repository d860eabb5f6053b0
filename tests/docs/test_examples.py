"""The examples do what they show, against a real service."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.client import Client
from tests.docs.conftest import run
from tests.e2e.harness import RunningServer
from tests.places import DOCS

pytestmark = pytest.mark.slow

PRINTS = ("enrolled.png", "shown.png")


def played(example: str, number: str, service: RunningServer, desk: Path) -> str:
    return run(service.address, desk, sys.executable, DOCS / "examples" / example, number, *PRINTS)


def test_a_counter_step_by_step(service: RunningServer, desk: Path) -> None:
    said = played("counter.py", "027199000011", service, desk)
    assert "for H05.12 by ['fpt']" in said
    assert "confirmed for dossier H05.12-261126-0001" in said
    assert said.count("next: ") == 3
    with Client(service.address) as client:
        (key,) = client.log_checkpoint().verifier_keys
    checked = CliRunner().invoke(build_app(), ["audit", "verify", str(desk / "decision.tlog-proof"), "--key", key])
    assert checked.exit_code == 0, checked.output


def test_a_counter_that_awaits(service: RunningServer, desk: Path) -> None:
    assert "SUBJECT_NOT_FOUND" in played("counter_async.py", "027199000012", service, desk)
