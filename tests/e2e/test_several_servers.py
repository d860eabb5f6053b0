"""Two servers on one PostgreSQL database, with the true matcher: what one does, the other knows when it answers."""

from __future__ import annotations

import json
import ssl
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import grpc
import httpx2
import pytest

from idverify.bootstrap import build
from idverify.client import Client, ServiceError, Tls
from idverify.trust.key_file import load_master_keys
from idverify.trust.signing import rotate_signing_key
from idverify.v1 import audit_pb2, catalogue_pb2, clients_pb2, enrolment_pb2, types_pb2
from tests.databases import KINDS, Databases
from tests.e2e.certificates import Authority
from tests.e2e.harness import RunningServer, local_settings, record_of, refusal
from tests.e2e.stubs import Stubs
from tests.e2e.test_catalogue_rpc import CODE, NEW
from tests.prints import finger, impression
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("postgresql" not in KINDS, reason="several servers work on PostgreSQL alone"),
]

CLIENTS = """
[clients.chief]
roles = ["admin", "auditor"]

[clients.enroller]
roles = ["enroller", "admin"]
sample_kinds = ["minutiae"]

[clients.counter]
roles = ["counter"]
sample_kinds = ["minutiae"]
"""
PERSON = enrolment_pb2.PersonalData(full_name="Người Thử")


@dataclass
class Pair:
    """Two servers, and clients that call either of them."""

    folder: Path
    servers: list[RunningServer] = field(default_factory=list)
    undo: ExitStack = field(default_factory=ExitStack)
    clients: dict[tuple[str, int], Client] = field(default_factory=dict)

    def client(self, name: str, at: int) -> Client:
        """Return a client, by its name, of the first or the second server."""
        if (name, at) not in self.clients:
            client = Client(self.servers[at].address, tls=self.tls(name))
            self.clients[name, at] = self.undo.enter_context(client)
        return self.clients[name, at]

    def tls(self, name: str) -> Tls:
        folder = self.folder
        return Tls.from_files(folder / "authority.crt", folder / f"{name}.crt", folder / f"{name}.key")

    def enrol(self, number: str, person: int, at: int, seed: int = 0, request_id: str = "") -> str:
        client = self.client("enroller", at)
        context = client.new_context(request_id=request_id)
        return str(client.enrol(number, PERSON, [sample(person, seed)], context).subject_id)

    def found(self, person: int, seed: int, at: int) -> list[str]:
        answer = self.client("counter", at).identify(sample(person, seed))
        return [candidate.subject_id for candidate in answer.candidates]

    def verified(self, number: str, person: int, seed: int, at: int) -> int:
        return self.client("counter", at).verify(number, [sample(person, seed)]).decision


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("several")
    authority = Authority(folder)
    for name in ("server", "chief", "enroller", "counter", "another"):
        authority.issue(name)
    (folder / "clients.toml").write_text(CLIENTS)
    files = {"tls_cert": folder / "server.crt", "tls_key": folder / "server.key", "tls_client_ca": authority.path}
    made = Pair(folder)
    with made.undo as undo:
        databases = Databases("postgresql")
        undo.callback(databases.drop)
        for name in ("a", "b"):
            settings = local_settings(
                folder / "data",
                databases,
                extractor="ridge",
                server_name=name,
                clients_file=folder / "clients.toml",
                http="127.0.0.1:0",
                **files,
            )
            made.servers.append(RunningServer(settings, build(settings)).start())
            undo.callback(made.servers[-1].stop)
        yield made


def sample(person: int, seed: int) -> types_pb2.FingerprintSample:
    """An impression of somebody's finger."""
    return record_of(impression(finger(person), seed))


def reason_of(work: Callable[[], object]) -> str:
    """Return why something is refused; empty: it is not."""
    try:
        work()
    except ServiceError as error:
        return error.reason
    return ""


def both(work: Callable[[int], str]) -> list[str]:
    """Do the same at both servers at the same moment; return what comes of it, or why it was refused."""
    begin = threading.Barrier(2)

    def do(at: int) -> str:
        begin.wait()
        try:
            return work(at)
        except ServiceError as error:
            return error.reason

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(do, range(2)))


@pytest.mark.parametrize("at", [0, 1])
def test_who_is_enrolled_at_one_is_found_and_forgotten_at_the_other_at_once(pair: Pair, at: int) -> None:
    number, person = f"02719900010{at}", 10 + at
    subject_id = pair.enrol(number, person, at)
    assert pair.found(person, 1, 1 - at) == [subject_id]
    pair.client("enroller", 1 - at).delete_citizen(number)
    assert pair.found(person, 2, at) == []
    assert len({len(server.application.gallery) for server in pair.servers}) == 1


@pytest.mark.parametrize("person", range(20, 23))
def test_a_person_enrolled_at_both_in_the_same_second_is_enrolled_once(pair: Pair, person: int) -> None:
    answers = both(lambda at: pair.enrol(f"0271990{at}20{person}", person, at, seed=at))
    assert answers.count("DUPLICATE_PERSON_SUSPECTED") == 1
    (enrolled,) = set(answers) - {"DUPLICATE_PERSON_SUSPECTED"}
    assert [pair.found(person, 2 + at, at) for at in range(2)] == [[enrolled], [enrolled]]


def test_one_request_at_both_is_done_once(pair: Pair) -> None:
    request_id = str(uuid.uuid4())
    first, second = both(lambda at: pair.enrol("027199000300", 30, at, request_id=request_id))
    assert first == second
    assert pair.found(30, 1, 0) == [first]


def test_failures_at_either_count_together_and_a_sample_is_known_again_at_the_other(pair: Pair) -> None:
    number = "027199000400"
    pair.enrol(number, 40, 0)
    assert pair.verified(number, 40, 1, 0) == types_pb2.DECISION_MATCH
    assert reason_of(lambda: pair.verified(number, 40, 1, 1)) == "SAMPLE_REPLAYED"
    told: list[int] = []

    def fail() -> None:
        answer = pair.client("counter", len(told) % 2).verify(number, [sample(900, len(told))])
        told.append(answer.attempts.left)

    while (refused := reason_of(fail)) == "":
        assert len(told) < 10
    assert refused == "ATTEMPTS_EXCEEDED"
    assert len(told) > 2
    assert told == list(range(told[0], told[-1] - 1, -1))  # the failure at one is one less at the other
    for at in range(2):
        assert reason_of(partial(pair.verified, number, 40, 2, at)) == "ATTEMPTS_EXCEEDED"


def test_who_is_registered_revoked_and_let_do_more_at_one_is_so_at_the_other_with_the_next_call(pair: Pair) -> None:
    entry = clients_pb2.Client(name="another", certificate_name="another", roles=["CLIENT_ROLE_AUDITOR"])
    another = pair.client("another", 1)
    assert reason_of(another.check_audit_trail) == "CLIENT_UNKNOWN"
    pair.client("chief", 0).register_client(entry)
    assert another.check_audit_trail().intact
    pair.client("chief", 0).revoke_client("another")
    assert reason_of(another.check_audit_trail) == "CLIENT_REVOKED"


def test_a_procedure_that_is_imported_at_one_counts_at_the_other(pair: Pair) -> None:
    content = json.dumps({"procedures": [NEW]}).encode()
    client = pair.client("chief", 0)
    before = client.import_catalogue(content, catalogue_pb2.CATALOGUE_FORMAT_JSON, dry_run=True)
    done = client.import_catalogue(content, catalogue_pb2.CATALOGUE_FORMAT_JSON)
    assert CODE in {procedure.code for procedure in client.procedures()}
    other = pair.client("chief", 1).import_catalogue(content, catalogue_pb2.CATALOGUE_FORMAT_JSON, dry_run=True)
    assert (before.changes != other.changes, other.revision) == (True, done.revision)
    # What is read of memory alone is as new as the client knows, or half a second behind.
    wait_until(lambda: CODE in {procedure.code for procedure in pair.client("counter", 1).procedures()})


def test_a_key_that_is_rotated_signs_at_both(pair: Pair) -> None:
    settings, signers = pair.servers[0].settings, [server.application.signer for server in pair.servers]
    former = {signer.key_set() for signer in signers}
    rotate_signing_key(settings.signing_key_file, load_master_keys(settings.master_key_file), datetime.now(UTC))
    now = {signer.key_set() for signer in signers}
    assert (len(former), len(now)) == (1, 1)
    assert former != now


def test_an_answer_says_how_new_it_is_and_a_server_that_does_not_see_that_refuses(pair: Pair) -> None:
    tls = pair.tls("chief")
    credentials = grpc.ssl_channel_credentials(tls.root_certificates, tls.private_key, tls.certificate)
    question = audit_pb2.CheckAuditTrailRequest()
    watermarks: list[str] = []
    for server in pair.servers:
        with grpc.secure_channel(server.address, credentials) as channel:
            ask = Stubs(channel).audit.CheckAuditTrail
            known = tuple(("idverify-watermark", each) for each in watermarks)
            _, call = ask.with_call(question, metadata=known)
            watermarks.append(dict(call.trailing_metadata())["idverify-watermark"])
            later = str(int(watermarks[-1]) + 10**9)
            refused = refusal(ask, question, metadata=(("idverify-watermark", later),))
            assert (refused.reason, refused.code, refused.retry) == (
                "NOT_FOLLOWED_YET",
                grpc.StatusCode.UNAVAILABLE,
                True,
            )
            wrong = refusal(ask, question, metadata=(("idverify-watermark", "soon"),))
            assert (wrong.reason, wrong.metadata) == ("FIELD_INVALID", {"field": "idverify-watermark"})
    assert int(watermarks[1]) >= int(watermarks[0])


def test_the_same_by_http(pair: Pair) -> None:
    folder = pair.folder
    context = ssl.create_default_context(cafile=str(folder / "authority.crt"))
    context.load_cert_chain(folder / "chief.crt", folder / "chief.key")
    with httpx2.Client(verify=context, base_url=f"https://{pair.servers[0].http}") as client:
        told = client.get("/v1/procedures").headers["idverify-watermark"]
        assert client.get("/v1/procedures", headers={"idverify-watermark": told}).status_code == 200
        later = client.get("/v1/procedures", headers={"idverify-watermark": str(int(told) + 10**9)})
        assert (later.status_code, later.json()["reason"]) == (503, "NOT_FOLLOWED_YET")


def test_what_both_did_is_one_trail(pair: Pair) -> None:
    check = pair.client("chief", 1).check_audit_trail(full=True)
    assert check.intact
