"""Connections, calls and streams are bounded, of one client and of all, over real connections."""

from __future__ import annotations

import queue
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import grpc
import httpx2
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from idverify import serving
from idverify.dispatch.dispatcher import Dispatcher
from idverify.rpc.dispatching import dispatcher_of
from idverify.services.application import Application
from idverify.settings import Settings
from idverify.v1 import assertions_pb2, verification_pb2
from tests.databases import Databases
from tests.e2e.certificates import Authority
from tests.e2e.harness import RunningServer, context, local_settings, print_of, read_refusal, start_server
from tests.e2e.stubs import Stubs
from tests.waiting import PATIENCE, wait_until

CLIENTS = """
[clients.one]
roles = ["counter"]
sample_kinds = ["minutiae"]

[clients.two]
roles = ["counter"]
sample_kinds = ["minutiae"]

[clients.three]
roles = ["counter"]
"""
KEY_SET = "/idverify.v1.AssertionService/GetKeySet"
LIMITS = {"client_connections": 2, "client_streams": 3, "max_streams": 4, "max_connections": 6}


class Office:
    """A server with mutual TLS, and connections of its clients."""

    def __init__(self, server: RunningServer, folder: Path, undo: ExitStack) -> None:
        self.server = server
        self._folder = folder
        self._undo = undo

    def connect(self, name: str) -> grpc.Channel:
        files = (self._folder / "authority.crt", self._folder / f"{name}.key", self._folder / f"{name}.crt")
        credentials = grpc.ssl_channel_credentials(*(file.read_bytes() for file in files))
        # A connection of its own for every channel: by default gRPC lets those to one server share one.
        options = [("grpc.use_local_subchannel_pool", 1)]
        return self._undo.enter_context(grpc.secure_channel(self.server.address, credentials, options))

    def begins_to_send(self, name: str) -> None:
        """Have a client begin two calls whose requests never come, by each door one."""
        endless: queue.Queue[bytes] = queue.Queue()
        method: Any = self.connect(name).stream_unary(KEY_SET)
        call = method.future(iter(endless.get, b"the end"))
        self._undo.callback(call.cancel)
        context = self.for_http(name)
        host, _, port = self.server.http.rpartition(":")
        connection = self._undo.enter_context(socket.create_connection((host, int(port))))
        tls = self._undo.enter_context(context.wrap_socket(connection, server_hostname=host))
        tls.sendall(f"GET /v1/keySet HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\nno".encode())

    def for_http(self, name: str) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self._folder / "authority.crt"))
        context.load_cert_chain(self._folder / f"{name}.crt", self._folder / f"{name}.key")
        return context


class OpenStream:
    """A stream that was opened, or was refused."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._requests: queue.Queue[verification_pb2.IdentifyStreamRequest | None] = queue.Queue()
        request = verification_pb2.IdentifyRequest(context=context(agency_code=""), sample=print_of("a/RIGHT_INDEX/60"))
        self._requests.put(verification_pb2.IdentifyStreamRequest(request=request))
        stub: Any = Stubs(channel).verification
        self._answers = stub.IdentifyStream(iter(self._requests.get, None), timeout=PATIENCE)

    def refusal(self) -> str:
        """Return which limit it met, or nothing once the first answer is here."""
        try:
            next(self._answers)
        except grpc.RpcError as error:
            found = read_refusal(error)
            told = (found.code, found.reason, found.retry)
            wanted = (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_OPEN", True)
            return found.metadata["limit"] if told == wanted else f"wrong: {told}"
        return ""

    def close(self) -> None:
        self._requests.put(None)
        assert list(self._answers) == []


@contextmanager
def office_of(tmp_path: Path, databases: Databases | None, **limits: Any) -> Iterator[Office]:
    authority = Authority(tmp_path)
    for name in ("server", "one", "two", "three"):
        authority.issue(name)
    (tmp_path / "clients.toml").write_text(CLIENTS)
    files = {"tls_cert": tmp_path / "server.crt", "tls_key": tmp_path / "server.key", "tls_client_ca": authority.path}
    settings = local_settings(tmp_path / "data", databases, clients_file=tmp_path / "clients.toml", **limits, **files)
    server = start_server(settings)
    with ExitStack() as undo:
        undo.callback(server.stop)
        yield Office(server, tmp_path, undo)


@pytest.fixture
def office(tmp_path: Path, databases: Databases) -> Iterator[Office]:
    with office_of(tmp_path, databases, **LIMITS) as made:
        yield made


def test_two_who_send_slowly_keep_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dispatchers: list[Dispatcher] = []

    def noted(settings: Settings, application: Application) -> Dispatcher:
        dispatchers.append(dispatcher_of(settings, application))
        return dispatchers[-1]

    monkeypatch.setattr(serving, "dispatcher_of", noted)
    with office_of(tmp_path, None, http="127.0.0.1:0") as office:
        for name in ("one", "two"):
            for _ in range(2):
                office.begins_to_send(name)
        wait_until(lambda: dispatchers[0]._intake.held_bytes == 4 * office.server.settings.max_message_bytes)
        key_set: Any = office.connect("three").unary_unary(KEY_SET)
        assert assertions_pb2.GetKeySetResponse.FromString(key_set(b"", timeout=PATIENCE)).jwks_json
        with httpx2.Client(base_url=f"https://{office.server.http}", verify=office.for_http("three")) as client:
            told = client.get("/v1/keySet", timeout=PATIENCE)
            assert told.status_code == 200, told.text


def test_streams_and_connections_of_one_client_and_of_all(office: Office) -> None:
    first, second, third = (office.connect("one") for _ in range(3))
    opened = [OpenStream(channel) for channel in (first, first, second)]
    assert [stream.refusal() for stream in opened] == ["", "", ""]
    assert OpenStream(third).refusal() == "client_connections"
    assert OpenStream(first).refusal() == "client_streams"
    other = office.connect("two")
    theirs = OpenStream(other)
    assert theirs.refusal() == ""
    assert OpenStream(other).refusal() == "max_streams"
    for stream in (opened[2], theirs):
        stream.close()
    wait_until(lambda: OpenStream(third).refusal() == "")


def test_connections_of_all_strangers_too(office: Office) -> None:
    def answers(channel: grpc.Channel) -> bool:
        health: Any = health_pb2_grpc.HealthStub(channel)
        try:
            health.Check(health_pb2.HealthCheckRequest(), timeout=PATIENCE)
        except grpc.RpcError:
            return False
        return True

    channels = [office.connect("one") for _ in range(6)]
    assert all(map(answers, channels))
    late = office.connect("two")
    assert not answers(late)
    channels[0].close()
    wait_until(lambda: answers(late))


def test_nobody_watches_health_without_end(office: Office) -> None:
    channel = office.connect("one")
    health: Any = health_pb2_grpc.HealthStub(channel)
    watched = [health.Watch(health_pb2.HealthCheckRequest()) for _ in range(8)]
    assert {next(one).status for one in watched} == {health_pb2.HealthCheckResponse.SERVING}
    with pytest.raises(grpc.RpcError) as caught:
        next(health.Watch(health_pb2.HealthCheckRequest()))
    assert read_refusal(caught.value).reason == "SERVER_BUSY"
    for one in watched:
        one.cancel()


def test_a_connection_has_an_age_and_a_call_that_is_open_then_goes_on(tmp_path: Path) -> None:
    """A server is drained so: who comes back is sent elsewhere, and nobody is cut off."""
    server = start_server(local_settings(tmp_path / "data", connection_minutes=0.005))
    with grpc.insecure_channel(server.address) as channel:
        seen: list[grpc.ChannelConnectivity] = []
        channel.subscribe(seen.append, try_to_connect=True)
        stream = OpenStream(channel)
        assert stream.refusal() == ""
        wait_until(lambda: grpc.ChannelConnectivity.IDLE in seen[seen.index(grpc.ChannelConnectivity.READY) :])
        stream.close()
        assert OpenStream(channel).refusal() == ""
        assert seen.count(grpc.ChannelConnectivity.READY) > 1
    server.stop()
