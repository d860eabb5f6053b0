"""The public names: all there, typed and documented, and nothing imported before it is asked for."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import matcher

HEAVY = {"cv2", "faiss", "numba", "h5py", "PIL", "skimage"}


def imported_for_types() -> dict[str, str]:
    """Return the names that a type checker sees, with their modules."""
    source = ast.parse(Path(str(matcher.__file__)).read_text(encoding="utf-8"))
    lines = [node for node in ast.walk(source) if isinstance(node, ast.ImportFrom) and node.module]
    own = [line for line in lines if str(line.module).startswith("matcher.")]
    return {alias.asname or alias.name: f"{line.module}.{alias.name}" for line in own for alias in line.names}


@pytest.mark.parametrize("name", matcher.__all__)
def test_each_is_what_type_checkers_take_it_for(name: str) -> None:
    public = getattr(matcher, name)
    home, _, there = imported_for_types()[name].rpartition(".")
    assert public is getattr(import_module(home), there)
    assert public.__doc__


def test_no_other_names() -> None:
    assert set(imported_for_types()) == set(matcher.__all__)
    assert set(matcher.__all__) <= set(dir(matcher))
    with pytest.raises(AttributeError, match="nonsense"):
        matcher.nonsense  # type: ignore[attr-defined]  # noqa: B018 - asking for it is the test


def test_types_and_errors_import_nothing_heavy() -> None:
    code = (
        "import sys, matcher.types, matcher.errors; from matcher import Template, MatcherError; print(*sorted("
        f"{HEAVY} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""
