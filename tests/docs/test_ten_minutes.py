"""What the page of the first ten minutes does is done as it stands, by curl, Python, Node and reflection."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.conftest import TEN_MINUTES, blocks, run
from tests.e2e.harness import RunningServer
from tests.peer_verifiers import packages_of_npm

pytestmark = pytest.mark.slow

NEEDED = pytest.mark.skipif(
    not all(map(shutil.which, ("curl", "bash", "openssl"))), reason="no curl, bash or openssl here"
)


def served(text: str, service: RunningServer) -> str:
    """The service of the tests, where the page has its own."""
    found = text.replace("localhost:8080", service.http).replace("127.0.0.1:50051", service.address)
    assert found != text
    return found


def test_the_start_is_as_make_and_the_command_line_have_it() -> None:
    install, serve = blocks(TEN_MINUTES, "Start", "sh")[0].splitlines()
    assert install == "make install"
    assert serve.endswith(" serve --http 127.0.0.1:8080 &")


@NEEDED
def test_curl(service: RunningServer, desk: Path) -> None:
    (script,) = blocks(TEN_MINUTES, "curl", "sh")
    said = run(served(script, service), desk)
    assert '"decision":"DECISION_MATCH"' in said
    assert "Signature Verified Successfully" in said
    assert '"vn_proc": "1.001193"' in said
    # openssl does say no: to the same signature of something else.
    checking = next(line for line in script.splitlines() if line.startswith("openssl"))
    with (desk / "signed").open("a") as signed:
        signed.write("x")
    assert subprocess.run(["bash", "-c", checking], cwd=desk, capture_output=True, check=False).returncode != 0


def test_python(service: RunningServer, desk: Path) -> None:
    (script,) = blocks(TEN_MINUTES, "Python", "python")
    said = run(served(script, service), desk, sys.executable, "-c")
    assert said.startswith("identity {")


def test_node(service: RunningServer, desk: Path, node_client: Path) -> None:
    (script,) = blocks(TEN_MINUTES, "Node", "js")
    (desk / "verify.mjs").write_text(served(script, service), encoding="utf-8")
    (desk / "node_modules").mkdir()
    (desk / "node_modules" / "idverify-client").symlink_to(node_client)
    (desk / "node_modules" / "jose").symlink_to(packages_of_npm() / "node_modules" / "jose")
    said = run("verify.mjs", desk, "node")
    assert said.startswith("[ 'fpt' ]")


@NEEDED
def test_reflection(service: RunningServer, desk: Path) -> None:
    (script,) = blocks(TEN_MINUTES, "Whatever speaks gRPC", "sh")
    said = run(served(script, service), desk)
    assert "idverify.v1.VerificationService/Verify\n" in said
    answer = json.loads(said[said.rindex("\n{") :])
    assert answer["decision"] == "DECISION_MATCH"
