"""OSIA's asynchronous form over a real server, with a real one that is called back."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idverify.settings import Settings
from tests.callbacks import Callbacks, Delivery
from tests.databases import Databases
from tests.e2e.harness import RunningServer, local_settings, start_server
from tests.e2e.process import ServerProcess, start_process
from tests.e2e.test_osia import encounter, finger, sought
from tests.fakes import FakeBiometrics
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def callbacks() -> Iterator[Callbacks]:
    callbacks = Callbacks()
    with callbacks.open():
        yield callbacks


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, databases: Databases, callbacks: Callbacks) -> Settings:
    folder: Path = tmp_path_factory.mktemp("data")
    return local_settings(folder, databases, http="127.0.0.1:0", osia=True, osia_callback_hosts=[callbacks.host])


@pytest.fixture(scope="module")
def server(settings: Settings) -> Iterator[RunningServer]:
    running = start_server(settings, FakeBiometrics(images=True))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def abis(server: RunningServer) -> Iterator[httpx2.Client]:
    with client_of(server) as client:
        yield client


def client_of(server: RunningServer | ServerProcess) -> httpx2.Client:
    if isinstance(server, ServerProcess):
        http = next(line["http"] for line in server.lines if line["message"] == "listening")
    else:
        http = server.http
    return httpx2.Client(base_url=f"http://{http}/osia/abis", params={"transactionId": "t-1"})


def accepted(abis: httpx2.Client, callback: str, verb: str, path: str, **how: Any) -> str:
    told = abis.request(verb, path, params={"callback": callback}, **how)
    assert (told.status_code, list(told.json())) == (202, ["taskId"]), told.text
    task_id: str = told.json()["taskId"]
    return task_id


def status(abis: httpx2.Client, task_id: str) -> str:
    told = abis.get(f"/v1/tasks/{task_id}/status")
    assert told.status_code == 200, told.text
    found: str = told.json()
    return found


def delivered(callbacks: Callbacks, task_id: str) -> Delivery:
    wait_until(lambda: callbacks.of(task_id))
    return callbacks.of(task_id)[0]


def test_what_is_accepted_is_done_in_order_and_delivered(abis: httpx2.Client, callbacks: Callbacks) -> None:
    person = f"P-{uuid.uuid4()}"
    paths = f"/v1/persons/{person}/encounters/e1", "/v1/identify/ALL", f"/v1/persons/{person}", f"/v1/persons/{person}"
    url = callbacks.url("/told?of=osia#part")
    tasks = [
        accepted(abis, url, "POST", paths[0], json=encounter(finger("anna"))),
        accepted(abis, url, "POST", paths[1], json=sought(finger("anna"))),
        accepted(abis, url, "DELETE", paths[2]),
        accepted(abis, url, "DELETE", paths[3]),
    ]
    put, found, gone, nobody = (delivered(callbacks, task) for task in tasks)
    assert (put.path, put.kind) == ("/told", "application/json")
    assert put.query == {"of": "osia", "transactionId": "t-1", "taskId": tasks[0]}
    assert put.told == {"personId": person, "encounterId": "e1"}
    assert [each["personId"] for each in found.told] == [person]
    assert gone.body == b""
    assert (nobody.kind, nobody.told["code"]) == ("application/error+json", 404)
    assert nobody.told["message"].startswith("SUBJECT_NOT_FOUND: ")
    wait_until(lambda: [status(abis, task) for task in tasks] == ["COMPLETED"] * 4)
    assert abis.post(f"/v1/tasks/{tasks[0]}/redeliver").status_code == 404


def test_a_request_that_is_repeated_is_one_task(abis: httpx2.Client, callbacks: Callbacks) -> None:
    key = {"idempotency-key": str(uuid.uuid4())}
    body = encounter(finger("berta"))
    one, two = (accepted(abis, callbacks.url(), "POST", "/v1/persons", json=body, headers=key) for _ in range(2))
    assert one == two
    delivered(callbacks, one)
    assert len(abis.post("/v1/identify/ALL", json=sought(finger("berta"))).json()) == 1


@pytest.mark.parametrize("refusal", [500, 307])
def test_a_result_that_was_not_taken_is_delivered_again(
    abis: httpx2.Client, callbacks: Callbacks, refusal: int
) -> None:
    callbacks.statuses.append(refusal)
    task = accepted(abis, callbacks.url(), "GET", "/v1/galleries")
    wait_until(lambda: status(abis, task) == "RESPONSE_RETRY")
    assert abis.post(f"/v1/tasks/{task}/redeliver").status_code == 204
    assert delivered(callbacks, task).path == "/told"
    assert any(each.query["taskId"] == task for each in callbacks.refused)


@pytest.mark.parametrize(
    "callback", ["http://10.0.0.1/", "ftp://x/", "//127.0.0.1/", "http://u@HOST/", "http://HOST.example/", "HOST"]
)
def test_only_hosts_that_are_named_are_called(abis: httpx2.Client, callbacks: Callbacks, callback: str) -> None:
    told = abis.get("/v1/galleries", params={"callback": callback.replace("HOST", callbacks.host)})
    assert (told.status_code, "osia_callback_hosts" in told.text) == (400, True)


def test_a_transaction_without_a_name_is_told_without_one(abis: httpx2.Client, callbacks: Callbacks) -> None:
    told = abis.get("/v1/galleries", params={"transactionId": "", "callback": callbacks.url()})
    assert delivered(callbacks, told.json()["taskId"]).query["transactionId"] == ""


def test_a_task_that_is_not_there_is_not_found(abis: httpx2.Client) -> None:
    assert abis.get("/v1/tasks/none/status").json()["code"] == 404
    assert abis.post("/v1/tasks/none/redeliver").status_code == 404


def test_nothing_that_was_accepted_is_lost_by_a_restart(
    tmp_path: Path, databases: Databases, callbacks: Callbacks
) -> None:
    away = Callbacks()
    with away.open():
        pass
    settings = local_settings(
        tmp_path, databases, http="127.0.0.1:0", osia=True, osia_callback_hosts=[callbacks.host, away.host]
    )
    server = start_server(settings, FakeBiometrics(images=True))
    person = f"P-{uuid.uuid4()}"
    with client_of(server) as abis:
        kept = accepted(abis, away.url(), "POST", f"/v1/persons/{person}/encounters/e1", json=encounter(finger("carl")))
        wait_until(lambda: status(abis, kept) == "RESPONSE_RETRY")
        waiting = [accepted(abis, callbacks.url(), "GET", f"/v1/persons/{person}/encounters") for _ in range(3)]
    server.stop()
    with away.open():
        server = start_server(settings, FakeBiometrics(images=True))
        with client_of(server) as abis:
            assert delivered(away, kept).told == {"personId": person, "encounterId": "e1"}
            assert all(len(delivered(callbacks, task).told) == 1 for task in waiting)
            assert len(abis.get(f"/v1/persons/{person}/encounters").json()) == 1
        server.stop()


@pytest.mark.slow
def test_nothing_that_was_accepted_is_lost_by_a_kill(
    tmp_path: Path, callbacks: Callbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it works on what it accepted: each is done once, and told at least once."""
    hosts = json.dumps([callbacks.host])
    for name, value in {"HTTP": "127.0.0.1:0", "OSIA": "true", "OSIA_CALLBACK_HOSTS": hosts}.items():
        monkeypatch.setenv(f"IDVERIFY_{name}", value)
    tasks: dict[str, str] = {}
    server = start_process(tmp_path)
    with client_of(server) as abis:
        for number in range(30):
            template = base64.b64encode(f"p{number}/RIGHT_INDEX/80".encode()).decode()
            shown = {"biometricType": "FINGER", "biometricSubType": "RIGHT_INDEX", "template": template}
            path = f"/v1/persons/P-{number}/encounters"
            tasks[accepted(abis, callbacks.url(), "POST", path, json=encounter(shown))] = f"P-{number}"
        wait_until(lambda: any(callbacks.of(task) for task in tasks))
        server.kill()
    server = start_process(tmp_path)
    with client_of(server) as abis:
        for task, person in tasks.items():
            assert delivered(callbacks, task).told["personId"] == person
            assert len(abis.get(f"/v1/persons/{person}/encounters").json()) == 1
        wait_until(lambda: {status(abis, task) for task in tasks} == {"COMPLETED"})
    assert server.terminate() == 0
