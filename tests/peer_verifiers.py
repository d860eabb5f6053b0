"""Other people's implementations, that share nothing with ours: of SD-JWT from PyPI and npm, of logs from PyPI."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from jwcrypto.jwk import JWKSet
from sd_jwt.verifier import SDJWTVerifier

FOLDER = "IDVERIFY_TEST_VERIFIERS"
"""Set by ``.ci/with-verifiers``: where packages of npm are installed."""

PYTHON = "IDVERIFY_TEST_VERIFIERS_PYTHON"
"""Set by ``.ci/with-verifiers``: a Python that has ``tlog-scales`` and ``schemathesis``."""


def verified_by_pypi(token: str, keys: str) -> dict[str, Any]:
    """Return the claims as ``sd-jwt`` of PyPI sees them, which does not look at the time."""
    known = JWKSet.from_json(keys)
    verifier = SDJWTVerifier(token, lambda _, header: known.get_key(header["kid"]))
    claims: dict[str, Any] = verifier.get_verified_payload()
    return claims


def verified_by_npm(token: str, keys: str, now: float, status_list: str = "") -> dict[str, Any]:
    """Return the claims as ``@sd-jwt/sd-jwt-vc`` sees them; ValueError if it refuses. Skips where there is none."""
    given = {"token": token, "keys": json.loads(keys), "now": int(now), "status_list": status_list}
    claims: dict[str, Any] = json.loads(said_by_node("verify.mjs", given))
    return claims


def said_by_node(script: str, given: Mapping[str, Any]) -> str:
    """Return what a script of ``tests/verifiers`` says to what it is given; ValueError if it refuses."""
    return _said_by(["node", str(packages_of_npm() / script)], given)


def packages_of_npm() -> Path:
    """Return the folder in which ``tests/verifiers/package.json`` is installed. Skips where it is not."""
    folder = os.environ.get(FOLDER)
    if not folder:
        pytest.skip("no packages of npm here: run under .ci/with-verifiers")
    return Path(folder)


def log_read_by_pypi(folder: Path, *keys: str, olds: Mapping[int, bytes], indexes: Sequence[int]) -> str:
    """Return the root of a published log as ``tlog-scales`` reads it; ValueError if it refuses. Skips where it is not.

    Args:
        folder: of the log.
        keys: of the log and of witnesses, all of which must have signed.
        olds: roots of it as it was, by size, from which it goes on.
        indexes: of entries, which are in it.
    """
    python = python_with("tlog-scales")
    roots = {size: root.hex() for size, root in olds.items()}
    given = {"folder": str(folder), "keys": keys, "olds": roots, "indexes": list(indexes)}
    return _said_by([python, str(Path(__file__).parent / "verifiers" / "read_log.py")], given)


def held_to_its_description(url: str, *options: str) -> str:
    """Have ``schemathesis`` ask a server whatever its description allows; return what is wrong. Skips where it is not.

    Args:
        url: of the server, which has its description at ``/openapi.json``.
        options: of ``schemathesis run``.
    """
    return held_to(f"{url}/openapi.json", url, *options)


def held_to(description: str, url: str, *options: str) -> str:
    """Do the same with a description that lies somewhere else: a file, or an address."""
    asked = ["-W", "ignore", "-m", "schemathesis.cli", "run", description, "--url", url, *options]
    command = [python_with("schemathesis"), *asked]
    with TemporaryDirectory() as kept:  # what it keeps of its finds
        done = subprocess.run(command, capture_output=True, text=True, timeout=1700, check=False, cwd=kept)
    return done.stdout[-4000:] + done.stderr[-2000:] if done.returncode else ""


def python_with(package: str) -> str:
    """Return the Python that has a package of the verifiers. Skips where there is none."""
    python = os.environ.get(PYTHON)
    if not python:
        pytest.skip(f"no {package} here: run under .ci/with-verifiers")
    return python


def _said_by(program: Sequence[str], given: Mapping[str, Any]) -> str:
    """Return what a program says to what it is given as JSON; ValueError if it refuses."""
    done = subprocess.run(program, input=json.dumps(given), capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise ValueError(done.stderr)
    return done.stdout
