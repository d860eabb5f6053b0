"""What the page of the HTTP door does with curl is done as it stands, on made-up prints, and checked offline."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.client import Client, verify_assertion
from tests.docs.conftest import run
from tests.e2e.harness import RunningServer
from tests.places import DOCS, REPOSITORY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="no curl or no bash here"),
]


def test_a_citizen_from_nothing(service: RunningServer, desk: Path) -> None:
    page = (DOCS / "http.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```\n(S=.*?)^```$", page, re.DOTALL | re.MULTILINE)
    here = script.replace("http://localhost:8080", f"http://{service.http}")
    run(here, desk)
    with Client(service.address) as client:
        (key,) = client.log_checkpoint().verifier_keys
    answer = json.loads((desk / "answer.json").read_text(encoding="utf-8"))
    assert answer["decision"] == "DECISION_MATCH"
    assert [record["recordType"] for record in answer["disclosure"]["records"]] == ["identity"]
    keys = (desk / "keys.json").read_text(encoding="utf-8")
    assertion = desk / "assertion.jwt"
    assertion.write_text(answer["disclosure"]["assertion"]["jwt"])
    claims = verify_assertion(assertion.read_text(), keys, issuer="idverify.local", audience="local-insecure")
    assert claims["amr"] == ["fpt"]
    proof = ["audit", "verify", str(desk / "event.tlog-proof"), "--key", key, "--assertion", str(assertion)]
    checked = CliRunner().invoke(build_app(), proof)
    assert checked.exit_code == 0, checked.output


def test_the_first_page(service: RunningServer, desk: Path) -> None:
    page = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```\n(S=.*?)^```$", page, re.DOTALL | re.MULTILINE)
    here = script.replace("http://localhost:8080", f"http://{service.http}")
    assert '{"decision":"DECISION_MATCH"' in run(here, desk)
    assert json.loads((desk / "keys.json").read_text(encoding="utf-8"))["keys"]
    again = subprocess.run(["bash", "-e", "-c", here], cwd=desk, capture_output=True, text=True, check=False)
    assert again.returncode != 0
    assert "REFERENCE_EXISTS" in again.stdout
    assert "409" in again.stderr
