"""What the page of the first ten minutes does is done as it stands, by curl, Python, Node and reflection."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.conftest import TEN_MINUTES, blocks, run
from tests.e2e.harness import RunningServer
from tests.places import DOCS, REPOSITORY

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
    install, activate, serve, _ = blocks(TEN_MINUTES, "Start", "sh")[0].splitlines()
    assert (install, activate) == ("make install", ". .venv/bin/activate")
    assert serve == "idverify serve --http 127.0.0.1:8080 &"


def test_nothing_is_left_in_the_repository_that_git_sees() -> None:
    (leading,) = re.findall(r"mkdir -p (\S+) && cd \1\n", blocks(TEN_MINUTES, "Start", "sh")[1])
    ignored = (REPOSITORY / ".gitignore").read_text(encoding="utf-8").split()
    assert f"/{leading.split('/')[0]}/" in ignored


@pytest.mark.parametrize("page", ["README.md", "README.vi.md", "docs/http.md", "docs/ten-minutes.md"])
def test_what_is_started_is_waited_for_before_it_is_asked(page: str) -> None:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    following = re.findall(r"idverify serve\b.*&(?: +#.*)?\n(.*)\n", text)
    assert following
    assert all("idverify health --wait 120" in line for line in following)


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


def test_node(service: RunningServer, desk: Path, node_client: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (script,) = blocks(TEN_MINUTES, "Node", "js")
    (desk / "verify.mjs").write_text(served(script, service), encoding="utf-8")
    make, install = blocks(TEN_MINUTES, "Node", "sh")[0].splitlines()
    assert make == 'make -C ../.. typescript OUT="$PWD/dist"'
    (desk / "dist").mkdir()
    run(f"npm pack --silent --pack-destination dist {node_client}", desk)
    for setting, value in {"audit": "false", "update_notifier": "false", "prefer_offline": "true"}.items():
        monkeypatch.setenv(f"npm_config_{setting}", value)
    run(install, desk)
    said = run("verify.mjs", desk, "node")
    assert said.startswith("[ 'fpt' ]")
    for page in ("node.md", "examples/counter.mts"):
        assert install in (DOCS / page).read_text(encoding="utf-8")


@NEEDED
def test_reflection(service: RunningServer, desk: Path) -> None:
    (script,) = blocks(TEN_MINUTES, "Whatever speaks gRPC", "sh")
    said = run(served(script, service), desk)
    assert "idverify.v1.VerificationService/Verify\n" in said
    answer = json.loads(said[said.rindex("\n{") :])
    assert answer["decision"] == "DECISION_MATCH"
