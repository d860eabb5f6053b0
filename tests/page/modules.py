"""The modules of the page in Node, which has fetch and WebCrypto as browsers do."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.places import REPOSITORY

WEB = REPOSITORY / "idverify" / "page" / "web"


def said_by_node(script: str, given: Any) -> Any:
    """Run a script of Node that knows ``given``, and return what it prints, JSON. Skips without Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here: run under .ci/with-verifiers")
    lines = ["import { readFileSync } from 'node:fs';", "const given = JSON.parse(readFileSync(0, 'utf8'));", script]
    done = subprocess.run(
        [node, "--no-warnings", "--input-type=module", "--eval", "\n".join(lines)],
        cwd=WEB,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def module(name: str) -> str:
    """Return what a script imports a module of the page by."""
    return Path(WEB / name).as_uri()
