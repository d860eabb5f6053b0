"""One server a database, whatever way leads to it; and a kill at any moment is no alarm."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import grpc
import pytest

from idverify.bootstrap import build
from idverify.domain.errors import DomainError
from idverify.matching.assembly import Matching
from idverify.settings import Settings, load_settings
from idverify.v1 import audit_pb2
from tests.databases import Databases
from tests.e2e.harness import enrolment
from tests.e2e.process import ServerProcess, start_process
from tests.fakes import FakeBiometrics, FakeGallery


def _build(settings: Settings) -> None:
    build(settings, matching=Matching(FakeBiometrics(), FakeGallery())).close()


@pytest.mark.every_database
def test_a_second_server_from_another_folder_is_refused(tmp_path: Path, databases: Databases) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    url = databases.url(data)
    urls = [url]
    first = start_process(data, databases=databases)
    try:
        if url.startswith("sqlite"):
            (tmp_path / "link.db").symlink_to(data / "idverify.db")
            (tmp_path / "folder").symlink_to(data)
            paths = ("other/../data/idverify.db", "folder/idverify.db", "link.db")
            urls += [f"sqlite:///{tmp_path / path}" for path in paths]
        for each in urls:
            with pytest.raises(DomainError, match="another server works on this database"):
                _build(load_settings(data_dir=other, database_url=each))
            assert list(other.iterdir()) == []
        first.kill()
        _build(load_settings(data_dir=data, database_url=url))
    finally:
        if first.process.poll() is None:
            first.kill()


@pytest.mark.slow
def test_a_server_that_is_killed_while_it_writes_starts_again(tmp_path: Path, databases: Databases) -> None:
    """The file of the trail is behind the database then, never ahead of it."""
    data = tmp_path / "data"
    server = start_process(data, databases=databases)
    answered: list[int] = []
    writer = threading.Thread(target=_enrol_many, args=(server, answered))
    writer.start()
    writer.join(1.5)  # long enough for the file to have been written, and to be behind again
    server.kill()
    writer.join()
    assert answered
    noted = json.loads((data / "trail-head.json").read_text())["sequence"]
    server = start_process(data, databases=databases)
    with server.stubs() as stubs:
        check = stubs.audit.CheckAuditTrail(audit_pb2.CheckAuditTrailRequest())
        assert check.intact
        assert 0 < noted <= check.events
    assert server.terminate() == 0
    assert json.loads((data / "trail-head.json").read_text())["sequence"] >= check.events


def _enrol_many(server: ServerProcess, answered: list[int]) -> None:
    with server.stubs() as stubs:
        for number in range(10_000):
            try:
                stubs.enrolment.EnrolCitizen(enrolment(f"0271990{number:05}", f"{number}"))
            except grpc.RpcError:
                return
            answered.append(number)
