"""The library that runs the network keeps no identifier of the machine, and so reports to nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.places import REPOSITORY

_LOADED_BY_US = "import matcher.extraction.leader_network"
_LOADED_ALONE = "import onnxruntime"


def files_after(code: str, home: Path) -> list[str]:
    """Return what a process that loads the library leaves in its home."""
    home.mkdir()
    # nothing else: it is silent, too, where it sees that it is being tested
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "NUMBA_CACHE_DIR": str(home.parent / "numba")}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=REPOSITORY)
    return [file.name for file in home.rglob("*") if file.is_file()]


def test_the_network_is_run_without_telemetry(tmp_path: Path) -> None:
    assert files_after(_LOADED_BY_US, tmp_path / "ours") == []


def test_alone_it_would_leave_an_identifier(tmp_path: Path) -> None:
    # If this fails, the library asks first: `matcher/extraction/_onnxruntime.py` can go.
    assert "deviceid" in files_after(_LOADED_ALONE, tmp_path / "alone")
