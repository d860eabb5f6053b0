"""``idverify compile`` and ``idverify health`` where they cannot do it."""

from __future__ import annotations

import json
from typing import NoReturn

import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.matching import assembly
from matcher import machine_code
from matcher.errors import ExtractorUnavailableError


def test_compiling_needs_a_folder() -> None:
    told = CliRunner().invoke(build_app(), ["compile"])
    assert told.exit_code == 2
    assert "set compiled_dir, or give --compiled-dir" in told.stderr


def test_without_the_network_nothing_is_compiled_and_it_is_said_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(threads: int) -> NoReturn:
        raise ExtractorUnavailableError(f"the weights for {threads} thread are not installed")

    monkeypatch.setattr(assembly, "load_leader", missing)
    monkeypatch.setattr(machine_code, "make_in", lambda _folder: None)
    told = CliRunner().invoke(build_app(), ["compile", "--compiled-dir", "anywhere"])
    assert told.exit_code == 1
    assert told.stderr.startswith("MATCHER_UNAVAILABLE: the weights")


def test_who_does_not_answer_does_not_serve() -> None:
    told = CliRunner().invoke(build_app(), ["health", "--server", "127.0.0.1:1", "--wait", "0.2", "--json"])
    assert told.exit_code == 1
    assert json.loads(told.stderr)["error"]["reason"] == "NOT_SERVING"
