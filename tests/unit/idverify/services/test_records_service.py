"""Records, the audit trail's reader, and work on samples alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, Decision, Record, RequestContext, Role
from tests.fakes import sample
from tests.service_kit import AN, BINH, BIRTH, RESIDENCE, World, encode, refused

IDENTITY_OF_BINH = (
    f'{{"citizen_number": "{BINH}", "full_name": "Trần Thị Bình", "birth_date": "1984-02-01", "sex": "F", '
    '"nationality": "Việt Nam"}'
)
OTHER = '{"permanent_address": {"province": "Hà Nội", "commune": "Hoàn Kiếm"}}'


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


def stored_version(world: World) -> int:
    return world.records.get(world.call("GetRecord"), AN, "residence").version


def test_a_record_comes_back_as_it_was_put(world: World) -> None:
    subject_id = world.enrol(AN)
    world.put(AN, "residence", RESIDENCE)
    record = world.records.get(world.call("GetRecord"), AN, "residence")
    assert (record.json, record.version, record.owning_agency) == (RESIDENCE, 1, "Bộ Công an")
    told = [(e.entry.outcome, e.entry.subject_id, e.entry.details) for e in world.trail()[1:]]
    details = {"record_type": "residence", "version": 1}
    assert told == [("STORED", subject_id, details), ("READ", subject_id, details)]


def test_versions(world: World) -> None:
    world.enrol(AN)
    with refused(Reason.VERSION_MISMATCH):
        world.put(AN, "residence", RESIDENCE, 1)
    world.put(AN, "residence", RESIDENCE, 0)
    world.put(AN, "residence", OTHER, 1)
    with pytest.raises(DomainError) as error:
        world.put(AN, "residence", RESIDENCE, 1)
    assert (error.value.reason, error.value.metadata) == (Reason.VERSION_MISMATCH, {"current_version": "2"})
    world.put(AN, "residence", RESIDENCE)
    assert stored_version(world) == 3
    refusals = [e.entry.details for e in world.trail() if e.entry.outcome == "REFUSED"]
    assert refusals == [{"reason": "VERSION_MISMATCH"}] * 2


@pytest.mark.parametrize("expected", [None, 0])
def test_a_record_is_put_once(world: World, expected: int | None) -> None:
    world.enrol(AN)
    call = world.call("PutRecord", "content")

    def put(_: int) -> bytes:
        return world.records.put(call, AN, "residence", RESIDENCE, expected, encode)

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(put, range(8)))
    assert len(answers) == 1
    assert stored_version(world) == 1
    assert [e.entry.outcome for e in world.trail()] == ["ENROLLED", "STORED", *["REPEATED"] * 7, "READ"]


def test_refusals(world: World) -> None:
    world.enrol(AN)
    for number, record_type, text, reason in (
        ("1", "residence", RESIDENCE, Reason.IDENTIFIER_MALFORMED),
        ("027084000998", "residence", RESIDENCE, Reason.SUBJECT_NOT_FOUND),
        (AN, "tax", RESIDENCE, Reason.RECORD_TYPE_NOT_FOUND),
        (AN, "residence", "{}", Reason.RECORD_INVALID),
        (AN, "residence", "{", Reason.RECORD_INVALID),
    ):
        with refused(reason):
            world.put(number, record_type, text)
    with refused(Reason.RECORD_NOT_FOUND):
        world.records.get(world.call("GetRecord"), AN, "residence")
    with refused(Reason.RECORD_TYPE_NOT_FOUND):
        world.records.get(world.call("GetRecord"), AN, "tax")
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.records.get(world.call("GetRecord"), "027084000998", "residence")
    told = [e.entry.details.get("reason") for e in world.trail()[1:]]
    assert told == ["SUBJECT_NOT_FOUND", "RECORD_NOT_FOUND", "SUBJECT_NOT_FOUND"]


def test_a_record_of_another_person_is_refused_and_changes_nothing(world: World) -> None:
    subject_id = world.enrol(AN)
    with pytest.raises(DomainError) as error:
        world.put(AN, "identity", IDENTITY_OF_BINH)
    assert error.value.reason is Reason.RECORD_DISAGREES
    assert error.value.metadata == {"record_type": "identity", "fields": "citizen_number,full_name,sex"}
    assert not any(text in str(error.value) for text in (BINH, "Bình"))
    with refused(Reason.RECORD_NOT_FOUND):
        world.records.get(world.call("GetRecord"), AN, "identity")
    (event,) = [e.entry for e in world.trail() if e.entry.action == "PutRecord"]
    assert (event.outcome, event.subject_id, event.details) == ("REFUSED", subject_id, {"reason": "RECORD_DISAGREES"})


def test_a_disputed_record_is_kept_and_told_and_disclosed_to_nobody(world: World) -> None:
    world.enrol(AN)
    call = world.call("PutRecord")
    world.records.put(call, AN, "identity", IDENTITY_OF_BINH, None, encode, store_disputed=True)
    fields = ("citizen_number", "full_name", "sex")
    assert world.records.get(world.call("GetRecord"), AN, "identity").disputed == fields
    given = world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/70")], call=world.call("Verify", procedure_code=BIRTH))
    disclosure = given.disclosure
    assert disclosure is not None
    assert [(d.record_type, d.disputed, d.paper) for d in disclosure.disputed] == [
        ("identity", fields, "Bản sao thẻ căn cước")
    ]
    assert [m.record_type for m in disclosure.missing] == ["identity", "residence"]
    assert (disclosure.records, disclosure.replaced_papers) == ((), ())
    assert [e.entry.details.get("disputed") for e in world.trail()[1:]] == [list(fields), list(fields), ["identity"]]


def test_a_record_stored_before_anybody_compared_is_not_disclosed_either(world: World) -> None:
    subject_id = world.enrol(AN)
    with world.store.transaction() as uow:
        married = '{"status": "single", "full_name": "Trần Thị Bình"}'
        uow.records.put(subject_id, Record("civil_status_marriage", "BTP", married, "", 1, world.clock.now()))
    given = world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/70")], call=world.call("Verify", procedure_code=BIRTH))
    disclosure = given.disclosure
    assert disclosure is not None
    assert [d.record_type for d in disclosure.disputed] == ["civil_status_marriage"]
    assert [r.record_type for r in disclosure.records] == ["identity"]
    assert "civil_status_marriage" not in {m.record_type for m in disclosure.missing}, "the procedure can do without"


def test_records_go_with_the_citizen(world: World) -> None:
    world.enrol(AN)
    world.put(AN, "residence", RESIDENCE)
    world.delete(AN)
    world.enrol(AN)
    with refused(Reason.RECORD_NOT_FOUND):
        world.records.get(world.call("GetRecord"), AN, "residence")


def test_the_trail_is_read_by_pages_and_by_subject(world: World) -> None:
    subject_id = world.enrol(AN)
    world.citizens.page(world.call("ListCitizens", caller="counter-8"), 1, "")
    caller = Caller("counter-7", frozenset({Role.COUNTER}))
    world.audit.denied(caller, "DeleteCitizen", Reason.CLIENT_NOT_AUTHORIZED, RequestContext("r"))
    world.audit.denied(None, "Verify", Reason.CLIENT_UNKNOWN, RequestContext())
    call = world.call("ListAuditEvents")
    first, token = world.audit.page(call, 3, "", None)
    second, end = world.audit.page(call, 3, token, None)
    assert [e.sequence for e in (*first, *second)] == [1, 2, 3, 4]
    assert end == ""
    assert [(e.entry.caller, e.entry.outcome) for e in (*first, *second)] == [
        ("counter-7", "ENROLLED"),
        ("counter-8", "READ"),
        ("counter-7", "DENIED"),
        ("unknown", "DENIED"),
    ]
    assert [e.sequence for e in world.audit.page(call, 0, "", subject_id)[0]] == [1]
    with refused(Reason.PAGE_TOKEN_INVALID):
        world.audit.page(call, 3, "x", None)


def test_two_samples_are_compared_on_the_record(world: World) -> None:
    call = world.call("CompareFingerprints")
    same = world.samples.compare(call, sample("an/x/80"), sample("an/x/80"), None)
    other = world.samples.compare(call, sample("an/x/80"), sample("binh/x/80"), 1e-3)
    poor = world.samples.compare(call, sample("an/x/80"), sample("binh/x/20"), None)
    decisions = [Decision.MATCH, Decision.NO_MATCH, Decision.INCONCLUSIVE]
    assert [same.decision, other.decision, poor.decision] == decisions
    assert other.operating_point.target_fmr == 1e-3
    assert [e.entry.outcome for e in world.trail()] == [d.value for d in decisions]
    with refused(Reason.FIELD_INVALID):
        world.samples.compare(call, sample("an/x/80"), sample("an/x/80"), 0.5)
    with refused(Reason.SAMPLE_QUALITY_LOW):
        world.samples.compare(call, sample("an/x/80"), sample("an/x/3"), None)


def test_a_poor_sample_has_a_quality_but_no_template(world: World) -> None:
    call = world.call("CheckQuality")
    assert world.samples.check_quality(call, sample("an/x/3")).quality.usable is False
    with refused(Reason.SAMPLE_QUALITY_LOW):
        world.samples.extract(call, sample("an/x/3"))
    assert world.samples.extract(call, sample("an/x/80")).iso_minutiae == b"FMRan/x/80"
    assert world.trail() == []
