"""Where machine code is kept: in a folder of its own it is found again, and what is not there is refused by name."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numba.core.config
import pytest

from matcher import machine_code
from matcher.errors import NotCompiledError

_LOOP = """
from matcher._compiled import compiled

@compiled
def doubled(x):
    return 2 * x
"""


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    yield
    machine_code.as_numba_does()
    machine_code.tell_what_is_made(None)
    machine_code.take_turns()


@pytest.fixture
def loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Callable[[int], int]]:
    """Loads a module with a loop anew, as the next process would; its folder takes no machine code."""
    file = tmp_path / "source" / "loop_of_a_test.py"
    file.parent.mkdir()
    file.write_text(_LOOP, encoding="utf-8")
    (file.parent / "__pycache__").touch()  # a file where Numba wants a folder, which holds for root too
    monkeypatch.setenv("XDG_CACHE_HOME", str(file / "nowhere"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def load() -> Callable[[int], int]:
        spec = importlib.util.spec_from_file_location("loop_of_a_test", file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        doubled: Callable[[int], int] = module.doubled
        return doubled

    return load


def test_beside_its_source_a_loop_is_made_anew_after_a_change_of_any_other(
    loop: Callable[[], Callable[[int], int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the code of those that it calls: beside a file that did not change an old one compared as nobody does."""
    tmp_path.joinpath("source", "__pycache__").unlink()
    before = machine_code.compiled_here()
    assert [loop()(3), loop()(4)] == [6, 8]
    assert machine_code.compiled_here() == before + 1
    monkeypatch.setattr(machine_code, "_loops", lambda: "another")
    assert loop()(3) == 6
    assert machine_code.compiled_here() == before + 2


def test_what_was_made_in_a_folder_is_taken_from_it(loop: Callable[[], Callable[[int], int]], tmp_path: Path) -> None:
    machine_code.make_in(tmp_path / "made")
    assert loop()(3) == 6
    made = sorted(tmp_path.joinpath("made").rglob("*.nb?"))
    before = machine_code.compiled_here()
    machine_code.take_from(tmp_path / "made")
    assert loop()(4) == 8
    assert machine_code.compiled_here() == before
    assert sorted(tmp_path.joinpath("made").rglob("*.nb?")) == made != []


def test_what_is_made_is_told_once_it_is_kept(loop: Callable[[], Callable[[int], int]], tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    machine_code.tell_what_is_made(lambda name: told.append((name, len(list((tmp_path / "made").rglob("*.nbi"))))))
    machine_code.make_in(tmp_path / "made")
    before = machine_code.loops_known()
    assert loop()(3) == 6
    assert loop()(4) == 8  # found
    assert told == [("loop_of_a_test.doubled", 1)]
    assert machine_code.loops_known() == before + 2


def test_what_is_kept_is_read_and_written_in_turn(loop: Callable[[], Callable[[int], int]], tmp_path: Path) -> None:
    """Numba's index names a file before that is there: what a former version left under the name would be taken."""
    inside: list[list[str]] = []

    @contextmanager
    def turn() -> Iterator[None]:
        before = kept()
        yield
        inside.append(sorted(kept() - before))

    def kept() -> set[str]:
        return {path.suffix for path in (tmp_path / "made").rglob("*.nb?")}

    machine_code.make_in(tmp_path / "made")
    machine_code.take_turns(turn)
    assert loop()(3) == 6
    assert inside == [[], [".nbc", ".nbi"]]
    assert loop()(3) == 6
    assert inside == [[], [".nbc", ".nbi"], []]


def test_what_numba_has_not_is_told_before_it_is_compiled_and_what_it_has_is_not(
    loop: Callable[[], Callable[[int], int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numba.core.config, "CACHE_DIR", str(tmp_path / "cache"))
    told: list[str] = []
    machine_code.as_numba_does(told.append)
    assert loop()(3) == 6
    assert told == ["loop_of_a_test.doubled"]
    assert loop()(4) == 8
    assert told == ["loop_of_a_test.doubled"]


def test_what_is_not_there_is_refused_by_name(loop: Callable[[], Callable[[int], int]], tmp_path: Path) -> None:
    machine_code.take_from(tmp_path / "empty")
    with pytest.raises(NotCompiledError, match=r"empty has no machine code .*: loop_of_a_test\.doubled is missing"):
        loop()(3)


def test_another_version_of_the_library_does_not_take_it(
    loop: Callable[[], Callable[[int], int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine_code.make_in(tmp_path / "made")
    loop()(3)
    monkeypatch.setattr(machine_code, "_version", lambda: "another")
    machine_code.take_from(tmp_path / "made")
    with pytest.raises(NotCompiledError):
        loop()(3)


def test_what_is_met_later_is_compiled_and_told_and_not_written(
    loop: Callable[[], Callable[[int], int]], tmp_path: Path
) -> None:
    told: list[str] = []
    machine_code.take_from(tmp_path / "empty")
    machine_code.compile_what_is_missing(told.append)
    assert loop()(3) == 6
    assert told == ["loop_of_a_test.doubled"]
    assert not (tmp_path / "empty").exists()


def test_without_a_place_it_is_said(loop: Callable[[], Callable[[int], int]]) -> None:
    with pytest.raises(NotCompiledError, match="machine code can be kept nowhere"):
        loop()(3)
