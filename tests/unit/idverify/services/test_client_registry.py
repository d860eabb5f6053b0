"""Registering clients, and changing what they may do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import Caller, Client, ClientEntry, ClientState, Entitlement, Role, SampleKind
from idverify.services.registry.clients import ClientsService
from idverify.services.registry.directory import ClientDirectory
from idverify.trust.client_assertions import JwsClientAssertions
from tests.service_kit import Answers, World, refused

MAY = Caller("counter-1", frozenset({Role.COUNTER}), entitlements=(Entitlement("1.001193", frozenset({"residence"})),))
ENTRY = ClientEntry(MAY, "name:urn:counter-1")


class Registry:
    """The registry of a world, and its answers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.answers = Answers()
        self.service = self.opened()

    def opened(self, *from_file: ClientEntry) -> ClientsService:
        world, keys = self.world, JwsClientAssertions()
        service = ClientsService(world.store, world.catalogue, ClientDirectory(), world.clock, keys)
        service.open(from_file)
        return service

    def register(self, entry: ClientEntry = ENTRY) -> Client:
        self.service.register(self.world.call("RegisterClient", caller="chief"), entry, self.answers)
        return self._last()

    def update(self, entry: ClientEntry, version: int | None = None, caller: str = "chief") -> Client:
        self.service.update(self.world.call("UpdateClient", caller=caller), entry, version, self.answers)
        return self._last()

    def put(self, state: ClientState, name: str = "counter-1", version: int | None = None) -> Client:
        self.service.put_in_state(self.world.call("Change", caller="chief"), name, state, version, self.answers)
        return self._last()

    def caller(self, certificate: str = "name:urn:counter-1") -> Caller:
        (client,) = self.service.directory.known_by({certificate})
        return client.caller

    def _last(self) -> Client:
        client: Client = self.answers.given[-1]
        return client


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    world = World(tmp_path)
    yield Registry(world)
    world.store.close()


def test_a_client_that_is_registered_may_call_at_once_and_after_the_next_start(registry: Registry) -> None:
    client = registry.register()
    assert (client.version, client.state) == (1, ClientState.ACTIVE)
    assert registry.caller() == MAY
    registry.service = registry.opened()
    assert registry.caller() == MAY


def test_states_bar_and_unbar_at_once(registry: Registry) -> None:
    registry.register()
    barred = [registry.put(state) and registry.caller().barred for state in (ClientState.SUSPENDED, ClientState.ACTIVE)]
    assert barred == [Reason.CLIENT_SUSPENDED, None]
    registry.put(ClientState.REVOKED)
    assert registry.caller().barred is Reason.CLIENT_REVOKED
    for again in (ClientState.ACTIVE, ClientState.SUSPENDED, ClientState.REVOKED):
        with refused(Reason.CLIENT_STATE_FINAL):
            registry.put(again)
    with refused(Reason.CLIENT_STATE_FINAL):
        registry.update(ENTRY)
    assert registry.world.trail()[-1].entry.outcome == "REVOKED"


def test_a_change_replaces_the_entry_and_leaves_the_state(registry: Registry) -> None:
    registry.register()
    registry.put(ClientState.SUSPENDED)
    renewed = registry.update(ClientEntry(replace(MAY, roles=frozenset({Role.AUDITOR})), "sha256:" + "a" * 64), 2)
    assert (renewed.version, renewed.state) == (3, ClientState.SUSPENDED)
    assert registry.caller("sha256:" + "a" * 64).roles == {Role.AUDITOR}
    assert registry.service.directory.known_by({"name:urn:counter-1"}) == []


def test_of_two_who_change_the_same_version_one_is_refused(registry: Registry) -> None:
    registry.register()
    registry.update(ENTRY, 1)
    with refused(Reason.VERSION_MISMATCH):
        registry.update(ENTRY, 1)
    with refused(Reason.VERSION_MISMATCH):
        registry.put(ClientState.REVOKED, version=1)
    assert registry.caller().barred is None


def test_names_and_certificates_are_given_once(registry: Registry) -> None:
    registry.register()
    registry.put(ClientState.REVOKED)
    for entry in (replace(ENTRY, certificate="name:other"), replace(ENTRY, may=replace(MAY, name="counter-2"))):
        with refused(Reason.CLIENT_EXISTS):
            registry.register(entry)
    registry.register(ClientEntry(replace(MAY, name="counter-2"), "name:urn:counter-2"))
    with refused(Reason.CLIENT_EXISTS):
        registry.update(ClientEntry(replace(MAY, name="counter-2"), "name:urn:counter-1"))


def test_nobody_changes_their_own_entry(registry: Registry) -> None:
    registry.register(ClientEntry(Caller("chief", frozenset({Role.ADMIN})), "name:chief"))
    with refused(Reason.CLIENT_NOT_AUTHORIZED):
        registry.update(ClientEntry(Caller("chief", frozenset(Role)), "name:chief"))
    with refused(Reason.CLIENT_NOT_AUTHORIZED):
        registry.put(ClientState.SUSPENDED, "chief")
    assert registry.caller("name:chief").roles == {Role.ADMIN}
    assert registry.world.trail()[-1].entry.details["reason"] == "CLIENT_NOT_AUTHORIZED"


def test_who_is_not_registered_is_not_found(registry: Registry) -> None:
    with refused(Reason.CLIENT_NOT_FOUND):
        registry.put(ClientState.REVOKED, "nobody")
    with refused(Reason.CLIENT_NOT_FOUND):
        registry.service.get(registry.world.call("GetClient"), "nobody")


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (replace(ENTRY, may=replace(MAY, name="local-x")), Reason.FIELD_INVALID),
        (replace(ENTRY, may=replace(MAY, name="unknown")), Reason.FIELD_INVALID),
        (replace(ENTRY, may=replace(MAY, name="a b")), Reason.FIELD_INVALID),
        (replace(ENTRY, may=replace(MAY, name="")), Reason.FIELD_INVALID),
        (replace(ENTRY, may=replace(MAY, roles=frozenset())), Reason.FIELD_MISSING),
        (replace(ENTRY, may=replace(MAY, agency_code="x" * 36)), Reason.FIELD_INVALID),
        (replace(ENTRY, certificate="sha256:AB"), Reason.FIELD_INVALID),
        (replace(ENTRY, certificate="name:"), Reason.FIELD_INVALID),
        (replace(ENTRY, may=replace(MAY, entitlements=MAY.entitlements * 2)), Reason.FIELD_INVALID),
        (replace(ENTRY, may=replace(MAY, entitlements=(Entitlement("", frozenset()),))), Reason.FIELD_INVALID),
        (replace(ENTRY, may=replace(MAY, entitlements=(Entitlement("9.9", frozenset()),))), Reason.PROCEDURE_NOT_FOUND),
        (replace(ENTRY, may=replace(MAY, record_types=frozenset({"x"}))), Reason.RECORD_TYPE_NOT_FOUND),
    ],
)
def test_an_entry_must_be_sound(registry: Registry, entry: ClientEntry, reason: Reason) -> None:
    with refused(reason):
        registry.register(entry)
    assert registry.service.directory.all() == []


def test_a_repeated_request_registers_once(registry: Registry) -> None:
    call = registry.world.call("RegisterClient", caller="chief")
    first = registry.service.register(call, ENTRY, registry.answers)
    assert registry.service.register(call, ENTRY, registry.answers) == first
    assert len(registry.answers.given) == 1


def test_pages(registry: Registry) -> None:
    for number in range(5):
        registry.register(ClientEntry(replace(MAY, name=f"c{number}"), f"name:c{number}"))
    seen, token = [], ""
    while True:
        clients, token = registry.service.page(registry.world.call("ListClients"), 2, token)
        seen.append([client.name for client in clients])
        if not token:
            break
    assert seen == [["c0", "c1"], ["c2", "c3"], ["c4"]]
    with refused(Reason.PAGE_TOKEN_INVALID):
        registry.service.page(registry.world.call("ListClients"), 2, "nonsense")


def test_the_file_registers_who_is_new_and_changes_nobody(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    registry.service = registry.opened(ENTRY)
    assert registry.caller() == MAY
    (event,) = registry.world.trail()
    assert (event.entry.caller, event.entry.outcome, event.entry.details["source"]) == (
        *("operator", "REGISTERED"),
        "clients_file",
    )
    registry.put(ClientState.SUSPENDED)
    caplog.clear()
    more = replace(ENTRY, may=replace(MAY, sample_kinds=frozenset(SampleKind)))
    registry.service = registry.opened(more)
    assert registry.caller() == replace(MAY, barred=Reason.CLIENT_SUSPENDED)
    assert [record.message for record in caplog.records] == [
        "the clients file says otherwise of a client than the registry, which counts"
    ]
    assert len(registry.world.trail()) == 2


def test_who_is_no_longer_in_the_file_is_told(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    registry.opened(ENTRY)
    registry.service = registry.opened()
    assert [record.message for record in caplog.records] == ["not in the clients file any more, and still registered"]
    registry.put(ClientState.REVOKED)
    caplog.clear()
    registry.opened()
    assert caplog.records == []


def test_a_certificate_of_another_is_not_taken_in(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    registry.register()
    registry.service = registry.opened(replace(ENTRY, may=replace(MAY, name="thief", roles=frozenset(Role))))
    assert registry.caller() == MAY
    assert "its certificate is another's" in caplog.text
