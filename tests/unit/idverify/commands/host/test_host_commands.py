"""``idverify compile`` and ``idverify health`` where they cannot do it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NoReturn

import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.matching import assembly
from matcher import RidgeExtractor, machine_code
from matcher.errors import ExtractorUnavailableError, NotCompiledError
from matcher.warm_up import warm_up


@pytest.fixture
def ridge_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(assembly, "EXTRACTORS", ("ridge",))
    yield
    machine_code.as_numba_does()


@pytest.mark.usefixtures("ridge_alone")
def test_without_a_folder_it_is_compiled_where_a_start_looks() -> None:
    assert CliRunner().invoke(build_app(), ["compile"]).exit_code == 0
    told: list[str] = []
    machine_code.as_numba_does(told.append)
    warm_up(RidgeExtractor())
    assert told == []
    again = CliRunner().invoke(build_app(), ["compile"])
    assert (again.exit_code, again.stdout) == (0, "all of it is there already\n")


@pytest.mark.usefixtures("ridge_alone")
def test_where_nothing_can_be_kept_a_folder_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(_extractor: object) -> NoReturn:
        raise NotCompiledError("machine code can be kept nowhere")

    monkeypatch.setattr(assembly, "warm_up", nowhere)
    told = CliRunner().invoke(build_app(), ["compile"])
    assert told.exit_code == 2
    assert "kept nowhere; set compiled_dir, or give --compiled-dir" in " ".join(told.stderr.split())


def test_how_far_it_is_is_told_after_each_loop(monkeypatch: pytest.MonkeyPatch, ridge_alone: None) -> None:
    def compile_two(_extractor: object) -> None:
        for loop in ("one", "two"):
            machine_code._Chosen.compiled += 1
            assert machine_code._Chosen.made is not None
            machine_code._Chosen.made(loop)

    monkeypatch.setattr(assembly, "warm_up", compile_two)
    told: list[tuple[int, int]] = []
    assert assembly.compile_all(None, lambda made, whole: told.append((made, whole))) == 2
    assert told == [(1, machine_code.loops_known()), (2, machine_code.loops_known())]


def test_without_the_network_nothing_is_compiled_and_it_is_said_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(threads: int) -> NoReturn:
        raise ExtractorUnavailableError(f"the weights for {threads} thread are not installed")

    monkeypatch.setattr(assembly, "load_leader", missing)
    monkeypatch.setattr(machine_code, "make_in", lambda _folder: None)
    told = CliRunner().invoke(build_app(), ["compile", "--compiled-dir", "anywhere"])
    assert told.exit_code == 1
    assert "\nMATCHER_UNAVAILABLE: the weights" in told.stderr


def test_who_does_not_answer_does_not_serve() -> None:
    told = CliRunner().invoke(build_app(), ["health", "--server", "127.0.0.1:1", "--wait", "0.2", "--json"])
    assert told.exit_code == 1
    assert json.loads(told.stderr)["error"]["reason"] == "NOT_SERVING"
