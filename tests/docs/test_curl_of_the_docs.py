"""What the page of the HTTP door does with curl is done as it stands, on made-up prints, and checked offline."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from enroll_tools.synthetic import EASY, Population
from idverify.bootstrap import build
from idverify.cli import build_app
from idverify.client import Client, verify_assertion
from matcher import FingerPosition
from matcher.images.decoding import encode_png
from tests.e2e.harness import RunningServer, local_settings
from tests.places import DOCS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="no curl or no bash here"),
]


def test_a_citizen_from_nothing(tmp_path: Path) -> None:
    settings = local_settings(tmp_path / "data", http="127.0.0.1:0", extractor="ridge")
    server = RunningServer(settings, build(settings)).start()
    people = Population(seed=5, impressions=EASY)
    for name, number in (("enrolled", 1), ("shown", 2)):
        image = people.impression(0, FingerPosition.RIGHT_INDEX, number).image
        (tmp_path / f"{name}.png").write_bytes(encode_png(image))
    page = (DOCS / "http.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```\n(S=.*?)^```$", page, re.DOTALL | re.MULTILINE)
    try:
        here = script.replace("http://localhost:8080", f"http://{server.http}")
        done = subprocess.run(["bash", "-euc", here], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        with Client(server.address) as client:
            (key,) = client.log_checkpoint().verifier_keys
    finally:
        server.stop()
    answer = json.loads((tmp_path / "answer.json").read_text(encoding="utf-8"))
    assert answer["decision"] == "DECISION_MATCH"
    assert [record["recordType"] for record in answer["disclosure"]["records"]] == ["identity"]
    keys = (tmp_path / "keys.json").read_text(encoding="utf-8")
    assertion = tmp_path / "assertion.jwt"
    assertion.write_text(answer["disclosure"]["assertion"]["jwt"])
    claims = verify_assertion(assertion.read_text(), keys, issuer="idverify.local", audience="local-insecure")
    assert claims["amr"] == ["fpt"]
    proof = ["audit", "verify", str(tmp_path / "event.tlog-proof"), "--key", key, "--assertion", str(assertion)]
    checked = CliRunner().invoke(build_app(), proof)
    assert checked.exit_code == 0, checked.output
