"""Every answer can be had with a proof that checks offline: over the wire, by the command line, and by others."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import grpc
import pytest
from typer.testing import CliRunner, Result

from idverify.cli import build_app
from idverify.client import Client
from idverify.trust.key_file import load_master_keys
from idverify.trust.log.asking import answer_in_folder
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.keys import load_log_keys, rotate_log_keys
from idverify.trust.log.merkle import is_consistent
from idverify.trust.log.notes import Note, VerifierKey
from idverify.trust.log.tiles import published_in
from idverify.trust.log.witness import Witness
from idverify.v1 import enrolment_pb2, log_pb2, verification_pb2
from tests import tlog_reference as reference
from tests.databases import Databases
from tests.e2e.harness import (
    NUMBER,
    PROCEDURE,
    RunningServer,
    context,
    enrolment,
    local_settings,
    print_of,
    refusal,
    start_server,
)
from tests.e2e.stubs import Stubs
from tests.waiting import wait_until

pytestmark = pytest.mark.every_database

Run = Callable[..., Result]


@pytest.fixture
def client(server: RunningServer) -> Client:
    return Client(server.address)


@pytest.fixture
def idverify(server: RunningServer) -> Run:
    return lambda *given: CliRunner().invoke(build_app(), list(given), env={"IDVERIFY_SERVER": server.address})


def verified(stubs: Stubs) -> verification_pb2.VerifyResponse:
    stubs.enrolment.EnrolCitizen(enrolment())
    request = verification_pb2.VerifyRequest(
        context=context(procedure_code=PROCEDURE),
        citizen_number=NUMBER,
        samples=[print_of("alice/RIGHT_INDEX/60")],
    )
    answer: verification_pb2.VerifyResponse = stubs.verification.Verify(request)
    return answer


def key_of(client: Client) -> str:
    return str(client.log_checkpoint().verifier_keys[0])


def test_an_answer_is_proven_to_whoever_has_the_key(
    stubs: Stubs, client: Client, idverify: Run, tmp_path: Path
) -> None:
    answer = verified(stubs)
    key = idverify("audit", "log-key").stdout.strip()
    assert key == key_of(client)
    file, assertion = tmp_path / "a.tlog-proof", tmp_path / "assertion.jwt"
    file.write_text(idverify("audit", "proof", str(answer.audit_event)).stdout)
    assertion.write_text(answer.disclosure.assertion.jwt)
    given = ("audit", "verify", str(file), "--key", key, "--assertion", str(assertion), "--json")
    # Without a server, after the citizen was erased and the key was changed.
    stubs.enrolment.DeleteCitizen(enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=NUMBER))
    shown = CliRunner().invoke(build_app(), list(given))
    assert shown.exit_code == 0, shown.output
    event = json.loads(shown.stdout)["event"]
    assert (event["action"], event["outcome"], event["sequence"]) == ("Verify", "MATCH", answer.audit_event)
    assert event["context"]["procedure_code"] == PROCEDURE
    assert reference.proven(file.read_text(), key)["outcome"] == "MATCH"
    assertion.write_text(answer.disclosure.assertion.jwt[:-1])
    refused = CliRunner().invoke(build_app(), list(given))
    assert (refused.exit_code, json.loads(refused.stderr)["error"]["reason"]) == (1, "PROOF_OF_ANOTHER_ASSERTION")
    file.write_text(file.read_text().replace("index", "Index"))
    refused = CliRunner().invoke(build_app(), list(given))
    assert (refused.exit_code, json.loads(refused.stderr)["error"]["reason"]) == (1, "PROOF_MALFORMED")
    assert CliRunner().invoke(build_app(), ["audit", "verify", str(file), "--key", "no key"]).exit_code == 2


def test_an_identification_is_proven_too(stubs: Stubs, client: Client) -> None:
    stubs.enrolment.EnrolCitizen(enrolment())
    request = verification_pb2.IdentifyRequest(context=context(), sample=print_of("alice/RIGHT_INDEX/60"))
    answer = stubs.verification.Identify(request)
    proof = client.event_proof(answer.audit_event).proof
    assert reference.proven(proof, key_of(client))["action"] == "Identify"


def test_a_proof_outlives_erasure_and_a_change_of_keys(
    stubs: Stubs, client: Client, server: RunningServer, idverify: Run
) -> None:
    event, before = verified(stubs).audit_event, client.log_checkpoint()
    proof = client.event_proof(event).proof
    stubs.enrolment.DeleteCitizen(enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=NUMBER))
    folder = server.settings.data_dir
    rotated = idverify("keys", "rotate-log", "--data-dir", str(folder), "--json")
    keys = json.loads(rotated.stdout)["keys"]
    old, now = before.verifier_keys[0], client.log_checkpoint()
    assert list(now.verifier_keys) == keys == [keys[0], old]
    again = client.event_proof(event).proof
    # Who knows the new key, who knows the old one, and who kept what was signed before.
    for text, key in ((again, keys[0]), (again, old), (proof, old)):
        assert reference.proven(text, key)["sequence"] == event
    (printed := folder / "printed.tlog-proof").write_text(again)
    # As it is printed, a key a line.
    lines = idverify("audit", "log-key").stdout
    assert CliRunner().invoke(build_app(), ["audit", "verify", str(printed), "--key", lines]).exit_code == 0
    rotate_log_keys(folder / "log-keys.json", load_master_keys(folder / "keys.json"), withdraw=True)
    last = client.log_checkpoint()
    assert [len(last.verifier_keys), *last.former_verifier_keys] == [1, *keys]
    assert reference.proven(client.event_proof(event).proof, last.verifier_keys[0])["sequence"] == event
    with pytest.raises(reference.RefusedError, match="not signed"):
        reference.proven(client.event_proof(event).proof, old)


def test_a_log_goes_on_from_every_checkpoint(stubs: Stubs, client: Client, idverify: Run) -> None:
    empty = client.log_checkpoint()
    verified(stubs)
    noted = idverify("audit", "checkpoint").stdout
    verified_again = verification_pb2.VerifyRequest(
        context=context(), citizen_number=NUMBER, samples=[print_of("alice/RIGHT_INDEX/61")]
    )
    stubs.verification.Verify(verified_again)
    states = [
        Checkpoint.parse(Note.parse(text).text)
        for text in (empty.checkpoint, noted, client.log_checkpoint().checkpoint)
    ]
    assert [state.size for state in states] == [0, 2, 3]
    assert empty.first_sequence == 1
    for old, new in ((0, 1), (0, 2), (1, 2), (2, 2)):
        was, now = states[old], states[new]
        hashes = client.consistency_proof(was.size, now.size).hashes
        assert is_consistent(was.size, was.root, now.size, now.root, hashes)
    assert client.consistency_proof(2).hashes == client.consistency_proof(2, 3).hashes
    for old, new, field in ((4, 0, "old_size"), (3, 2, "old_size"), (0, 4, "new_size"), (1 << 63, 0, "old_size")):
        request = log_pb2.GetConsistencyProofRequest(old_size=old, new_size=new)
        found = refusal(stubs.log.GetConsistencyProof, request)
        assert (found.reason, found.metadata["field"]) == ("FIELD_INVALID", field)


def test_an_event_that_is_not_there_is_not_proven(stubs: Stubs) -> None:
    for sequence in (0, 9, (1 << 63) - 1):
        found = refusal(stubs.log.GetEventProof, log_pb2.GetEventProofRequest(sequence=sequence))
        assert found.reason == "EVENT_NOT_FOUND"
    assert refusal(stubs.log.GetEventProof, log_pb2.GetEventProofRequest(sequence=1 << 63)).reason == "FIELD_INVALID"


def test_a_published_log_is_cosigned_and_proven(tmp_path: Path, databases: Databases) -> None:
    """By a witness in a thread of its own: the service publishes, others read, and proofs bear the cosignature."""
    desk = tmp_path / "desk"
    desk.mkdir()
    start_server(local_settings(tmp_path / "data", databases)).stop()
    keys = load_master_keys(tmp_path / "data" / "keys.json")
    known = load_log_keys(tmp_path / "data" / "log-keys.json", keys).signing()
    witness, ended = Witness(tmp_path / "witness", "witness.example", known, lambda: 1_750_000_000), threading.Event()

    def answer() -> None:
        while not ended.wait(0.02):
            answer_in_folder(desk, witness)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    settings = local_settings(
        tmp_path / "data",
        databases,
        log_dir=tmp_path / "public",
        log_seconds=1.0,
        log_witnesses=(f"{witness.key} {desk}",),
    )
    server = start_server(settings)
    try:
        with grpc.insecure_channel(server.address) as channel:
            event = verified(Stubs(channel)).audit_event
        folder = published_in(tmp_path / "public", known[0].name)
        wait_until(lambda: (folder / "checkpoint").exists() and size_of(folder) >= event)
        proof = Client(server.address).event_proof(event).proof
        assert reference.proven(proof, str(known[0]), str(witness.key))["sequence"] == event
        state = reference.checkpoint((folder / "checkpoint").read_text(), str(known[0]), str(witness.key))
        assert reference.mth(reference.entries_of(folder, state.size)) == state.root
    finally:
        server.stop()
        ended.set()
        thread.join()
    shown = CliRunner().invoke(
        build_app(),
        ["audit", "publish", "--data-dir", str(settings.data_dir), "--json"],
        env={"IDVERIFY_LOG_DIR": str(settings.log_dir), "IDVERIFY_DATABASE_URL": settings.database_url},
    )
    assert (shown.exit_code, json.loads(shown.stdout)["entries"]) == (0, state.size), shown.output


def size_of(folder: Path) -> int:
    return Checkpoint.parse(Note.parse((folder / "checkpoint").read_text()).text).size


def test_a_log_that_is_published_nowhere_is_not_published(tmp_path: Path) -> None:
    done = CliRunner().invoke(build_app(), ["audit", "publish", "--data-dir", str(tmp_path / "data")])
    assert (done.exit_code, "log_dir" in done.stderr) == (2, True)


def test_a_witness_tells_its_key(tmp_path: Path) -> None:
    key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    arguments = ["audit", "witness", "--state", str(tmp_path / "w"), "--log", key]
    told = CliRunner().invoke(build_app(), [*arguments, "--name", "witness.example"])
    assert VerifierKey.parse(told.stdout.strip()).name == "witness.example"
    assert CliRunner().invoke(build_app(), [*arguments, "--name", "a b"]).exit_code == 2
    assert CliRunner().invoke(build_app(), [*arguments, "--name", "a", "--listen", "x"]).exit_code == 2
