"""What must hold whatever serves: one process, one on PostgreSQL, three servers, three with their gallery on Ray.

Each case does something at one server and asks the next; where there is one, that is itself.
"""

from __future__ import annotations

import itertools
import random
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from idverify.client import Client, ServiceError, verify_assertion
from idverify.v1 import enrolment_pb2, types_pb2
from tests.chaos.people import finger, number_of, rubbish, touch
from tests.chaos.reading import await_whole
from tests.chaos.server import Server
from tests.chaos.topologies import TOPOLOGIES, Plant, missing
from tests.e2e.harness import PROCEDURE
from tests.mosip_kit import CONTRACTS
from tests.peer_verifiers import held_to
from tests.tlog_reference import proven
from tests.token_kit import KeyHolder, asked_for
from tests.waiting import PATIENCE

ISSUER = "https://id.example.vn"
AGENCY = "H05.12"
PERSON = enrolment_pb2.PersonalData(full_name="X")
MATCH, NO_MATCH = types_pb2.DECISION_MATCH, types_pb2.DECISION_NO_MATCH


@dataclass
class Counters:
    """Clients, each of one server, in turn; and people whom nobody else of these tests has."""

    servers: Sequence[Server]
    undo: ExitStack
    bodies: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    choice: random.Random = field(default_factory=lambda: random.Random(7))

    def __post_init__(self) -> None:
        clients = [self.undo.enter_context(Client(server.address, timeout=PATIENCE)) for server in self.servers]
        self._turn = itertools.cycle(clients)
        self.all = clients

    @property
    def next(self) -> Client:
        """The client of the next server."""
        return next(self._turn)

    def enrol(self, body: int) -> str:
        return str(self.next.enrol(number_of(body), PERSON, [finger(body, 0)]).subject_id)

    def found(self, body: int, place: int = 0) -> list[str]:
        answer = self.next.identify(touch(body, place, self.choice))
        assert answer.complete
        return [candidate.subject_id for candidate in answer.candidates]

    def refused(self, call: Any, *asked: Any) -> str:
        with pytest.raises(ServiceError) as caught:
            call(*asked)
        return caught.value.reason


@pytest.fixture(
    scope="module", params=["one", *(pytest.param(each, marks=pytest.mark.long) for each in [*TOPOLOGIES][1:])]
)
def plant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    if why := missing(request.param):
        pytest.skip(why)
    settings = {"issuer": ISSUER, "osia": True, "token_seconds": 3600}
    with TOPOLOGIES[request.param](tmp_path_factory.mktemp("topology"), **settings) as running:
        await_whole(running.addresses)
        yield running


@pytest.fixture(scope="module")
def counters(plant: Plant) -> Iterator[Counters]:
    with ExitStack() as undo:
        yield Counters(plant.servers, undo)


pytestmark = pytest.mark.slow


def test_who_is_enrolled_at_one_is_known_at_every_other_at_once(counters: Counters) -> None:
    body = next(counters.bodies)
    subject = counters.enrol(body)
    for _ in counters.all:
        assert counters.next.verify(number_of(body), [touch(body, 0, counters.choice)]).decision == MATCH
        assert counters.found(body) == [subject]
    stranger = next(counters.bodies)
    assert counters.next.verify(number_of(body), [touch(stranger, 0, counters.choice)]).decision == NO_MATCH
    assert counters.found(stranger) == []


def test_a_request_that_comes_twice_has_one_effect_and_one_answer(counters: Counters) -> None:
    body = next(counters.bodies)
    context = counters.next.new_context()
    asked = number_of(body), PERSON, [finger(body, 0)], context
    assert len({counters.next.enrol(*asked).subject_id for _ in range(3)}) == 1
    probe, context = touch(body, 0, counters.choice), counters.next.new_context(procedure=PROCEDURE)
    answers = [counters.next.verify(number_of(body), [probe], context) for _ in range(3)]
    assert len({(each.decision, each.audit_event) for each in answers}) == 1
    assert counters.refused(counters.next.verify, number_of(body + 1), [probe], context) == "REQUEST_REPLAYED"


def test_one_body_under_two_numbers_in_the_same_second_is_enrolled_once(counters: Counters) -> None:
    body, other = next(counters.bodies), next(counters.bodies)

    def enrol(client: Client, number: int) -> str:
        try:
            return str(client.enrol(number_of(number), PERSON, [touch(body, 0, random.Random(number))]).subject_id)
        except ServiceError as error:
            return error.reason

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(enrol, [counters.next, counters.next], [body, other]))
    assert sum(each == "DUPLICATE_PERSON_SUSPECTED" for each in told) == 1
    assert counters.found(body) == [each for each in told if each != "DUPLICATE_PERSON_SUSPECTED"]


def test_who_is_erased_at_one_is_gone_at_every_other_at_once(counters: Counters) -> None:
    body = next(counters.bodies)
    counters.enrol(body)
    counters.next.delete_citizen(number_of(body))
    for _ in counters.all:
        assert counters.found(body) == []
        shown = [touch(body, 0, counters.choice)]
        assert counters.refused(counters.next.verify, number_of(body), shown) == "SUBJECT_NOT_FOUND"


def test_a_finger_that_is_added_is_known_at_every_other_and_of_nobody_else(counters: Counters) -> None:
    body, other = next(counters.bodies), next(counters.bodies)
    subject = counters.enrol(body)
    counters.enrol(other)
    counters.next.add_fingerprints(number_of(body), [touch(body, 1, counters.choice)])
    assert all(counters.found(body, place=1) == [subject] for _ in counters.all)
    taken = [touch(body, 0, counters.choice)]
    reason = counters.refused(counters.next.add_fingerprints, number_of(other), taken)
    assert reason == "DUPLICATE_PERSON_SUSPECTED"


def test_what_is_wrong_is_refused_by_every_server_for_the_same_reason(counters: Counters) -> None:
    body = next(counters.bodies)
    counters.enrol(body)
    shown, none = [touch(body, 0, counters.choice)], [rubbish(counters.choice)]
    for client in counters.all:
        assert counters.refused(client.verify, number_of(body), []) == "FIELD_MISSING"
        assert counters.refused(client.verify, number_of(body), none) == "SAMPLE_FORMAT_UNSUPPORTED"
        assert counters.refused(client.verify, number_of(999_999), shown) == "SUBJECT_NOT_FOUND"
        assert counters.refused(client.enrol, "123", PERSON, shown) == "IDENTIFIER_MALFORMED"
        assert counters.refused(client.enrol, number_of(body), PERSON, [finger(next(counters.bodies), 0)]) == (
            "REFERENCE_EXISTS"
        )


def test_an_assertion_is_good_by_the_keys_of_every_server(counters: Counters) -> None:
    body = next(counters.bodies)
    counters.enrol(body)
    nonce = uuid.uuid4().hex
    context = counters.next.new_context(procedure=PROCEDURE, nonce=nonce)
    context.agency_code = AGENCY
    answer = counters.next.verify(number_of(body), [touch(body, 0, counters.choice)], context)
    for client in counters.all:
        keys = client.key_set().jwks_json
        assert verify_assertion(answer.disclosure.assertion.jwt, keys, issuer=ISSUER, audience=AGENCY, nonce=nonce)


def test_an_event_is_proven_by_every_server_and_the_trail_is_one(counters: Counters) -> None:
    body = next(counters.bodies)
    counters.enrol(body)
    event = counters.next.verify(number_of(body), [touch(body, 0, counters.choice)]).audit_event
    for client in counters.all:
        key = client.log_checkpoint().verifier_keys[0]
        assert proven(client.event_proof(event).proof, key)["outcome"] == "MATCH"
        assert client.check_audit_trail(full=True).intact
    trails = [[each.hash for each in client.audit_events()] for client in counters.all]
    assert all(trail[:event] == trails[0][:event] for trail in trails)


def test_by_http_too_every_server_says_the_same(plant: Plant, counters: Counters) -> None:
    body = next(counters.bodies)
    subject = counters.enrol(body)
    for server in plant.servers:
        with httpx2.Client(base_url=f"http://{server.http}") as client:
            context = {"requestId": str(uuid.uuid4()), "purpose": "PURPOSE_TEST"}
            said = client.post("/v1/citizens:get", json={"context": context, "citizenNumber": number_of(body)})
            assert said.status_code == 200, said.text
            assert said.json()["citizen"]["subjectId"] == subject


@pytest.mark.long
def test_the_description_of_osia_is_held_to(plant: Plant) -> None:
    """As ``make conformance`` has it of one process; a token of one server is taken by the next."""
    if not (CONTRACTS / "osia").is_dir():
        pytest.skip(f"no contracts of third parties at {CONTRACTS} (set IDVERIFY_CONTRACTS)")
    first, last = plant.servers[0], plant.servers[-1]
    wrong = held_to(
        str(CONTRACTS / "osia" / "abis.yaml"),
        f"http://{last.http}/osia/abis",
        *("-H", f"Authorization: Bearer {_token(first)}"),
        *("--exclude-checks", "positive_data_acceptance,ignored_auth,missing_required_header"),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", "4", "--seed", "1", "--no-color"),
    )
    assert not wrong, wrong


def _token(server: Server) -> str:
    holder = KeyHolder("programme")
    until = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    keys = [{"jwkJson": holder.jwk, "expireTime": until}]
    entry = {"name": "programme", "roles": ["CLIENT_ROLE_ABIS", "CLIENT_ROLE_COUNTER"], "keys": keys}
    with httpx2.Client(base_url=f"http://{server.http}") as client:
        said = client.post("/v1/clients", json={"context": {"requestId": str(uuid.uuid4())}, "client": entry})
        assert said.status_code == 200, said.text
        assertion = holder.assertion(datetime.now(UTC), aud=f"{ISSUER}/oauth2/token")
        given = client.post("/oauth2/token", data=asked_for(assertion))
    return str(given.json()["access_token"])
