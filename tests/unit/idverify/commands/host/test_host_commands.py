"""``idverify compile`` and ``idverify health`` where they cannot do it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.matching import assembly, compiling
from matcher import RidgeExtractor, machine_code
from matcher.errors import ExtractorUnavailableError, NotCompiledError
from matcher.warm_up import warm_up
from tests.waiting import wait_until


@pytest.fixture
def ridge_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(compiling, "EXTRACTORS", ("ridge",))
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
    def nowhere(_extractor: object, *, backwards: bool) -> NoReturn:
        raise NotCompiledError("machine code can be kept nowhere")

    monkeypatch.setattr(compiling, "warm_up", nowhere)
    told = CliRunner().invoke(build_app(), ["compile"])
    assert told.exit_code == 2
    assert "kept nowhere; set compiled_dir, or give --compiled-dir" in " ".join(told.stderr.split())


def say_made(*loops: str) -> None:
    for loop in loops:
        assert machine_code._Chosen.made is not None
        machine_code._Chosen.made(loop)


@pytest.mark.usefixtures("ridge_alone")
@pytest.mark.parametrize("processors", [1, 2])
def test_how_far_it_is_is_told_after_each_loop_whichever_process_made_it(
    monkeypatch: pytest.MonkeyPatch, processors: int
) -> None:
    told: list[tuple[int, int]] = []
    calls: list[str] = []

    @contextmanager
    def help_beside(_turns: Path, _folder: Path | None, made: Callable[[str], object]) -> Iterator[None]:
        made("another")
        made("one")  # of which both found that it was not there
        calls.append("began")
        yield
        calls.append("ended")

    def compile_two(_extractor: object, *, backwards: bool) -> None:
        assert not backwards
        say_made("one", "two")

    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    monkeypatch.setattr(compiling, "_helper", help_beside)
    monkeypatch.setattr(compiling, "warm_up", compile_two)
    made = compiling.compile_all(None, lambda made, whole: told.append((made, whole)))
    assert (made, calls) == ((2, []) if processors == 1 else (3, ["began", "ended"]))
    assert [made for made, _ in told] == ([1, 2] if processors == 1 else [1, 2, 2, 3])
    assert {whole for _, whole in told} == {machine_code.loops_known()}


def test_the_second_process_tells_what_it_makes_and_ends_with_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\necho one; echo two; exec sleep 600\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    told: list[str] = []
    with compiling._helper(tmp_path / "turns", None, told.append):
        wait_until(lambda: told == ["one", "two"])


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
