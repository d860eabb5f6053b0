"""The service with its root secret wrapped by a token and its signing keys in it, and without it for a while."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import grpc
import pytest

from idverify.client import Client
from idverify.client.assertion import verify_assertion
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.notes import Note, VerifierKey
from idverify.v1 import verification_pb2
from tests.databases import Databases
from tests.e2e.harness import NUMBER, PROCEDURE, context, enrolment, local_settings, print_of, refusal, start_server
from tests.e2e.stubs import Stubs
from tests.tokens import SoftToken
from tests.waiting import wait_until

pytestmark = pytest.mark.slow


def verify(stubs: Stubs, sample: str) -> str:
    """Return the assertion."""
    return str(stubs.verification.Verify(asked(sample)).disclosure.assertion.jwt)


def asked(sample: str) -> verification_pb2.VerifyRequest:
    return verification_pb2.VerifyRequest(
        context=context(procedure_code=PROCEDURE), citizen_number=NUMBER, samples=[print_of(sample)]
    )


def test_enrolled_verified_proven_and_back_after_the_token_was_away(
    token: SoftToken, tmp_path: Path, databases: Databases
) -> None:
    settings = local_settings(tmp_path / "data", databases).model_copy(update={"key_home": "pkcs11", **token.settings})
    running = start_server(settings)
    try:
        with grpc.insecure_channel(running.address) as channel:
            stubs, client = Stubs(channel), Client(running.address)
            stubs.enrolment.EnrolCitizen(enrolment())
            assertion, keys = verify(stubs, "alice/RIGHT_INDEX/60"), client.key_set().jwks_json
            claims = verify_assertion(assertion, keys, issuer=settings.issuer, audience="H05.12")
            assert claims["iss"] == settings.issuer
            said = client.log_checkpoint()
            note = Note.parse(said.checkpoint)
            assert note.verified([VerifierKey.parse(key) for key in said.verifier_keys])
            assert Checkpoint.parse(note.text).size
            token.vanish()
            refused = refusal(stubs.verification.Verify, asked("alice/RIGHT_INDEX/61"))
            assert (refused.code, refused.reason) == (grpc.StatusCode.UNAVAILABLE, "KEYS_UNAVAILABLE")
            token.come_back()
            others = count(62)

            def works() -> bool:
                try:
                    return bool(verify(stubs, f"alice/RIGHT_INDEX/{next(others)}"))
                except grpc.RpcError:
                    return False

            wait_until(works)
    finally:
        running.stop()
    assert b'"version": 3' in (tmp_path / "data" / "keys.json").read_bytes()
