"""The drill: a backup under load, kill -9, two commands on an empty machine; who was answered before it is there."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import grpc
import pytest

from idverify.v1 import audit_pb2, enrolment_pb2
from tests.e2e.harness import context, print_of
from tests.e2e.process import start_process
from tests.e2e.stubs import TESTING, Stubs
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.slow


def _number(person: int) -> str:
    return f"0271990{person:05}"


def _enrol(stubs: Stubs, person: int) -> int:
    request = enrolment_pb2.EnrolCitizenRequest(
        context=context(),
        citizen_number=_number(person),
        personal_data=enrolment_pb2.PersonalData(full_name="X"),
        samples=[print_of(f"{person}/RIGHT_INDEX/80")],
    )
    stubs.enrolment.EnrolCitizen(request, timeout=PATIENCE)
    return person


def _delete(stubs: Stubs, person: int) -> None:
    request = enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=_number(person))
    stubs.enrolment.DeleteCitizen(request, timeout=PATIENCE)


def _is_enrolled(stubs: Stubs, person: int) -> bool:
    try:
        stubs.enrolment.GetCitizen(enrolment_pb2.GetCitizenRequest(context=TESTING, citizen_number=_number(person)))
    except grpc.RpcError:
        return False
    return True


def run(*arguments: object) -> str:
    command = [sys.executable, "-m", "idverify.cli", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout


@dataclass
class Ledger:
    """Who was answered OK, in this order, until the service is gone."""

    enrolled: list[int] = field(default_factory=list)
    erased: list[int] = field(default_factory=list)

    def live(self, stubs: Stubs, first: int) -> None:
        person = first
        try:
            while True:
                self.enrolled.append(_enrol(stubs, person))
                if person % 5 == 4:
                    _delete(stubs, person - 2)
                    self.erased.append(person - 2)
                person += 1
        except grpc.RpcError:
            return


def test_two_commands_on_an_empty_machine(tmp_path: Path) -> None:
    old, new, backup, key = (tmp_path / name for name in ("old", "new", "backup.age", "key"))
    recipient = run("backup", "new-key", key).strip()
    ledgers = [Ledger(), Ledger()]
    server = start_process(old)
    with server.stubs() as stubs:
        clerks = [
            threading.Thread(target=ledger.live, args=(stubs, 10_000 * place)) for place, ledger in enumerate(ledgers)
        ]
        for clerk in clerks:
            clerk.start()
        wait_until(lambda: all(len(ledger.enrolled) > 8 for ledger in ledgers))
        before = [person for ledger in ledgers for person in list(ledger.enrolled)]
        told = json.loads(run("backup", "take", backup, "--to", recipient, "--data-dir", old, "--json"))
        reached = [len(ledger.erased) for ledger in ledgers]
        wait_until(lambda: all(len(each.erased) > count + 1 for each, count in zip(ledgers, reached, strict=True)))
        server.kill()
        for clerk in clerks:
            clerk.join(PATIENCE)
    erased = {person for ledger in ledgers for person in ledger.erased}
    head, erasures = old / "trail-head.json", old / "erasures.jsonl"
    assert backup.stat().st_mode & 0o777 == 0o600
    assert backup.read_bytes().startswith(b"age-encryption.org/v1\n")
    options = "--identity", key, "--data-dir", new, "--erasures", erasures, "--trail-head", head, "--json"
    restored = json.loads(run("restore", backup, *options))
    assert restored["lost_from"] == told["trail"][0] + 1
    server = start_process(new)
    with server.stubs() as stubs:
        missing = [person for person in before if person not in erased and not _is_enrolled(stubs, person)]
        back = [person for person in erased if _is_enrolled(stubs, person)]
        check = stubs.audit.CheckAuditTrail(audit_pb2.CheckAuditTrailRequest(full=True), timeout=PATIENCE)
    assert server.terminate() == 0
    assert (missing, back) == ([], [])
    assert (check.intact, list(check.findings)) == (True, [])
