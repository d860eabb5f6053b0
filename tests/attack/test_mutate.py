"""What ``make mutate`` does, with few mutated requests; and that it would find what is wrong."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enroll_tools.command_line import run_command
from idverify.domain.errors import DomainError, Reason
from idverify.rpc.servicers.operations import OperationsServicer
from idverify.services.citizens import CitizenService
from idverify.v1 import enrolment_pb2
from tests.attack.mutate import __main__ as command
from tests.attack.mutate import supervising, wire
from tests.attack.mutate.callers import NOBODY, WHO
from tests.attack.mutate.exemplars import Exemplars
from tests.attack.mutate.findings import Find, Report
from tests.attack.mutate.judging import changes_of, faults, personal
from tests.attack.mutate.mutants import Mutant, mutant
from tests.attack.mutate.outcomes import GONE, Outcome, Refused
from tests.attack.mutate.prints import PrintBox
from tests.attack.mutate.rpcs import FOREIGN, RPCS
from tests.attack.mutate.run import WARM_UP, run
from tests.attack.mutate.standing import PERSONAL
from tests.attack.mutate.state import State
from tests.attack.mutate.supervising import Task, supervised

SEED = 20261126
ANSWERED = {
    *("EnrolCitizen", "AddFingerprints", "DeleteCitizen", "Verify", "Identify", "IdentifyStream", "PutRecord"),
    *("AuthenticateCitizen", "RegisterClient", "UpdateClient", "RevokeClient", "StartFindDuplicates"),
    "ServerReflectionInfo",
}
"""RPCs that change most, which must not be mutated beyond every use."""


@pytest.fixture(scope="module")
def exemplars() -> Exemplars:
    return Exemplars(PrintBox())


def of_rpc(exemplars: Exemplars, name: str, count: int) -> list[int]:
    """Numbers of mutants of one RPC, in the process and by who may call."""
    found = (mutant(SEED, number, exemplars) for number in range(100_000))
    wanted = (m.number for m in found if RPCS[m.rpc].name == name and not m.at_socket and m.who == "everything")
    return [next(wanted) for _ in range(count)]


@pytest.mark.slow
@pytest.mark.timeout(900)  # of thousands most of a minute of a processor, which a busy machine shares
@pytest.mark.parametrize(  # numbers among which there are all that is asked for below
    ("first", "calls"), [(10_000, 1_200), pytest.param(5_500, WARM_UP + 1_000, marks=pytest.mark.long)]
)
def test_requests_find_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int, calls: int) -> None:
    """No crash, no INTERNAL, no state changed by a refusal, nothing personal told, trail and memory whole."""
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)  # what is measured is memory
    report = supervised(Task(SEED, first, calls).shares(1), tmp_path)
    assert report.finds == []
    assert report.calls == calls
    assert report.answered.keys() >= ANSWERED
    assert report.at_socket > calls / 50
    assert min(report.memory, report.events) > 0
    assert (report.warm_memory > 0) == (calls > WARM_UP)
    tried = {"SAMPLE_REPLAYED", "DUPLICATE_PERSON_SUSPECTED", "REQUEST_REPLAYED", "CLIENT_REVOKED"}
    assert tried <= report.reasons.keys()


def test_a_number_is_always_the_same_request(exemplars: Exemplars) -> None:
    again = Exemplars(PrintBox())
    for number in range(300):
        assert mutant(SEED, number, exemplars) == mutant(SEED, number, again)
    assert mutant(SEED, 1, exemplars) != mutant(SEED + 1, 1, exemplars)


def test_exemplars_are_requests_of_their_rpc(exemplars: Exemplars) -> None:
    for rpc, method in RPCS.items():
        assert exemplars.of(rpc, Random(1)).DESCRIPTOR.fields_by_name.keys() == method.input_type.fields_by_name.keys()


def test_every_rpc_is_called_by_everybody_in_every_way(exemplars: Exemplars) -> None:
    mutants = [mutant(SEED, number, exemplars) for number in range(4000)]
    assert {m.rpc for m in mutants} == RPCS.keys()
    assert {m.who for m in mutants} == {*WHO, NOBODY}
    assert {m.rpc for m in mutants if m.at_socket} > set(FOREIGN)
    kinds = Counter(what.rpartition(": ")[2].rstrip("0123456789-. ") for m in mutants for what in m.done)
    assert {m.seconds for m in mutants if m.rpc.endswith("CheckAuditTrail")} <= {0.3, 0.0, 1e-6, 1e-3, 0.003}
    words = ("left out", "another order", "no UTF", "wire type", "a damaged file", "another RPC's request", "cut off")
    assert all(kinds[word] for word in words)
    assert any("groups deep" in what for m in mutants for what in m.done)
    sound = sum(not m.done for m in mutants) / len(mutants)
    assert 0.05 < sound < 0.25
    assert any(m.gone_after is not None for m in mutants)
    assert {0.0, None} < {m.seconds for m in mutants}
    assert any(m.metadata for m in mutants)


def test_a_refusal_that_changes_something_and_tells_of_it_is_found(
    exemplars: Exemplars, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get(service: CitizenService, *_: object, **__: object) -> None:
        with service.store.transaction() as uow:
            uow.subjects.delete(uow.subjects.page(0, 1)[0].subject_id)
        raise DomainError(Reason.SUBJECT_NOT_FOUND, f"nobody is called {PERSONAL[0]}")

    def wait(*_: object) -> None:
        raise OverflowError(PERSONAL[0])

    monkeypatch.setattr(CitizenService, "get", get)
    monkeypatch.setattr(OperationsServicer, "wait_operation", wait)
    numbers = [*of_rpc(exemplars, "GetCitizen", 6), *of_rpc(exemplars, "WaitOperation", 6)]
    found = {find.fault for find in run(SEED, numbers).finds}
    assert "SUBJECT_NOT_FOUND tells something of the request" in found
    assert any(fault.startswith("NOT_FOUND changed ") and "subjects" in fault for fault in found)
    assert "INTERNAL" in found
    assert any(fault.startswith("the log has an error: call failed (OverflowError in wait:") for fault in found)


def made(rpc: str = "idverify.v1.EnrolmentService/GetCitizen", *put_in: bytes) -> Mutant:
    return Mutant(1, rpc, "everything", (b"",), (), put_in, None, None, at_socket=False, metadata=(), pause=0.0)


def refused(code: str, reason: str, message: str = "no", **metadata: str) -> Outcome:
    return Outcome(code, [Refused(code, reason, message, metadata)])


@pytest.mark.parametrize(
    ("outcome", "wrong"),
    [
        (Outcome("OK", answers=[enrolment_pb2.GetCitizenResponse().SerializeToString()]), []),
        (refused("NOT_FOUND", "SUBJECT_NOT_FOUND"), []),
        (refused("RESOURCE_EXHAUSTED", ""), []),
        (Outcome(GONE), []),
        (Outcome("OK", answers=[b"\xff"]), ["an answer that is none"]),
        (refused("INTERNAL", "INTERNAL"), ["INTERNAL"]),
        (refused("UNKNOWN", ""), ["UNKNOWN"]),
        (refused("UNAVAILABLE", "", "gone"), ["UNAVAILABLE without a reason: gone"]),
        (refused("NOT_FOUND", "NO_SUCH"), ["a reason that nobody knows: NO_SUCH"]),
        (
            refused("NOT_FOUND", "SUBJECT_NOT_FOUND", "not qxzjkwqx"),
            ["SUBJECT_NOT_FOUND tells something of the request"],
        ),
        (refused("NOT_FOUND", "SUBJECT_NOT_FOUND", x="jkwqxz"), ["SUBJECT_NOT_FOUND tells something of the request"]),
    ],
)
def test_how_a_call_may_end(outcome: Outcome, wrong: list[str]) -> None:
    assert list(faults(made("idverify.v1.EnrolmentService/GetCitizen", b"qxzjkwqxzjkw"), outcome, [])) == wrong


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ({"level": "INFO", "message": "call", "transaction_id": "qxzjkwqx"}, []),
        ({"level": "INFO", "message": "call", "method": "qxzjkwqx"}, ["something of a request is in the log"]),
        ({"level": "INFO", "message": "0271840"}, ["something of a request is in the log"]),
        (
            {"level": "ERROR", "message": "call failed", "exception": "KeyError", "where": "get:7"},
            ["the log has an error: call failed (KeyError in get:7)"],
        ),
    ],
)
def test_what_the_log_may_say(line: dict[str, object], wrong: list[str]) -> None:
    assert list(faults(made("idverify.v1.EnrolmentService/GetCitizen", b"qxzjkwqx"), Outcome("OK"), [line])) == wrong


def test_short_pieces_come_back_by_chance() -> None:
    assert not personal("the request has no such field", [b"the", b"reque", bytes(1000)])
    assert not personal("the request has no such field", [b"fieldnosuc"])
    assert personal("the request has no such field", [b"..such f.."])


def test_who_may_change_what() -> None:
    enrol = made("idverify.v1.EnrolmentService/EnrolCitizen")
    no = refused("NOT_FOUND", "SUBJECT_NOT_FOUND")
    assert "subjects" in changes_of(enrol, Outcome("OK"))
    assert "subjects" in changes_of(enrol, Outcome(GONE))
    assert list(changes_of(enrol, no)) == []
    assert list(changes_of(made(), no)) == ["reads"]
    assert "subjects" not in changes_of(made(), Outcome("OK"))
    assert "disclosures" in changes_of(made(), Outcome("OK"))


def test_rows_that_go_by_themselves_are_no_change() -> None:
    before = State({"subjects": b"1"}, {"replies": 5})
    assert State({"subjects": b"1"}, {"replies": 4}).changed_since(before) == set()
    assert State({"subjects": b"2"}, {"replies": 6}).changed_since(before) == {"subjects", "replies"}


def dies(task: Task, output: Path, number: Any, report: Connection) -> None:
    del output, report
    number.value = task.first + 7
    os.kill(os.getpid(), signal.SIGSEGV)


def hangs(task: Task, output: Path, number: Any, report: Connection) -> None:
    del task, output, number, report
    time.sleep(600.0)


def dies_or_makes_all(task: Task, output: Path, number: Any, report: Connection) -> None:
    if task.first == 100:
        dies(task, output, number, report)
    slow = (task.first / 1000, task.first, "a/B")
    report.send(Report(task.calls, 1, 2.0, Counter(OK=1), slowest=[slow], warm_memory=5, memory=task.first, events=2))


def test_a_process_that_dies_is_a_find_and_those_beside_it_go_on(tmp_path: Path) -> None:
    told: list[int] = []
    report = supervised(Task(1, 100, 20).shares(2), tmp_path, told.append, work=dies_or_makes_all)
    assert report.finds == [Find(107, f"the process died: exit code {-signal.SIGSEGV}")]
    assert report.calls == told[-1] == 7 + 10
    assert (report.at_socket, report.seconds, report.codes, report.events) == (1, 2.0, Counter(OK=1), 2)
    assert (report.warm_memory, report.memory) == (5, 110)
    assert report.slowest == [(0.11, 110, "a/B")]


def test_processes_share_the_numbers() -> None:
    assert Task(1, 5, 10).shares(3) == [Task(1, 5, 3), Task(1, 8, 3), Task(1, 11, 4)]
    assert Task(1, 5, 2).shares(4) == [Task(1, 5, 1), Task(1, 6, 1)]


def test_a_process_that_hangs_is_a_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "LONGEST_CALL_SECONDS", 0.5)
    assert supervised([Task(1, 100, 10)], tmp_path, work=hangs).finds == [Find(100, "the process hung")]


def test_a_find_is_written_down_and_is_the_exit_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tasks = []

    def found(given: list[Task], *_: object) -> Report:
        tasks.extend(given)
        return Report(calls=1, finds=[Find(3, "INTERNAL", "a/B"), Find(4, "INTERNAL", "a/B")])

    monkeypatch.setattr(command, "supervised", found)
    given = ["--seed", "1", "--only-number", "3", "--out", str(tmp_path)]
    assert run_command(command.mutate, given) == 1
    assert "2 times, first at number 3" in capsys.readouterr().out
    assert tasks == [Task(1, 3, 1)]
    written = json.loads((tmp_path / "find-1-3.json").read_text())
    assert (written["fault"], written["number"]) == ("INTERNAL", 3)
    again = "python -m tests.attack.mutate --seed 1"
    assert written["again"] == f"{again} --only-number 3"
    assert sorted(path.name for path in tmp_path.glob("find-*")) == ["find-1-3.json"]
    assert run_command(command.mutate, [*given, "--json"]) == 1
    whole = ["--seed", "1", "--first", "1", "--calls", "4", "--processes", "2", "--out", str(tmp_path)]
    assert run_command(command.mutate, whole) == 1
    assert tasks[2:] == [Task(1, 1, 2), Task(1, 3, 2)]
    written = json.loads((tmp_path / "find-1-3.json").read_text())
    assert written["again_with_all_before"] == f"{again} --first 3 --calls 1 --processes 1"


def test_without_finds_all_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "supervised", lambda *_: Report(calls=5, codes=Counter({"OK": 5})))
    assert run_command(command.mutate, ["--calls", "5", "--out", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["calls"], told["codes"]) == (5, {"OK": 5})
    assert told["finds"] == told["files"] == []


@given(st.text(max_size=30), st.integers(-(2**31), 2**31 - 1), st.lists(st.text(max_size=5), max_size=4))
def test_a_message_comes_apart_and_together_again(number: str, size: int, texts: list[str]) -> None:
    request = enrolment_pb2.ListCitizensRequest(page_size=size, page_token=number)
    request.context.counter_id = "".join(texts)
    body = request.SerializeToString()
    assert wire.join(wire.split(body)) == body
    assert enrolment_pb2.ListCitizensRequest.FromString(wire.of_number(2, size).encoded()).page_size == size


@given(st.binary(max_size=60))
def test_bytes_are_fields_or_none(body: bytes) -> None:
    try:
        fields = wire.split(body)
    except wire.NoFieldsError:
        return
    assert wire.split(wire.join(fields)) == fields
