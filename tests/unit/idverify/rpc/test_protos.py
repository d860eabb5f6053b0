"""The protos keep their style, and the generated code is theirs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.places import REPOSITORY

PROTOS = REPOSITORY / "proto"
PROTOC = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTOS}", f"-I{sysconfig.get_path('purelib')}"]


def _files() -> list[str]:
    return sorted(str(path.relative_to(PROTOS)) for path in PROTOS.glob("idverify/v1/*.proto"))


def test_generated_code_is_up_to_date(tmp_path: Path) -> None:
    out = [f"--{kind}={tmp_path}" for kind in ("python_out", "pyi_out", "grpc_python_out")]
    subprocess.run([*PROTOC, *out, *_files()], check=True)
    made = {path.name: path.read_text("utf-8") for path in (tmp_path / "idverify" / "v1").iterdir()}
    committed = REPOSITORY / "idverify" / "v1"
    kept = {path.name: path.read_text("utf-8") for path in committed.glob("*_pb2*")}
    stale = sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))
    assert stale == [], "run: make generate"


def test_buf_lint_has_nothing_to_say(tmp_path: Path) -> None:
    buf = shutil.which("buf", path=str(Path(sys.executable).parent))
    assert buf is not None, "run: make install"
    image = tmp_path / "protos.binpb"
    subprocess.run([*PROTOC, "--include_imports", "--include_source_info", "-o", image, *_files()], check=True)
    lint = [buf, "lint", str(image), "--config", str(PROTOS / "buf.yaml")]
    found = subprocess.run(lint, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")
