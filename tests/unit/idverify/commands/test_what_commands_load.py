"""Commands that call a service start quickly: what computes, stores or serves is not loaded for them.

Nor does a service load what few services need.
"""

from __future__ import annotations

import subprocess
import sys

from idverify.commands.local.convert import Format
from matcher.formats.records import RecordFormat

HEAVY = {
    *("matcher", "numpy", "numba", "cv2", "faiss", "sqlalchemy", "alembic", "pydantic", "jinja2"),
    *("fluent.runtime", "fluent.syntax", "babel"),
}
SCRIPT = """
import sys, typer
from idverify.cli import build_app
typer.main.get_command(build_app())
print(*sys.modules)
"""


def test_nothing_heavy_is_loaded_before_a_command_needs_it() -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "idverify.commands.local.convert" in loaded
    assert loaded & HEAVY == set()


def test_what_few_services_need_is_not_loaded_by_the_others() -> None:
    script = "import sys, idverify.bootstrap, idverify.serving; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) & {"authlib", "openpyxl", "alembic"} == set()


def test_the_formats_are_those_of_the_matcher() -> None:
    assert {format_.name: format_.value for format_ in Format} == {f.name: f.value for f in RecordFormat}
