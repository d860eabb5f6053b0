"""Requests that are done later: once, whenever this service is killed, and for whom may have it done still."""

from __future__ import annotations

import base64
import json
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idverify.access.callers import local_caller
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller
from idverify.domain.tasks.task import Task, TaskState
from idverify.osia.abis import Abis
from idverify.osia.deferring import Worker, deferrable
from idverify.osia.delivering import Deliverer
from idverify.osia.requests import packed_request
from idverify.ports import UNWATCHED
from idverify.services.foreground import Foreground
from idverify.services.references import tasks as service
from idverify.services.references.tasks import TaskService
from tests.callbacks import Callbacks
from tests.fakes import FakeBiometrics, NoDeadline
from tests.service_kit import World, refused
from tests.waiting import PATIENCE

NAME = "programme"
SILENT = "silent.example"


class Deferring:
    """What works on tasks, on one database."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, FakeBiometrics(images=True))
        world = self.world
        self.tasks = TaskService(world.store, world.clock, timedelta(hours=24))
        self.methods = Abis(world.references, world.reference_reading, world.reference_search).methods()
        self.worker = self.worker_for(local_caller)
        self.callbacks = Callbacks()

    def worker_for(self, caller: Any) -> Worker:
        performer = self.world.performer
        return Worker(self.tasks, self.methods, performer, caller, Foreground(), UNWATCHED, NoDeadline())

    def deliver(self) -> None:
        deliverer = Deliverer(self.tasks, [self.callbacks.host], NoDeadline())
        deliverer.work()
        deliverer.close()

    def accept(
        self, operation: str, path: dict[str, str], body: Any = None, client: str = NAME, callback: str = ""
    ) -> str:
        """Have a request accepted; return the id of its task."""
        query = [("transactionId", "t"), ("callback", callback or self.callbacks.url())]
        content = b"" if body is None else json.dumps(body).encode()
        message = packed_request(str(uuid.uuid4()), path, query, content)
        method = deferrable(self.methods[operation], self.tasks, [self.callbacks.host, SILENT])
        request = method.read(message)
        call = replace(self.world.call(operation, caller=client), context=request.context)
        status, _, told = method.run(call, request).partition(b"\n")
        assert status == b"202"
        task_id: str = json.loads(told)["taskId"]
        return task_id

    def put(self, person: str) -> str:
        image = base64.b64encode(f"{person}/RIGHT_INDEX/80".encode()).decode()
        finger = {"biometricType": "FINGER", "biometricSubType": "RIGHT_INDEX", "image": image}
        body = {"status": "ACTIVE", "encounterType": "x", "galleries": ["G"], "biometricData": [finger]}
        return self.accept("createEncounter", {"personId": person, "encounterId": "e1"}, body)

    def task(self, task_id: str) -> Task:
        with self.world.store.reading() as view:
            found = view.tasks.get(task_id)
        assert found is not None
        return found

    def outcomes(self) -> list[str]:
        return [event.entry.outcome for event in self.world.trail()]


@pytest.fixture
def deferring(tmp_path: Path) -> Iterator[Deferring]:
    deferring = Deferring(tmp_path)
    with deferring.callbacks.open():
        yield deferring
    deferring.world.store.close()


def test_what_was_done_before_a_kill_is_done_once(deferring: Deferring, monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = deferring.put("an")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(TaskService, "answered", killed)
        with pytest.raises(KeyboardInterrupt):
            deferring.worker.work()
    assert deferring.task(task_id).state is TaskState.PENDING
    deferring.worker.work()
    told = deferring.task(task_id)
    assert (told.state, json.loads(told.result)["personId"]) == (TaskState.RESPONSE_SCHEDULED, "an")
    assert told.request == b""
    assert deferring.world.reference_reading.count("osia") == 1
    deferring.deliver()
    assert deferring.task(task_id).state is TaskState.COMPLETED
    assert deferring.task(task_id).result == b""
    assert [each.query["taskId"] for each in deferring.callbacks.taken] == [task_id]
    outcomes = deferring.outcomes()
    assert (outcomes[0], outcomes.count("ADDED"), outcomes[-1]) == ("ACCEPTED", 1, "DELIVERED")


def test_what_passes_is_waited_for_and_keeps_the_order(deferring: Deferring) -> None:
    def busy(_: str) -> Caller:
        raise DomainError(Reason.STORE_UNAVAILABLE, "busy")

    first, second = deferring.put("an"), deferring.accept("deleteAll", {"personId": "an"})
    with refused(Reason.STORE_UNAVAILABLE):
        deferring.worker_for(busy).work()
    assert deferring.task(first).state is deferring.task(second).state is TaskState.PENDING
    deferring.worker.work()
    assert (deferring.task(first).refused, deferring.task(second).refused) == (False, False)
    assert deferring.world.reference_reading.count("osia") == 0


def test_one_clients_queue_does_not_hold_anothers(deferring: Deferring) -> None:
    asked: list[str] = []

    def busy(name: str) -> Caller:
        asked.append(name)
        if name == NAME:
            raise DomainError(Reason.STORE_UNAVAILABLE, "busy")
        return local_caller(name)

    held = [deferring.put("an"), deferring.put("binh")]
    others = [deferring.accept("readGalleries", {}, client="other") for _ in range(2)]
    with refused(Reason.STORE_UNAVAILABLE):
        deferring.worker_for(busy).work()
    assert [deferring.task(each).state for each in held] == [TaskState.PENDING] * 2
    assert [deferring.task(each).state for each in others] == [TaskState.RESPONSE_SCHEDULED] * 2
    assert asked == [NAME, "other", "other"]


def test_clients_take_turns(deferring: Deferring) -> None:
    asked: list[str] = []

    def noted(name: str) -> Caller:
        asked.append(name)
        return local_caller(name)

    for client in ("a", "a", "a", "b", "b", "c"):
        deferring.accept("readGalleries", {}, client=client)
    deferring.worker_for(noted).work()
    assert asked == ["a", "b", "c", "a", "b", "a"]
    deferring.deliver()
    assert len(deferring.callbacks.taken) == 6


@pytest.mark.parametrize("reason", [Reason.READ_BUDGET_EXCEEDED, Reason.GALLERY_FULL])
def test_a_limit_that_is_reached_is_the_answer(deferring: Deferring, reason: Reason) -> None:
    def at_the_limit(_: str) -> Caller:
        raise DomainError(reason, "no more")

    task_id = deferring.put("an")
    deferring.worker_for(at_the_limit).work()
    told = deferring.task(task_id)
    assert (told.refused, json.loads(told.result)["message"].partition(":")[0]) == (True, reason.code)


def test_a_host_that_says_nothing_is_asked_once_and_holds_up_no_other(
    deferring: Deferring, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"https://{SILENT}/told"
    silent = [deferring.accept("readGalleries", {}, client="silent", callback=url) for _ in range(3)]
    shared = deferring.accept("readGalleries", {}, client="other", callback=url)
    good = [deferring.accept("readGalleries", {}) for _ in range(2)]
    deferring.worker.work()
    deliverer = Deliverer(deferring.tasks, [deferring.callbacks.host, SILENT], NoDeadline())
    asked: list[str] = []
    posted = httpx2.Client.post

    def post(client: httpx2.Client, to: str, **how: Any) -> httpx2.Response:
        asked.append(to.partition("?")[0])
        if SILENT in to:
            raise httpx2.ConnectTimeout("nothing")
        return posted(client, to, **how)

    monkeypatch.setattr(httpx2.Client, "post", post)
    deliverer.work()
    assert asked.count(url) == 2  # for each client once
    assert [deferring.task(each).tries for each in (*silent, shared)] == [1] * 4
    assert [deferring.task(each).state for each in good] == [TaskState.COMPLETED] * 2
    deferring.world.clock.advance(31)
    deliverer.work()
    assert asked.count(url) == 4
    deliverer.close()


def test_a_slow_receiver_holds_up_no_other_client_and_its_own_results_go_in_order(
    deferring: Deferring, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"https://{SILENT}/told"
    slow = [deferring.accept("readGalleries", {}, client="slow", callback=url) for _ in range(2)]
    good = [deferring.accept("readGalleries", {}) for _ in range(3)]
    deferring.worker.work()
    deliverer = Deliverer(deferring.tasks, [deferring.callbacks.host, SILENT], NoDeadline())
    others_have_theirs = threading.Event()
    told: list[str] = []
    posted = httpx2.Client.post

    def post(client: httpx2.Client, to: str, **how: Any) -> httpx2.Response:
        if SILENT in to:
            assert others_have_theirs.wait(PATIENCE)
            answer = httpx2.Response(204)
        else:
            answer = posted(client, to, **how)
        told.append(to.rpartition("taskId=")[2])
        if told == good:
            others_have_theirs.set()
        return answer

    monkeypatch.setattr(httpx2.Client, "post", post)
    deliverer.work()
    deliverer.close()
    assert told == [*good, *slow]


def test_what_is_under_way_is_noted_when_the_time_is_over(deferring: Deferring) -> None:
    class OneTask(NoDeadline):
        left = 1

        def check(self) -> None:
            self.left -= 1
            if self.left < 0:
                raise DomainError(Reason.DEADLINE_EXCEEDED, "closed")

    tasks = [deferring.accept("readGalleries", {}, client=client) for client in ("a", "b")]
    deferring.worker.work()
    deliverer = Deliverer(deferring.tasks, [deferring.callbacks.host], OneTask())
    with refused(Reason.DEADLINE_EXCEEDED):
        deliverer.work()
    deliverer.close()
    states = [deferring.task(each).state for each in tasks]
    assert states == [TaskState.COMPLETED, TaskState.RESPONSE_SCHEDULED]


def test_who_may_no_longer_ask_is_told_so(deferring: Deferring) -> None:
    def gone(_: str) -> Caller:
        raise DomainError(Reason.CLIENT_UNKNOWN, "gone")

    task_id = deferring.put("an")
    deferring.worker_for(gone).work()
    told = deferring.task(task_id)
    assert (told.refused, json.loads(told.result)["message"][:14]) == (True, "CLIENT_UNKNOWN")
    other = deferring.put("binh")
    deferring.worker_for(lambda name: Caller(name, frozenset())).work()
    assert json.loads(deferring.task(other).result)["code"] == 403
    assert deferring.world.reference_reading.count("osia") == 0


def test_an_operation_that_is_not_known_holds_up_nobody(deferring: Deferring) -> None:
    task_id = deferring.put("an")
    replace(deferring.worker, methods={}).work()
    assert json.loads(deferring.task(task_id).result)["code"] == 404


def test_a_result_is_tried_for_hours_and_kept_for_a_while(deferring: Deferring) -> None:
    task_id = deferring.accept("readGalleries", {})
    deferring.worker.work()
    deferring.callbacks.statuses += [500] * 9
    while deferring.task(task_id).due is not None:
        deferring.deliver()
        deferring.world.clock.advance(3600)
    assert deferring.task(task_id).state is TaskState.RESPONSE_ERROR
    assert deferring.outcomes()[-1] == "UNDELIVERED"
    again = deferring.world.call("redeliverTaskResult", caller=NAME)
    deferring.tasks.redeliver(again, task_id, bytes)
    deferring.deliver()
    assert len(deferring.callbacks.taken) == 1
    deferring.tasks.forget()
    deferring.world.clock.advance(25 * 3600)
    deferring.tasks.forget()
    with refused(Reason.OPERATION_NOT_FOUND):
        deferring.tasks.status(again, task_id)


def test_a_task_is_its_callers(deferring: Deferring) -> None:
    task_id = deferring.put("an")
    stranger = deferring.world.call("readTaskStatus", caller="stranger")
    with refused(Reason.OPERATION_NOT_FOUND):
        deferring.tasks.status(stranger, task_id)
    with refused(Reason.OPERATION_NOT_FOUND):
        deferring.tasks.redeliver(deferring.world.call("redeliverTaskResult", caller="stranger"), task_id, bytes)
    own = deferring.world.call("redeliverTaskResult", caller=NAME)
    deferring.tasks.redeliver(own, task_id, bytes)
    assert deferring.tasks.status(own, task_id) is TaskState.PENDING


def test_no_more_is_accepted_than_is_done_with(deferring: Deferring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_TASKS", 1)
    deferring.put("an")
    with refused(Reason.SERVER_BUSY):
        deferring.put("binh")
    deferring.worker.work()
    deferring.deliver()
    deferring.put("binh")


def test_what_is_wanted_again_while_it_is_delivered_is_delivered_again(deferring: Deferring) -> None:
    task_id = deferring.accept("readGalleries", {})
    deferring.worker.work()
    task = deferring.task(task_id)
    deferring.tasks.redeliver(deferring.world.call("redeliverTaskResult", caller=NAME), task_id, bytes)
    deferring.tasks.delivered(task)
    assert deferring.task(task_id).state is TaskState.RESPONSE_RETRY


def test_a_callback_whose_host_is_named_no_longer_is_not_called(deferring: Deferring) -> None:
    task_id = deferring.accept("readGalleries", {})
    deferring.worker.work()
    Deliverer(deferring.tasks, ["elsewhere"], NoDeadline()).work()
    assert deferring.task(task_id).state is TaskState.RESPONSE_RETRY
    assert not deferring.callbacks.refused
