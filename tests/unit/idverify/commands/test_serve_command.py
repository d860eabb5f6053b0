"""The command that serves ends its process as soon as all is closed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from idverify import serving
from idverify.cli import build_app


def test_nothing_is_waited_for_once_all_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []
    monkeypatch.setattr(serving, "serve", lambda settings: done.append(settings.data_dir))
    monkeypatch.setattr(os, "_exit", done.append)
    assert CliRunner().invoke(build_app(), ["serve", "--data-dir", str(tmp_path)]).exit_code == 0
    assert done == [tmp_path, 0]
