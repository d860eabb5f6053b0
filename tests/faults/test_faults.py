"""A service whose disk fails at any write loses nothing that it acknowledged, says why, and goes on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.command import main, outcomes
from tests.faults.disk import built
from tests.faults.judging import judged
from tests.faults.service import Service
from tests.faults.workload import STEPS
from tests.places import REPOSITORY

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the shim goes between programs and libc of Linux")


@pytest.mark.slow
def test_nothing_is_lost_whichever_write_fails() -> None:
    """A sample of them; ``make faults`` tries all, in every way."""
    seen = list(outcomes("faults", "83"))
    assert len(seen) > 10
    assert [outcome for outcome in seen if outcome["findings"]] == []
    assert any(outcome["refused"] for outcome in seen)


@pytest.mark.slow
def test_nothing_is_lost_whenever_the_power_goes() -> None:
    seen = list(outcomes("cuts", "11"))
    assert len(seen) > 10
    assert [outcome for outcome in seen if outcome["findings"]] == []
    assert any(outcome["acknowledged"] for outcome in seen)


def test_the_shim_has_the_write_fail_that_was_said(tmp_path: Path) -> None:
    program = """
import os, sys
from pathlib import Path
from tests.faults.disk import FAULTS, Disk
folder = Path(sys.argv[1])
disk = Disk(folder)
def write(name):
    with (folder / name).open("wb", buffering=0) as file:
        return file.write(b"x" * 10)
for fault in FAULTS.values():
    disk.break_at(2, fault)
    said = []
    for _ in range(4):
        try:
            said.append(write("file"))
        except OSError as error:
            said.append(os.strerror(error.errno))
    print(said, disk.changes())
disk.mend()
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    environment = {"LD_PRELOAD": str(built(tmp_path)), "PATH": "/usr/bin:/bin"}
    said = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == [
        "['Input/output error', 10, 10, 10] 8",
        "[5, 'No space left on device', 10, 10] 7",
        f"{['No space left on device'] * 4} 5",
        f"{['Input/output error'] * 4} 5",
    ]


def test_what_is_lost_is_found(tmp_path: Path) -> None:
    """The judge is no rubber stamp: an older copy of the folder lacks what was answered since."""
    service = Service(tmp_path / "disk")
    acknowledged: dict[str, str] = {}
    for name, step in STEPS.items():
        acknowledged[name] = step(service)
        if name == "save the gallery":
            shutil.copytree(tmp_path / "disk", tmp_path / "older")
    assert judged(tmp_path / "disk", acknowledged) == []
    found = judged(tmp_path / "older", acknowledged)
    assert "put another's record: answered, and lost" in found
    assert "erase another: answered, and lost" in found
    assert "the signing key that was made is not the active one" in found
    assert "the key of the log that was made does not sign" in found
    assert "the master key that was made is not the active one" in found


def test_the_command_says_what_it_tried(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    fine = {"what": "change 1", "acknowledged": 1, "refused": {"start": "OSError: no"}, "findings": []}
    lost = {"what": "a cut", "acknowledged": 1, "refused": {}, "findings": ["lost"]}
    told = {"faults": [fine, fine], "cuts": [lost]}
    monkeypatch.setattr("tests.faults.command.outcomes", lambda job, *_: told[job])
    assert main(["--only", "faults"]) == 0
    assert "2 writes that fail, 0 with findings" in capsys.readouterr().out
    assert main([]) == 1
    assert "a cut:\n  lost\n1 power cuts, 1 with findings" in capsys.readouterr().out
