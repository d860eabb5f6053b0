"""A real server that asks real sources: one answers, one is slow, one dies, one lies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from enroll_tools.record_source.service import ReferenceSource
from idverify.bootstrap import build
from idverify.client import Client, Desk
from idverify.commands import views
from idverify.domain.errors import SettingsError
from idverify.matching.assembly import Matching
from idverify.v1 import types_pb2, verification_pb2
from idverify.v1.enrolment_pb2 import PersonalData
from tests import platform_kit
from tests import source_kit as kit
from tests.e2e.harness import RunningServer, local_settings, print_of
from tests.fakes import FakeBiometrics, FakeGallery

PROCEDURE = "1.001776"
"""May see health insurance."""


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def sources_file(folder: Path, address: str, seconds: float = 30.0) -> Path:
    path = folder / "sources.toml"
    kit.public_keys(folder)
    path.write_text(
        f"""
[sources.insurer]
title = "Bảo hiểm xã hội tỉnh"
record_types = ["{kit.KIND}"]
keys = "insurer.jwks.json"
seconds = {seconds}
hedge_seconds = {seconds}
grpc = {{ address = "{address}" }}
""",
        encoding="utf-8",
    )
    return path


def disclosed(
    stack: ExitStack, folder: Path, source: ReferenceSource, seconds: float = 30.0, *, dies: bool = False
) -> tuple[verification_pb2.Disclosure, Client]:
    """Serve with one source; return what a match discloses."""
    with ExitStack() as before:
        address = (before if dies else stack).enter_context(kit.served(source))
    return disclosed_by(stack, folder, sources_file(folder, address, seconds))


def disclosed_by(stack: ExitStack, folder: Path, sources: Path) -> tuple[verification_pb2.Disclosure, Client]:
    settings = local_settings(folder / "data", record_sources_file=sources)
    application = build(settings, matching=Matching(FakeBiometrics(), FakeGallery()))
    running = RunningServer(settings, application).start()
    stack.callback(running.stop)
    client = stack.enter_context(Client(running.address, desk=Desk(agency_code="H05.12", officer_id="an")))
    client.enrol(kit.KNOWN, PersonalData(full_name="Nguyễn Thị Thử"), [print_of("alice/RIGHT_INDEX/80")])
    context = client.new_context(procedure=PROCEDURE)
    answer = client.verify(kit.KNOWN, [print_of("alice/RIGHT_INDEX/81")], context)
    assert answer.decision == types_pb2.DECISION_MATCH
    return answer.disclosure, client


def test_the_owner_s_record_comes_with_its_provenance(stack: ExitStack, tmp_path: Path) -> None:
    disclosure, client = disclosed(stack, tmp_path, kit.reference())
    (record,) = [record for record in disclosure.records if record.record_type == kit.KIND]
    assert (record.source, record.version) == (types_pb2.RECORD_SOURCE_OWNER, 2)
    assert record.owning_agency == "Bảo hiểm xã hội Việt Nam"
    assert (record.provenance.source, record.provenance.key_id, record.provenance.cached) == ("insurer", "k1", False)
    assert list(disclosure.silent_sources) == []
    details = [event.details_json for event in client.audit_events()][-1]
    assert record.provenance.answer_sha256 in details


@pytest.mark.parametrize(
    ("source", "fault", "recourse"),
    [
        (kit.WrongPerson, types_pb2.SOURCE_FAULT_WRONG_PERSON, types_pb2.RECOURSE_CODE_PAPER),
        (kit.BadSignature, types_pb2.SOURCE_FAULT_SIGNATURE, types_pb2.RECOURSE_CODE_PAPER),
    ],
)
def test_one_that_lies_is_not_believed(
    stack: ExitStack, tmp_path: Path, source: type[ReferenceSource], fault: int, recourse: int
) -> None:
    disclosure, _ = disclosed(stack, tmp_path, source(kit.IDENTITY, kit.REGISTER))
    assert kit.KIND not in {record.record_type for record in disclosure.records}
    (silent,) = disclosure.silent_sources
    assert (silent.record_type, silent.source, silent.fault) == (kit.KIND, "Bảo hiểm xã hội tỉnh", fault)
    assert silent.recourses[0].code == recourse
    assert silent.paper
    assert silent.text_vi != silent.text_en
    assert all(way.text_vi != way.text_en for way in silent.recourses)


def test_one_that_is_slow_keeps_nobody_waiting(stack: ExitStack, tmp_path: Path) -> None:
    slow = kit.Slow()
    stack.callback(slow.free.set)
    disclosure, _ = disclosed(stack, tmp_path, slow.of(kit.reference()), 0.2)
    (silent,) = disclosure.silent_sources
    assert silent.fault == types_pb2.SOURCE_FAULT_SLOW
    assert [way.code for way in silent.recourses] == [types_pb2.RECOURSE_CODE_LATER, types_pb2.RECOURSE_CODE_PAPER]
    assert disclosure.assertion.jwt
    assert not slow.free.is_set()


def test_the_command_line_says_which_office_was_silent_and_what_to_do(stack: ExitStack, tmp_path: Path) -> None:
    disclosure, _ = disclosed(stack, tmp_path, kit.BadSignature(kit.IDENTITY, kit.REGISTER))
    console = Console(width=240, record=True, file=StringIO())
    for view in views.disclosure(disclosure):
        console.print(view)
    said = console.export_text()
    assert "Bảo hiểm xã hội tỉnh" in said
    assert "The office's signature is not right. " in said
    assert "Ask the citizen for the paper. Send the citizen to the office that keeps this record." in said


def test_one_that_dies_at_noon_takes_nothing_with_it(stack: ExitStack, tmp_path: Path) -> None:
    with ExitStack() as morning:
        address = morning.enter_context(kit.served(kit.reference()))
        disclosure, client = disclosed_by(stack, tmp_path, sources_file(tmp_path, address))
        assert kit.KIND in {record.record_type for record in disclosure.records}
    answer = client.verify(kit.KNOWN, [print_of("alice/RIGHT_INDEX/82")], client.new_context(procedure=PROCEDURE))
    assert answer.decision == types_pb2.DECISION_MATCH
    assert [silent.fault for silent in answer.disclosure.silent_sources] == [types_pb2.SOURCE_FAULT_UNREACHABLE]
    assert {record.record_type for record in answer.disclosure.records} == {
        record.record_type for record in disclosure.records
    } - {kit.KIND}


def test_one_that_died_is_said_to_be_out_of_reach(stack: ExitStack, tmp_path: Path) -> None:
    disclosure, _ = disclosed(stack, tmp_path, kit.reference(), 5.0, dies=True)
    (silent,) = disclosure.silent_sources
    assert silent.fault in {types_pb2.SOURCE_FAULT_UNREACHABLE, types_pb2.SOURCE_FAULT_SLOW}


def test_the_platform_s_record_comes_by_http(stack: ExitStack, tmp_path: Path) -> None:
    served = stack.enter_context(platform_kit.platform(kit.reference()))
    kit.public_keys(tmp_path)
    path = tmp_path / "sources.toml"
    head = f'[sources.insurer]\ntitle = "Bảo hiểm"\nrecord_types = ["{kit.KIND}"]\nkeys = "insurer.jwks.json"\n'
    path.write_text(f"{head}seconds = 30{platform_kit.way(tmp_path, served.address)}", encoding="utf-8")
    disclosure, _ = disclosed_by(stack, tmp_path, path)
    (record,) = [record for record in disclosure.records if record.record_type == kit.KIND]
    assert (record.source, record.provenance.source) == (types_pb2.RECORD_SOURCE_OWNER, "insurer")
    (asked,) = served.asked
    assert (asked["MaDVC"], asked["MaDonVi"], asked["MaCanBo"]) == (PROCEDURE, "H05.12", "an")


def test_a_source_of_a_type_that_nobody_knows_is_refused_at_the_start(tmp_path: Path) -> None:
    path = sources_file(tmp_path, "127.0.0.1:1")
    path.write_text(path.read_text(encoding="utf-8").replace(kit.KIND, "no_such_type"), encoding="utf-8")
    settings = local_settings(tmp_path / "data", record_sources_file=path)
    with pytest.raises(SettingsError, match="insurer: the catalogue has no record type no_such_type"):
        build(settings, matching=Matching(FakeBiometrics(), FakeGallery()))
