"""Implementations of SD-JWT that share nothing with ours: the one of PyPI, and the one of npm where it is installed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jwcrypto.jwk import JWKSet
from sd_jwt.verifier import SDJWTVerifier

FOLDER = "IDVERIFY_TEST_VERIFIERS"
"""Set by ``.ci/with-verifiers``: where the npm package is installed."""


def verified_by_pypi(token: str, keys: str) -> dict[str, Any]:
    """Return the claims as ``sd-jwt`` of PyPI sees them, which does not look at the time."""
    known = JWKSet.from_json(keys)
    verifier = SDJWTVerifier(token, lambda _, header: known.get_key(header["kid"]))
    claims: dict[str, Any] = verifier.get_verified_payload()
    return claims


def verified_by_npm(token: str, keys: str, now: float, status_list: str = "") -> dict[str, Any]:
    """Return the claims as ``@sd-jwt/sd-jwt-vc`` sees them; ValueError if it refuses. Skips where there is none."""
    folder = os.environ.get(FOLDER)
    if not folder:
        pytest.skip("no @sd-jwt/sd-jwt-vc here: run under .ci/with-verifiers")
    given = {"token": token, "keys": json.loads(keys), "now": int(now), "status_list": status_list}
    done = subprocess.run(
        ["node", str(Path(folder) / "verify.mjs")],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise ValueError(done.stderr)
    claims: dict[str, Any] = json.loads(done.stdout)
    return claims
