"""Verification: the decision, what it discloses, and that nothing is lost or done twice."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from idverify.domain.assurance import BY_FINGER, SINGLE_BIOMETRIC
from idverify.domain.errors import Reason
from idverify.domain.model import Decision, Features, FingerPosition, Likeness, RecordSource, RequestContext, Sample
from idverify.ports import Prepared
from idverify.services.verification import MOST_PROBES
from tests.fakes import FakeBiometrics, PastDeadline, sample
from tests.service_kit import AN, BINH, BIRTH, ISSUER, RESIDENCE, Answers, World, encode, prints_of, refused, told

INDEX, THUMB, RING = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_THUMB, FingerPosition.LEFT_RING
UNKNOWN = FingerPosition.UNKNOWN


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


class MeasuredBiometrics(FakeBiometrics):
    """Every comparison has the same outcome, and independent fingers multiply."""

    fmr = 1e-3

    def compare(self, probe: Prepared, references: Sequence[Prepared]) -> Likeness:
        return Likeness(self.fmr, -10 * math.log10(self.fmr))


def with_fmr(world: World, fmr: float) -> None:
    biometrics = MeasuredBiometrics()
    biometrics.fmr = fmr
    world.verification = replace(world.verification, biometrics=biometrics)


def test_the_right_person_matches_and_another_does_not(world: World) -> None:
    subject_id = world.enrol(AN, prints_of("an", INDEX, THUMB))
    genuine = world.verify(AN, prints_of("an", INDEX))
    impostor = world.verify(AN, prints_of("binh", INDEX))
    assert (genuine.decision, impostor.decision) == (Decision.MATCH, Decision.NO_MATCH)
    assert genuine.next_best == ()
    assert impostor.next_best == (THUMB,)
    assert genuine.disclosure is impostor.disclosure is None
    match, no_match = (e.entry for e in world.trail()[1:])
    assert (match.outcome, match.subject_id) == ("MATCH", subject_id)
    assert (no_match.outcome, no_match.subject_id) == ("NO_MATCH", subject_id)
    assert no_match.details == {
        "target_fmr": 1e-4,
        "score": 3.0,
        "comparator": "fake-comparator",
        "calibration": "fake-calibration",
        "fingers": ["RIGHT_INDEX"],
        "quality": 80,
    }


def test_a_poor_probe_does_not_speak_against_anybody(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX, THUMB))
    assert world.verify(AN, prints_of("binh", INDEX, quality=20)).decision is Decision.INCONCLUSIVE
    assert world.verify(AN, prints_of("an", INDEX, quality=20)).decision is Decision.MATCH
    assert [e.entry.outcome for e in world.trail()[1:]] == ["INCONCLUSIVE", "MATCH"]


def test_a_poor_enrolled_finger_speaks_against_nobody_until_a_good_impression_is_enrolled(world: World) -> None:
    world.enrol(AN, [*prints_of("an", INDEX, quality=20), *prints_of("an", THUMB)])
    poor = world.verify(AN, prints_of("binh", INDEX))
    assert poor.decision is poor.fingers[0].decision is Decision.INCONCLUSIVE
    assert poor.next_best == (THUMB,)
    assert world.verify(AN, prints_of("binh", THUMB)).decision is Decision.NO_MATCH
    world.enrolment.add(world.call("AddFingerprints"), AN, prints_of("an", INDEX), encode)
    assert world.verify(AN, prints_of("binh", INDEX)).decision is Decision.NO_MATCH


def test_one_good_finger_is_enough_to_say_no(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX, THUMB))
    poor_and_good = [*prints_of("binh", INDEX, quality=20), *prints_of("binh", THUMB)]
    answer = world.verify(AN, poor_and_good)
    assert [f.decision for f in answer.fingers] == [Decision.INCONCLUSIVE, Decision.NO_MATCH]
    assert answer.decision is Decision.NO_MATCH
    assert world.verify(AN, prints_of("binh", INDEX, THUMB, quality=20)).decision is Decision.INCONCLUSIVE


def test_a_probe_of_no_stated_finger_pays_for_trying_all(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX, THUMB, RING))
    with_fmr(world, 1e-3)
    for position in (None, UNKNOWN):
        tried = world.verify(AN, [sample("an/RIGHT_INDEX/80", position)])
        assert told(tried.likeness).fmr == pytest.approx(1 - (1 - 1e-3) ** 3)
    assert told(world.verify(AN, prints_of("an", INDEX)).likeness).fmr == pytest.approx(1e-3)


def test_several_fingers_make_one_decision(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX, THUMB))
    with_fmr(world, 5e-3)
    both = world.verify(AN, prints_of("an", INDEX, THUMB), 1e-4)
    assert [f.decision for f in both.fingers] == [Decision.NO_MATCH, Decision.NO_MATCH]
    assert both.decision is Decision.MATCH
    assert told(both.likeness).fmr == pytest.approx(2.5e-5)


def test_one_print_under_two_names_is_not_two_pieces_of_evidence(world: World) -> None:
    """Against a finger of unknown position every probe is compared with the same impression."""
    world.enrol(AN, [sample("an/RIGHT_INDEX/80", UNKNOWN)])
    with_fmr(world, 5e-3)
    twice = [sample("x/x/80", INDEX), sample("x/x/80", THUMB)]
    answer = world.verify(AN, twice, 1e-4)
    assert told(answer.likeness).fmr == pytest.approx(1 - (1 - 5e-3) ** 2)
    assert answer.decision is Decision.NO_MATCH


def test_the_procedure_decides_how_strict(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    with_fmr(world, 5e-5)
    strict = world.call("Verify", procedure_code="1.000894")
    assert world.verify(AN, prints_of("an", INDEX), 1e-2).decision is Decision.MATCH
    answer = world.verify(AN, prints_of("an", INDEX), 1e-2, call=strict)
    assert answer.decision is Decision.NO_MATCH
    assert answer.operating_point.target_fmr == 1e-5


@pytest.mark.parametrize(
    ("number", "prints", "target", "procedure", "reason"),
    [
        ("1", prints_of("an", INDEX), None, "", Reason.IDENTIFIER_MALFORMED),
        (BINH, prints_of("an", INDEX), None, "", Reason.SUBJECT_NOT_FOUND),
        (AN, prints_of("an", INDEX), None, "9.999999", Reason.PROCEDURE_NOT_FOUND),
        (AN, prints_of("an", INDEX), 0.5, "", Reason.FIELD_INVALID),
        (AN, [], None, "", Reason.FIELD_MISSING),
        (AN, prints_of("an", *[INDEX] * (MOST_PROBES + 1)), None, "", Reason.FINGER_COUNT_EXCEEDED),
        (AN, prints_of("an", INDEX, INDEX), None, "", Reason.FINGER_DUPLICATED),
        (AN, [*prints_of("an", INDEX), sample("an/x/80", None)], None, "", Reason.FIELD_MISSING),
        (AN, [*prints_of("an", INDEX), sample("an/x/80", UNKNOWN)], None, "", Reason.FIELD_INVALID),
        (AN, prints_of("an", RING), None, "", Reason.FINGER_NOT_ENROLLED),
        (AN, [sample("nonsense")], None, "", Reason.SAMPLE_INVALID),
        (AN, prints_of("an", INDEX, quality=3), None, "", Reason.SAMPLE_QUALITY_LOW),
    ],
)
def test_refusals_are_not_decisions(
    world: World, number: str, prints: list[Sample], target: float | None, procedure: str, reason: Reason
) -> None:
    subject_id = world.enrol(AN, prints_of("an", INDEX, THUMB))
    before = world.state()
    with refused(reason):
        world.verify(number, prints, target, call=world.call("Verify", procedure_code=procedure))
    assert world.state() == before
    concerned = {
        Reason.SUBJECT_NOT_FOUND: "",
        Reason.FINGER_NOT_ENROLLED: subject_id,
        Reason.SAMPLE_QUALITY_LOW: subject_id,
    }
    told = [(e.entry.outcome, e.entry.subject_id, e.entry.details) for e in world.trail()[1:]]
    expected = [("REFUSED", concerned[reason], {"reason": reason.code})] if reason in concerned else []
    assert told == expected


def test_a_finger_that_is_not_enrolled_costs_no_extraction(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    extractions = world.biometrics.extractions
    with refused(Reason.FINGER_NOT_ENROLLED):
        world.verify(AN, prints_of("an", RING))
    assert world.biometrics.extractions == extractions


def test_a_match_for_a_procedure_discloses_what_it_may_see(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    world.put(AN, "residence", RESIDENCE)
    call = world.call("Verify", procedure_code=BIRTH, dossier_code="H05.12-260105-0001", agency_code="H05.12")
    answer = world.verify(AN, prints_of("an", INDEX), call=call)
    disclosure = answer.disclosure
    assert disclosure is not None
    identity, residence = disclosure.records
    assert json.loads(residence.json) == {"permanent_address": {"province": "Bắc Ninh", "commune": "Kinh Bắc"}}
    assert disclosure.missing == (), "the marriage record is not required"
    assert [each.paper for each in disclosure.missing_optional] == ["Giấy chứng nhận kết hôn của cha mẹ"]
    assert disclosure.replaced_papers == ("Bản sao thẻ căn cước", "Giấy xác nhận thông tin về cư trú")
    claims = world.claims(disclosure.assertion.jwt)
    assert (claims["iss"], claims["aud"], claims["jti"]) == (ISSUER, "H05.12", disclosure.assertion.assertion_id)
    assert claims["txn"] == answer.transaction_id == call.context.transaction_id != ""
    assert (claims["amr"], claims["missing"]) == (["fpt"], [])
    assert (claims["acr"], disclosure.factors) == (SINGLE_BIOMETRIC, BY_FINGER)
    of_identity, digest = (hashlib.sha256(r.json.encode()).hexdigest() for r in (identity, residence))
    assert claims["records"] == [
        {"type": "identity", "agency": ISSUER, "version": 1, "sha256": of_identity, "source": "enrolment"},
        {"type": "residence", "agency": "Bộ Công an", "version": 1, "sha256": digest},
    ]
    assert disclosure.assertion.expires.timestamp() == claims["exp"] == world.clock.now().timestamp() + 300
    details = world.trail()[-1].entry.details
    assert details["assertion"] == claims["jti"]
    assert (details["disclosed"], details["missing"]) == (["identity:enrolment:1", "residence:1"], [])


def test_what_nobody_has_is_missing_with_its_paper(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    disclosure = world.verify(AN, prints_of("an", INDEX), call=world.call("Verify", procedure_code=BIRTH)).disclosure
    assert disclosure is not None
    (missing,) = disclosure.missing
    assert (missing.record_type, missing.title) == ("residence", "Thông tin cư trú")
    assert missing.paper == "Giấy xác nhận thông tin về cư trú"
    assert world.claims(disclosure.assertion.jwt)["missing"] == ["residence"]


def test_the_identity_of_enrolment_serves_until_the_register_has_its_own(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    call = world.call("Verify", procedure_code=BIRTH)
    enrolled = world.verify(AN, prints_of("an", INDEX), call=call).disclosure
    assert enrolled is not None
    (identity,) = enrolled.records
    assert (identity.source, identity.owning_agency) == (RecordSource.ENROLMENT, ISSUER)
    said = {"citizen_number": AN, "full_name": "Nguyễn Văn An", "birth_date": "1984-02-01", "sex": "M"}
    assert json.loads(identity.json) == said
    assert identity.absent == ("nationality", "ethnicity")
    world.put(AN, "identity", json.dumps(said | {"nationality": "Việt Nam"}))
    superseded = world.verify(AN, prints_of("an", INDEX), call=world.call("Verify", procedure_code=BIRTH)).disclosure
    assert superseded is not None
    (identity,) = superseded.records
    assert (identity.source, identity.owning_agency) == (RecordSource.REGISTER, "Bộ Công an")
    assert json.loads(identity.json) == said | {"nationality": "Việt Nam"}
    assert identity.absent == ("ethnicity",)
    assert world.trail()[-1].entry.details["disclosed"] == ["identity:1"]


def test_the_subject_is_another_one_for_every_audience(world: World) -> None:
    subject_id = world.enrol(AN, prints_of("an", INDEX))
    subjects = {}
    for agency, caller in (("H05.12", "a"), ("H05.13", "a"), ("", "a"), ("", "b"), ("H05.12", "b")):
        call = world.call("Verify", procedure_code=BIRTH, agency_code=agency, caller=caller)
        disclosure = world.verify(AN, prints_of("an", INDEX), call=call).disclosure
        assert disclosure is not None
        claims = world.claims(disclosure.assertion.jwt)
        assert claims["aud"] == (agency or caller)
        subjects[agency, caller] = claims["sub"]
    assert len(set(subjects.values())) == 4
    assert subjects["H05.12", "a"] == subjects["H05.12", "b"]
    assert subject_id not in subjects.values()


@pytest.mark.parametrize("quality", [80, 20])
def test_without_a_match_nothing_is_disclosed(world: World, quality: int) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    world.put(AN, "residence", RESIDENCE)
    call = world.call("Verify", procedure_code=BIRTH)
    assert world.verify(AN, prints_of("binh", INDEX, quality=quality), call=call).disclosure is None
    assert "disclosed" not in world.trail()[-1].entry.details


def test_a_repeated_request_gets_the_first_answer_and_the_same_assertion(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    call, answers = world.call("Verify", "content", procedure_code=BIRTH), Answers()

    def verify(_: int) -> bytes:
        return world.verification.verify(call, AN, prints_of("an", INDEX), None, answers)

    first = verify(0)
    events, extractions = len(world.trail()), world.biometrics.extractions
    world.put(AN, "residence", RESIDENCE)
    world.clock.advance(3600)
    assert verify(1) == first
    put, repeated = world.trail()[events:]
    assert (put.entry.outcome, repeated.entry.outcome) == ("STORED", "REPEATED")
    assert repeated.entry.subject_id == put.entry.subject_id
    assert repeated.entry.details == {"first_event": 2}
    assert (world.biometrics.extractions, len(answers.given)) == (extractions, 1)


def test_an_answer_is_given_again_for_a_day_and_nothing_is_done_twice(world: World) -> None:
    """What a record held then must not be had for ever by who kept a request id."""
    world.enrol(AN, prints_of("an", INDEX))
    world.put(AN, "residence", RESIDENCE)
    call, answers = world.call("Verify", "content", procedure_code=BIRTH), Answers()

    def verify() -> bytes:
        return world.verification.verify(call, AN, prints_of("an", INDEX), None, answers)

    first = verify()
    world.clock.advance(3600)
    assert world.store.expire_replies(world.clock.now() - timedelta(hours=24)) == 0
    assert verify() == first
    world.clock.advance(86_400)
    world.put(AN, "residence", RESIDENCE)
    assert (
        world.store.expire_replies(world.clock.now() - timedelta(hours=24)) == 3
    )  # of enrolment, record, verification
    with refused(Reason.REQUEST_REPLAYED):
        verify()
    assert len(answers.given) == 1
    assert world.trail()[-1].entry.details == {"reason": "REQUEST_REPLAYED"}
    assert world.store.expire_replies(world.clock.now() - timedelta(hours=24)) == 0


def test_of_requests_at_the_same_moment_one_is_decided(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    call = world.call("Verify", "content", procedure_code=BIRTH)
    with ThreadPoolExecutor(4) as pool:
        answers = set(
            pool.map(lambda _: world.verification.verify(call, AN, prints_of("an", INDEX), None, encode), range(8))
        )
    assert len(answers) == 1
    assert [e.entry.outcome for e in world.trail()] == ["ENROLLED", "MATCH", *["REPEATED"] * 7]


def test_a_refusal_is_not_remembered(world: World) -> None:
    call = world.call("Verify", "content")
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.verify(AN, prints_of("an", INDEX), call=call)
    world.enrol(AN, prints_of("an", INDEX))
    assert world.verify(AN, prints_of("an", INDEX), call=call).decision is Decision.MATCH


def test_who_is_deleted_while_being_compared_is_not_verified(world: World) -> None:
    subject_id = world.enrol(AN, prints_of("an", INDEX))

    class Deleting(FakeBiometrics):
        def fuse(self, fingers: Sequence[Likeness]) -> Likeness:
            world.delete(AN)
            return super().fuse(fingers)

    world.verification = replace(world.verification, biometrics=Deleting())
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.verify(AN, prints_of("an", INDEX), call=world.call("Verify", procedure_code=BIRTH))
    last = world.trail()[-1].entry
    assert (last.outcome, last.subject_id) == ("REFUSED", subject_id)


def test_a_signer_that_fails_leaves_no_decision(world: World, tmp_path: Path) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    (tmp_path / "signing.json").unlink()
    with pytest.raises(FileNotFoundError):
        world.verify(AN, prints_of("an", INDEX), call=world.call("Verify", procedure_code=BIRTH))
    assert [e.entry.outcome for e in world.trail()] == ["ENROLLED"]


def test_comparing_never_holds_the_database(world: World) -> None:
    """Extraction and comparison take seconds: somebody else must be able to write meanwhile."""
    world.enrol(AN, prints_of("an", INDEX))
    world.enrol(BINH, prints_of("binh", INDEX))

    class Writing(FakeBiometrics):
        def extract(self, sample: Sample) -> Features:
            world.audit.denied(None, "EXTRACT", Reason.CLIENT_UNKNOWN, RequestContext())
            return super().extract(sample)

        def compare(self, probe: Prepared, references: Sequence[Prepared]) -> Likeness:
            world.audit.denied(None, "COMPARE", Reason.CLIENT_UNKNOWN, RequestContext())
            return super().compare(probe, references)

        def fuse(self, fingers: Sequence[Likeness]) -> Likeness:
            world.audit.denied(None, "FUSE", Reason.CLIENT_UNKNOWN, RequestContext())
            return super().fuse(fingers)

    biometrics = Writing()
    world.verification = replace(world.verification, biometrics=biometrics)
    world.enrolment = replace(world.enrolment, biometrics=biometrics)
    world.identification = replace(world.identification, biometrics=biometrics)
    world.samples = replace(world.samples, biometrics=biometrics)
    world.verify(AN, prints_of("an", INDEX))
    world.identify(sample("an/RIGHT_INDEX/80"))
    world.enrolment.add(world.call("AddFingerprints"), AN, prints_of("an", THUMB), encode)
    world.samples.compare(world.call("CompareFingerprints"), sample("a/x/80"), sample("a/x/80"), None)


def test_a_caller_who_has_gone_costs_nothing(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    extractions = world.biometrics.extractions
    with refused(Reason.DEADLINE_EXCEEDED):
        world.verify(AN, prints_of("an", INDEX), call=world.call("Verify", deadline=PastDeadline()))
    assert world.biometrics.extractions == extractions
    assert len(world.trail()) == 1


def test_each_print_is_made_ready_once(world: World) -> None:
    """Also one whose finger nobody knows, which every probe is compared with."""
    world.enrol(AN, [*prints_of("an", INDEX, INDEX, THUMB), *prints_of("an", UNKNOWN), *prints_of("an", RING)])
    before = world.biometrics.preparations
    assert world.verify(AN, prints_of("an", INDEX, THUMB)).decision is Decision.MATCH
    probes, compared = 2, 4
    assert world.biometrics.preparations - before == probes + compared
