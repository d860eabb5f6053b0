"""OSIA's own descriptions put to the service, by tools of other people: schemathesis, and a client that is generated.

Needs the descriptions (``IDVERIFY_CONTRACTS``) and the tools (``.ci/with-verifiers``).
"""

from __future__ import annotations

import base64
import json
import subprocess
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from tests.databases import Databases
from tests.e2e.harness import RunningServer, local_settings, start_server
from tests.fakes import FakeBiometrics
from tests.mosip_kit import CONTRACTS
from tests.peer_verifiers import held_to, python_with
from tests.token_kit import KeyHolder, asked_for

OSIA = CONTRACTS / "osia"
DRIVER = Path(__file__).parent.parent / "verifiers" / "osia_client.py"
ISSUER = "https://id.example.vn"
NOT_HERE = ("/v1/attributes", "/v1/identify/")
"""For relying parties: answered with 501, and why."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[RunningServer]:
    if not OSIA.is_dir():
        pytest.skip(f"no contracts of third parties at {CONTRACTS} (set IDVERIFY_CONTRACTS)")
    folder = tmp_path_factory.mktemp("data")
    settings = local_settings(
        folder, databases, http="127.0.0.1:0", issuer=ISSUER, osia=True, keep_images=True, token_seconds=3600
    )
    running = start_server(settings, FakeBiometrics(images=True))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def token(server: RunningServer) -> str:
    """Access token of a client that may call both interfaces."""
    holder = KeyHolder("programme")
    until = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    roles = ["CLIENT_ROLE_ABIS", "CLIENT_ROLE_COUNTER"]
    entry = {"name": "programme", "roles": roles, "keys": [{"jwkJson": holder.jwk, "expireTime": until}]}
    with httpx2.Client(base_url=f"http://{server.http}") as client:
        said = client.post("/v1/clients", json={"context": {"requestId": str(uuid.uuid4())}, "client": entry})
        assert said.status_code == 200, said.text
        assertion = holder.assertion(datetime.now(UTC), aud=f"{ISSUER}/oauth2/token")
        given = client.post("/oauth2/token", data=asked_for(assertion))
    found: str = given.json()["access_token"]
    return found


@pytest.mark.long
@pytest.mark.timeout(1800)  # a minute or two of a processor, which a busy machine shares
@pytest.mark.parametrize(("file", "root", "left_out"), [("abis", "abis", ()), ("3rdparty", "id", NOT_HERE)])
def test_the_description_is_held_to(
    server: RunningServer, token: str, file: str, root: str, left_out: tuple[str, ...]
) -> None:
    """Every operation that is here, by what its description allows and what it does not.

    Not asked: whether any text is taken for a picture of a finger; whether a call without a token is refused, since
    without TLS there is no need of one on this machine (``test_access_tokens``, ``test_permission_matrix`` ask it).
    """
    wrong = held_to(
        str(OSIA / f"{file}.yaml"),
        f"http://{server.http}/osia/{root}",
        *("-H", f"Authorization: Bearer {token}"),
        *("--exclude-checks", "positive_data_acceptance,ignored_auth,missing_required_header"),
        *(("--exclude-path-regex", "|".join(left_out)) if left_out else ()),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", "8", "--seed", "1", "--no-color"),
    )
    assert not wrong, wrong


@pytest.mark.slow
def test_a_generated_client_goes_the_whole_way(server: RunningServer, token: str, tmp_path: Path) -> None:
    """Enrol, identify, merge, verify, by what ``openapi-python-client`` makes of the description alone."""
    python = python_with("openapi_python_client")
    made = [python, "-m", "openapi_python_client", "generate", "--path", str(OSIA / "abis.yaml"), "--meta", "none"]
    done = subprocess.run(
        [*made, "--output-path", str(tmp_path / "osia_abis")], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    prints = {name: base64.b64encode(f"{name}/RIGHT_INDEX/80".encode()).decode() for name in ("hanna", "ida")}
    given = {"url": f"http://{server.http}/osia/abis", "token": token, "prints": prints}
    driven = subprocess.run(
        [python, str(DRIVER), str(tmp_path)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert driven.returncode == 0, driven.stderr[-3000:]
    assert json.loads(driven.stdout) == {"found": ["P-1", "P-2"], "merged": ["P-1"], "decisions": [True, False]}
