"""Stores and gallery folders that earlier versions wrote are opened by this one, and nothing in them is lost.

Each folder ``store_YEAR_MONTH`` was written by ``make_store.py`` with the version of that month.
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.longrunning import operations_pb2, operations_pb2_grpc

from idverify.client import verify_assertion
from idverify.v1 import (
    assertions_pb2,
    audit_pb2,
    enrolment_pb2,
    gallery_pb2,
    records_pb2,
    types_pb2,
    verification_pb2,
)
from matcher.formats.iso19794_2 import read_record, view_to_template
from matcher.search import folder as gallery_folder
from matcher.search.gallery import Gallery
from tests.e2e.harness import context, refusal
from tests.e2e.stubs import TESTING, Stubs
from tests.fakes import FakeClock
from tests.golden.make_store import DELETED, MOVED, number_of, serve
from tests.places import GOLDEN

STORES = sorted(folder.name for folder in GOLDEN.glob("store_*"))


@dataclass
class Town:
    """A store as it is served now, and what was told of it when it was written."""

    stubs: Stubs
    told: dict[str, Any]

    def asked(self, name: str, message: Any) -> Any:
        """Return a request as it was made then."""
        return _read(self.told["answered"][name]["request"], message)

    def answered(self, name: str, message: Any) -> Any:
        """Return the answer of then."""
        return _read(self.told["answered"][name]["answer"], message)

    def probe(self, person: int) -> types_pb2.FingerprintSample:
        """Return an impression that is not enrolled."""
        sample: types_pb2.FingerprintSample = self.asked(
            f"verify own {person}", verification_pb2.VerifyRequest
        ).samples[0]
        return sample


def _read(text: str, message: Any) -> Any:
    return message.FromString(base64.b64decode(text))


def told_of(store: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((GOLDEN / store / "told.json").read_text(encoding="utf-8"))
    return told


def copied(store: str, to: Path) -> Path:
    """Copy a data folder; git keeps no rights, which secrets need."""
    shutil.copytree(GOLDEN / store / "data", to)
    for secret in ("keys.json", "signing-keys.json"):
        (to / secret).chmod(0o600)
    return to


@pytest.fixture(scope="module", params=STORES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    running = serve(copied(request.param, tmp_path_factory.mktemp("upgrade") / "data"))
    with grpc.insecure_channel(running.address) as channel:
        yield Town(Stubs(channel), told_of(request.param))
    running.stop()


def test_there_are_stores_of_before() -> None:
    assert "store_2026_11" in STORES


@pytest.mark.parametrize("store", STORES)
def test_the_snapshot_is_used_and_what_came_after_it_is_added(
    store: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    serve(copied(store, tmp_path / "data")).stop()
    (restored,) = [record.__dict__ for record in caplog.records if record.message.startswith("gallery re")]
    assert (restored["message"], restored["added"], restored["removed"]) == ("gallery restored", 1, 0)


def test_the_trail_goes_on_unbroken(town: Town) -> None:
    trail = [[event.action, event.outcome, event.hash] for event in town.stubs.trail()]
    assert trail[: len(town.told["trail"])] == town.told["trail"]
    assert town.stubs.audit.CheckAuditTrail(audit_pb2.CheckAuditTrailRequest()).intact


def test_whoever_was_enrolled_is(town: Town) -> None:
    listed = town.stubs.enrolment.ListCitizens(enrolment_pb2.ListCitizensRequest(context=TESTING)).citizens
    assert {person.citizen_number: person.subject_id for person in listed} == town.told["people"]
    for person in listed:
        assert person.personal_data.full_name == f"Người Thử {int(person.citizen_number[-2:])}"


def test_everybody_is_verified_and_found_and_nobody_else(town: Town) -> None:
    people = {int(number[-2:]): subject_id for number, subject_id in town.told["people"].items()}
    assert len(people) == 6
    for person, subject_id in people.items():
        request = verification_pb2.VerifyRequest(
            context=context(), citizen_number=number_of(person), samples=[town.probe(person)]
        )
        assert town.stubs.verification.Verify(request).decision == types_pb2.DECISION_MATCH
        search = verification_pb2.IdentifyRequest(context=context(), sample=town.probe(person))
        assert [c.subject_id for c in town.stubs.verification.Identify(search).candidates] == [subject_id]
    other = verification_pb2.VerifyRequest(context=context(), citizen_number=number_of(0), samples=[town.probe(1)])
    assert town.stubs.verification.Verify(other).decision == types_pb2.DECISION_NO_MATCH


def test_the_deleted_stay_deleted(town: Town) -> None:
    assert number_of(DELETED) not in town.told["people"]
    request = verification_pb2.VerifyRequest(
        context=context(), citizen_number=number_of(DELETED), samples=[town.probe(DELETED)]
    )
    assert refusal(town.stubs.verification.Verify, request).reason == "SUBJECT_NOT_FOUND"
    search = verification_pb2.IdentifyRequest(context=context(), sample=town.probe(DELETED))
    assert not town.stubs.verification.Identify(search).candidates


def test_a_request_repeated_is_given_its_first_answer(town: Town) -> None:
    for name in town.told["answered"]:
        kind, _, about = name.partition(" ")
        if about.endswith(str(DELETED)):
            continue  # the answers went with the citizen
        if kind == "enrol":
            request = town.asked(name, enrolment_pb2.EnrolCitizenRequest)
            first = town.answered(name, enrolment_pb2.EnrolCitizenResponse)
            assert town.stubs.enrolment.EnrolCitizen(request) == first
        else:
            request = town.asked(name, verification_pb2.VerifyRequest)
            first = town.answered(name, verification_pb2.VerifyResponse)
            assert town.stubs.verification.Verify(request) == first


def test_the_newest_version_of_a_record_is_read(town: Town) -> None:
    request = records_pb2.GetRecordRequest(context=TESTING, citizen_number=number_of(0), record_type="residence")
    record = town.stubs.records.GetRecord(request).record
    assert (record.version, record.json) == (2, MOVED)


def test_the_result_of_an_operation_is_kept(town: Town) -> None:
    get = operations_pb2.GetOperationRequest(name=town.told["operation"])
    operation = operations_pb2_grpc.OperationsStub(town.stubs.channel).GetOperation(get)
    found = gallery_pb2.FindDuplicatesResponse()
    assert operation.response.Unpack(found)
    assert (found.people, found.pairs_found) == (5, 0)


def test_an_assertion_signed_before_the_keys_were_rotated_is_checked(town: Town) -> None:
    token = town.answered("verify own 0", verification_pb2.VerifyResponse).disclosure.assertion.jwt
    keys = town.stubs.assertions.GetKeySet(assertions_pb2.GetKeySetRequest())
    header = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
    assert header["kid"] != keys.active_key_id
    claims = verify_assertion(
        token,
        keys.jwks_json,
        issuer=town.told["issuer"],
        audience="H05.12",
        now=FakeClock().time.timestamp(),
    )
    assert claims["sub"]


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("mapped", [False, True])
def test_a_gallery_folder_is_read_and_searched(store: str, mapped: bool) -> None:
    segments = gallery_folder.read(GOLDEN / store / "gallery", Gallery().index_id, mapped=mapped)
    gallery = Gallery(segments=segments)
    assert (len(gallery), gallery.segments) == (83, 2)
    assert 3 not in gallery
    for person in (0, 1, 2, 4):
        told = told_of(store)["answered"][f"verify own {person}"]["request"]
        sample = _read(told, verification_pb2.VerifyRequest).samples[0]
        probe = view_to_template(read_record(sample.iso_19794_2_2005))
        (hit, *_) = gallery.search(probe, limit=1).hits
        assert (hit.entry_id, hit.group, hit.label) == (2 * person, f"Người {2 * person}", 1)
