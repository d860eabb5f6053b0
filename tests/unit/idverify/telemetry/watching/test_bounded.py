"""The door of the figures is not filled by whoever reaches it, and looking often costs no more than looking."""

from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from idverify.telemetry.watching import bounded, fresh
from idverify.telemetry.watching.endpoint import Endpoint
from idverify.telemetry.watching.fresh import Fresh, figures_of
from tests.waiting import wait_until

IDLE = 500


class Counted(Collector):
    """Counts how often it is asked, and waits where it is told to."""

    def __init__(self) -> None:
        self.asked = self.times = 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def collect(self) -> Iterable[Metric]:
        self.asked += 1
        self.may_go_on.wait(30)
        self.times += 1
        return [GaugeMetricFamily("seen", "Seen", value=self.times), GaugeMetricFamily("other", "Other", value=7)]

    def describe(self) -> Iterable[Metric]:
        return [GaugeMetricFamily("seen", "Seen"), GaugeMetricFamily("other", "Other")]


@pytest.fixture(scope="module")
def counted() -> Counted:
    return Counted()


@pytest.fixture(scope="module")
def registry(counted: Counted) -> CollectorRegistry:
    made = CollectorRegistry()
    made.register(counted)
    return made


@pytest.fixture(scope="module")
def endpoint(registry: CollectorRegistry) -> Iterator[Endpoint]:
    made = Endpoint("127.0.0.1", 0, registry, None)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def everybody_has_gone(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(fresh, "_FRESH_SECONDS", 0.0)
    yield
    counted.may_go_on.set()
    wait_until(lambda: threads() == 0)


def read(endpoint: Endpoint, query: str = "") -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{endpoint.port}/metrics{query}", timeout=30) as answer:
        return bytes(answer.read()).decode()


def threads() -> int:
    return sum("process_request_thread" in thread.name for thread in threading.enumerate())


def connected(endpoint: Endpoint, undo: ExitStack, sends: bytes = b"") -> socket.socket:
    comer = undo.enter_context(socket.create_connection(("127.0.0.1", endpoint.port), timeout=30))
    comer.sendall(sends)
    return comer


def is_cut(comer: socket.socket, sends: bytes) -> bool:
    """Send more, and tell whether the other side has ended the connection."""
    comer.settimeout(0.05)
    try:
        comer.sendall(sends)
        return comer.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def test_five_hundred_who_say_nothing_keep_nobody_out_and_hold_few_threads(endpoint: Endpoint) -> None:
    with ExitStack() as undo:
        for number in range(IDLE):
            connected(endpoint, undo, b"GET /metrics HTTP/1.1\r\nHost: a\r\n" if number % 2 else b"")
            assert threads() <= bounded._MOST_CONNECTIONS
        assert "seen" in read(endpoint)
        assert threads() <= bounded._MOST_CONNECTIONS


def test_who_asked_is_answered_though_others_come(endpoint: Endpoint, counted: Counted) -> None:
    counted.may_go_on.clear()
    with ExitStack() as undo:
        asking = connected(endpoint, undo, b"GET /metrics HTTP/1.0\r\n\r\n")
        wait_until(lambda: any(one.asked for one in endpoint._server._open.values()))
        for _ in range(2 * bounded._MOST_CONNECTIONS):
            connected(endpoint, undo)
        counted.may_go_on.set()
        assert asking.recv(12) == b"HTTP/1.0 200"


def test_who_comes_when_all_wait_for_figures_is_turned_away(
    endpoint: Endpoint, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "_ROOM_SECONDS", 0.01)
    counted.may_go_on.clear()
    with ExitStack() as undo:
        for _ in range(bounded._MOST_CONNECTIONS):
            connected(endpoint, undo, b"GET /metrics HTTP/1.0\r\n\r\n")
        wait_until(lambda: sum(one.asked for one in endpoint._server._open.values()) == bounded._MOST_CONNECTIONS)
        assert connected(endpoint, undo).recv(1) == b""
        assert threads() <= bounded._MOST_CONNECTIONS
        counted.may_go_on.set()
    wait_until(lambda: threads() == 0)
    assert "other" in read(endpoint)


def test_a_byte_now_and_then_does_not_keep_a_connection(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "_SECONDS", 0.3)  # of all, not of each reading
    with ExitStack() as undo:
        slow = connected(endpoint, undo)
        wait_until(lambda: is_cut(slow, b"G"))
    wait_until(lambda: threads() == 0)


@pytest.mark.parametrize("head", [b"GET / HTTP/1.0\r\nX: " + b"a" * 40_000, b"X" * 40_000], ids=["headers", "line"])
def test_a_head_without_an_end_is_not_kept(endpoint: Endpoint, head: bytes) -> None:
    with ExitStack() as undo:
        comer = connected(endpoint, undo)
        wait_until(lambda: is_cut(comer, head))


def test_figures_are_collected_once_a_second_however_many_ask(
    registry: CollectorRegistry, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh, "_FRESH_SECONDS", 1.0)
    now = 100.0
    figures = Fresh(registry, lambda: now)
    before = counted.times
    assert [len(list(figures.collect())) for _ in range(20)] == [2] * 20
    assert counted.times == before + 1
    assert [metric.name for metric in figures.restricted_registry({"other"}).collect()] == ["other"]
    assert counted.times == before + 1
    now += 1.0
    list(figures.collect())
    assert counted.times == before + 2


def test_a_part_of_the_figures_can_be_asked_for(endpoint: Endpoint) -> None:
    found = read(endpoint, "?name%5B%5D=other")
    assert "other 7.0" in found
    assert "seen" not in found


def test_one_is_answered_at_a_time_and_who_waited_long_is_told(
    registry: CollectorRegistry, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh, "_PATIENCE", 0.01)
    app, told, before = figures_of(registry), list[str](), counted.asked
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/metrics"}
    counted.may_go_on.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(app, asked, lambda status, _: told.append(status))
        wait_until(lambda: counted.asked > before)
        assert app(asked, lambda status, _: told.append(status)) == [b""]
        counted.may_go_on.set()
        assert b"seen" in first.result()[0]
    assert told == ["503 Service Unavailable", "200 OK"]
