"""What is deployed: the unit, the container and the packages are as safe as they say."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.places import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
UNIT = DEPLOY / "idverify.service"
BIN = Path(sys.executable).parent
MOST_EXPOSED = "20"
"""Tenths of what systemd counts, from 0 to 10."""

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")


def said(*command: str | Path) -> tuple[int, str]:
    """Return how a command ended, and what it printed."""
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    return ended.returncode, ended.stdout + ended.stderr


@needs_systemd
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (tmp_path / UNIT.name).write_text(text, encoding="utf-8")
    verify = ("systemd-analyze", "verify", "--man=no", "--recursive-errors=no")
    assert UNIT.name not in said(*verify, tmp_path / UNIT.name)[1]
    (tmp_path / UNIT.name).write_text(text + "Nonsense=yes\n", encoding="utf-8")
    assert "Nonsense" in said(*verify, tmp_path / UNIT.name)[1]


@needs_systemd
def test_the_unit_is_exposed_to_little(tmp_path: Path) -> None:
    security = ("systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}")
    assert said(*security, UNIT)[0] == 0
    opened = re.sub(r"(?m)^(Cap|System|No|Prot|Priv|Restr)\w+=.*\n", "", UNIT.read_text(encoding="utf-8"))
    (tmp_path / UNIT.name).write_text(opened, encoding="utf-8")
    assert said(*security, tmp_path / UNIT.name)[0] != 0


def test_memory_is_both_written_and_run_because_numba_needs_it() -> None:
    # PR_SET_MDWE, since Linux 6.3: what MemoryDenyWriteExecute= asks for. If Numba loads, the unit can have that.
    forbid = "import ctypes; refused = ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)"
    code = f"{forbid}\nif refused: raise SystemExit(77)\nimport numba"
    status, printed = said(sys.executable, "-c", code)
    if status == 77:
        pytest.skip("this kernel cannot forbid it")
    assert status == 1
    assert "executable memory" in printed
    assert not re.search(r"^MemoryDenyWriteExecute=", UNIT.read_text(encoding="utf-8"), re.MULTILINE)


def test_hadolint_finds_nothing_in_the_containerfile(tmp_path: Path) -> None:
    assert said(BIN / "hadolint", DEPLOY / "Containerfile") == (0, "")
    bad = tmp_path / "Containerfile"
    bad.write_text("FROM debian:latest\nRUN cd /tmp && pip install x\n", encoding="utf-8")
    assert said(BIN / "hadolint", bad)[0] != 0


def test_what_the_container_copies_is_there_and_it_runs_without_rights() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    text = text.replace("${LOCK}", re.findall(r"^ARG LOCK=(.*)", text, re.MULTILINE)[0])
    copied = [word for line in re.findall(r"^COPY (?!--)(.*)", text, re.MULTILINE) for word in line.split()[:-1]]
    assert copied
    assert [path for path in copied if not (REPOSITORY / path).exists()] == []
    assert re.findall(r"^USER (.*)", text, re.MULTILINE) == ["10001:10001"]
    assert "HEALTHCHECK" in text


def test_the_compose_file_is_one_and_every_service_of_it_is_hardened() -> None:
    status, printed = said(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")
    assert status == 0, printed
    content = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    for service in content["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert set(service.get("secrets", [])) <= set(content["secrets"])
        assert not [name for name in service["environment"] if "PASSWORD" in name and not name.endswith("_FILE")]


def packages(lock: Path) -> dict[str, str]:
    """Return what a lock says of each package: version, marker and hashes."""
    text = re.sub(r"^#.*\n", "", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {entry.partition("==")[0]: entry for entry in re.split(r"\n(?=\S)", text.strip())}


def test_what_is_deployed_is_part_of_what_is_tested() -> None:
    deployed, tested = packages(DEPLOY / "requirements.lock"), packages(REPOSITORY / "requirements.lock")
    assert {"numba", "grpcio", "psycopg"} <= set(deployed)
    assert {"pytest", "mypy", "ruff"}.isdisjoint(deployed)

    def told(entry: str) -> tuple[str, list[str]]:
        return entry.split(maxsplit=1)[0], sorted(re.findall(r"sha256:\w+", entry))

    assert {name: told(entry) for name, entry in deployed.items()} == {name: told(tested[name]) for name in deployed}, (
        "run: make lock"
    )
