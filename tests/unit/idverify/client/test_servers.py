"""One client of several servers: any may be asked, and who is gone, hangs or does not serve is not asked for long."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any

import grpc
import pytest

from idverify.client import AsyncClient, Client, ServiceError, Tls
from idverify.client.channel.repeating import service_config
from idverify.client.channel.servers import are_loopback, are_several, target_of
from tests.e2e.certificates import Authority
from tests.unit.idverify.client.scripted import DESK, Answer, Script, deleted, refuse, scripted
from tests.waiting import PATIENCE

_NUMBER = "001099000001"


class Servers:
    """Servers that can be stopped, each with its script."""

    def __init__(self) -> None:
        self._undo: list[ExitStack] = []
        self.addresses: list[str] = []
        self.scripts: list[Script] = []

    def start(self, *answers: Answer, serving: bool = True, credentials: grpc.ServerCredentials | None = None) -> None:
        undo = ExitStack()
        address, script = undo.enter_context(scripted(*answers, serving=serving, credentials=credentials))
        self._undo.append(undo)
        self.addresses.append(address)
        self.scripts.append(script)

    def stop(self, place: int) -> None:
        self._undo[place].close()

    @property
    def named(self) -> str:
        return ",".join(self.addresses)


@pytest.fixture
def servers() -> Iterator[Servers]:
    some = Servers()
    yield some
    for place in range(len(some.addresses)):
        some.stop(place)


def _asked(servers: Servers) -> list[int]:
    return [len(script.requests) for script in servers.scripts]


def _until_both_answered(servers: Servers, client: Client) -> None:
    while not all(_asked(servers)):
        client.delete_citizen(_NUMBER)


def test_both_are_asked_and_calls_go_on_when_one_dies(servers: Servers) -> None:
    servers.start(deleted)
    servers.start(deleted)
    with Client(servers.named, desk=DESK, timeout=PATIENCE) as client:
        _until_both_answered(servers, client)
        servers.stop(0)
        before = _asked(servers)
        for _ in range(10):
            client.delete_citizen(_NUMBER)
        assert _asked(servers) == [before[0], before[1] + 10]


def test_who_does_not_serve_is_not_asked(servers: Servers) -> None:
    servers.start(deleted, serving=False)
    servers.start(deleted)
    with Client(servers.named, desk=DESK, timeout=PATIENCE) as client:
        for _ in range(5):
            client.delete_citizen(_NUMBER)
    assert _asked(servers) == [0, 5]


class Hanging:
    """An answer that does not come."""

    def __init__(self) -> None:
        self.over = Event()

    def __call__(self, *_: Any) -> Any:
        self.over.wait(PATIENCE)
        return deleted()


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    answer = Hanging()
    yield answer
    answer.over.set()


def test_what_one_does_not_answer_is_asked_of_another_with_the_same_request_id(
    servers: Servers, hanging: Hanging
) -> None:
    servers.start(hanging)
    servers.start(deleted)
    with Client(servers.named, desk=DESK, timeout=4.0) as client:
        _until_both_answered(servers, client)
    hung, answered = ([each.context.request_id for each in script.requests] for script in servers.scripts)
    assert set(hung) <= set(answered)


def test_so_it_is_where_calls_are_awaited(servers: Servers, hanging: Hanging) -> None:
    servers.start(hanging)
    servers.start(deleted)

    async def ask() -> None:
        async with AsyncClient(servers.named, desk=DESK, timeout=4.0) as client:
            while not all(_asked(servers)):
                await client.delete_citizen(_NUMBER)

    asyncio.run(ask())


def test_an_outage_of_all_is_bridged_as_far_as_the_deadline_goes(servers: Servers) -> None:
    """gRPC gives up after four tries, sooner than PostgreSQL is there again."""
    out = [refuse(grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")] * 5
    servers.start(*out, deleted)
    with Client(f"dns:///{servers.addresses[0]}", desk=DESK, timeout=PATIENCE) as client:
        client.delete_citizen(_NUMBER)
    assert _asked(servers) == [6]


def test_what_kept_all_from_answering_is_told_and_not_that_the_time_was_up(servers: Servers) -> None:
    servers.start(refuse(grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE"))
    with (
        Client(f"dns:///{servers.addresses[0]}", desk=DESK, timeout=4.0) as client,
        pytest.raises(ServiceError, match="STORE_UNAVAILABLE"),
    ):
        client.delete_citizen(_NUMBER)


def test_a_refusal_is_asked_of_nobody_else(servers: Servers) -> None:
    for _ in range(2):
        servers.start(refuse(grpc.StatusCode.NOT_FOUND, "SUBJECT_NOT_FOUND"))
    with (
        Client(servers.named, desk=DESK, timeout=PATIENCE) as client,
        pytest.raises(ServiceError, match="SUBJECT_NOT_FOUND"),
    ):
        client.delete_citizen(_NUMBER)
    assert sum(_asked(servers)) == 1


def test_who_has_no_time_in_a_part_of_the_deadline_is_asked_with_the_rest_of_it(servers: Servers) -> None:
    busy = refuse(grpc.StatusCode.RESOURCE_EXHAUSTED, "SERVER_BUSY")
    servers.start(busy, busy, deleted)
    with Client(f"dns:///{servers.addresses[0]}", desk=DESK, timeout=PATIENCE) as client:
        client.delete_citizen(_NUMBER)
    assert _asked(servers) == [3]


def test_who_is_busy_with_all_of_it_is_asked_again_when_it_said(servers: Servers) -> None:
    busy = refuse(grpc.StatusCode.RESOURCE_EXHAUSTED, "SERVER_BUSY", retry_seconds="1")
    servers.start(*[busy] * 4, deleted)
    with Client(f"dns:///{servers.addresses[0]}", desk=DESK, timeout=PATIENCE) as client:
        client.delete_citizen(_NUMBER)
    assert _asked(servers) == [5]


@pytest.mark.parametrize(
    ("told", "times"),
    [({"retry_seconds": "3"}, 3), ({}, 4), *(({"retry_seconds": odd}, 4) for odd in ("nan", "-1", "x", "²"))],
)
def test_it_is_not_waited_for_beyond_the_deadline(servers: Servers, told: dict[str, str], times: int) -> None:
    servers.start(refuse(grpc.StatusCode.RESOURCE_EXHAUSTED, "SERVER_BUSY", **told))
    with (
        Client(f"dns:///{servers.addresses[0]}", desk=DESK, timeout=2.5) as client,
        pytest.raises(ServiceError, match="SERVER_BUSY"),
    ):
        client.delete_citizen(_NUMBER)
    assert _asked(servers) == [times]


def test_who_has_used_up_its_calls_is_not_asked_on(servers: Servers) -> None:
    servers.start(refuse(grpc.StatusCode.RESOURCE_EXHAUSTED, "CALL_BUDGET_EXCEEDED"))
    with (
        Client(f"dns:///{servers.addresses[0]}", desk=DESK, timeout=PATIENCE) as client,
        pytest.raises(ServiceError, match="CALL_BUDGET_EXCEEDED"),
    ):
        client.delete_citizen(_NUMBER)
    assert _asked(servers) == [1]


def test_what_may_take_minutes_is_not_begun_anew_elsewhere(servers: Servers, hanging: Hanging) -> None:
    for _ in range(2):
        servers.start(hanging)
    with (
        Client(servers.named, desk=DESK, timeout=0.5) as client,
        pytest.raises(ServiceError, match="DEADLINE_EXCEEDED"),
    ):
        client.check_audit_trail()
    assert sum(_asked(servers)) == 1


def test_certificates_of_addresses_are_for_the_name_that_is_given(servers: Servers, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.issue("one")
    key, chain, root = ((tmp_path / name).read_bytes() for name in ("one.key", "one.crt", "authority.crt"))
    for _ in range(2):
        servers.start(deleted, credentials=grpc.ssl_server_credentials([(key, chain)]))
    with Client(servers.named, tls=Tls(root, server_name="127.0.0.1"), timeout=PATIENCE) as client:
        client.delete_citizen(_NUMBER)
    with (
        Client(servers.named, tls=Tls(root, server_name="elsewhere.example"), timeout=1.0) as client,
        pytest.raises(ServiceError),
    ):
        client.delete_citizen(_NUMBER)
    assert sum(_asked(servers)) == 1


@pytest.mark.parametrize(
    ("server", "target"),
    [
        ("host:50051", "host:50051"),
        ("unix:/tmp/a,b", "unix:/tmp/a,b"),
        ("dns:///host:50051", "dns:///host:50051"),
        ("10.0.0.1:1,10.0.0.2:2", "ipv4:10.0.0.1:1,10.0.0.2:2"),
        ("[::1]:1,[fd00::2]:2", "ipv6:[::1]:1,[fd00::2]:2"),
    ],
)
def test_what_grpc_is_told(server: str, target: str) -> None:
    assert target_of(server) == target
    assert are_several(server) == (server != target or server.startswith("dns"))


@pytest.mark.parametrize("server", ["one:1,two:2", "10.0.0.1:1,[::1]:2", "10.0.0.1,10.0.0.2", "10.0.0.1:1,", ","])
def test_several_are_addresses_of_one_kind(server: str) -> None:
    with pytest.raises(ValueError, match="several servers are IP addresses"):
        target_of(server)


def test_all_of_them_are_on_this_machine_or_tls_is_needed() -> None:
    assert are_loopback("127.0.0.1:1,127.0.0.2:2")
    assert are_loopback("dns:///localhost:1")
    with pytest.raises(ValueError, match="without TLS"):
        Client("127.0.0.1:1,10.0.0.1:1")
    with pytest.raises(ValueError, match="server_name"):
        Client("10.0.0.1:1,10.0.0.2:1", tls=Tls())
    Client("10.0.0.1:1,10.0.0.2:1", tls=Tls(server_name="idverify.example")).close()


def test_the_config_says_how_several_are_asked() -> None:
    several, one = json.loads(service_config(several=True)), json.loads(service_config())
    assert several["healthCheckConfig"] == {"serviceName": ""}
    assert {"round_robin": {}} in several["loadBalancingConfig"]
    assert [config["methodConfig"][0]["name"] for config in (one, several)] == [one["methodConfig"][0]["name"]] * 2
    assert set(one) == {"methodConfig"}
