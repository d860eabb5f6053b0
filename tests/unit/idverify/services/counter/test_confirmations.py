"""What a dossier keeps: issued from a live assertion, checked offline, revoked on the next read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from idverify.client import (
    AssertionRejectedError,
    Rejection,
    present,
    status_list_uri,
    verify_assertion,
    verify_confirmation,
)
from idverify.domain.assertions.disclosable import Disclosable
from idverify.domain.assertions.status_list import SIZE, packed
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ChangeReason, CitizenState, Confirmation, Disclosure, Entitlement, Role
from idverify.services.calls.call import Call
from idverify.services.counter.confirmations import MOST_LISTS, Issued, Meant, Wanted
from idverify.services.counter.live import Shown
from idverify.trust.signing import rotate_signing_key
from tests.contract.store_kit import KEYS
from tests.fakes import sample
from tests.peer_verifiers import verified_by_npm, verified_by_pypi
from tests.service_kit import AN, BINH, BIRTH, ISSUER, RESIDENCE, Answers, World, refused, told
from tests.unit.idverify.services.counter.counter_kit import Counter

AGENCY, DOSSIER = "H05.12", "000.00.01.H22-260105-0001"


@dataclass
class Desk:
    """A counter with a citizen who was just verified."""

    world: World
    subject_id: str
    given: Disclosure
    folder: Path

    @property
    def keys(self) -> str:
        return self.world.signer.key_set()[0]

    @property
    def jwt(self) -> str:
        return self.given.assertion.jwt

    def call(self, method: str = "IssueConfirmation", **changes: Any) -> Call:
        context = {"agency_code": AGENCY, "dossier_code": DOSSIER, "procedure_code": BIRTH} | changes
        return self.world.call(method, **context)

    def another(self) -> str:
        """Return an assertion that names no consent."""
        call = self.world.call("Verify", procedure_code=BIRTH, agency_code=AGENCY)
        return told(self.world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/82")], call=call).disclosure).assertion.jwt

    def issue(self, call: Call | None = None, **changes: Any) -> Issued:
        answers = Answers()
        whose = {name: changes.pop(name) for name in ("assertion", "citizen_number", "subject_id") if name in changes}
        shown = replace(Shown(self.jwt, AN, ""), **whose)
        wanted = replace(Wanted(shown, self.given.records, None), **changes)
        self.world.confirmations.issue(call or self.call(), wanted, answers)
        issued: Issued = answers.given[-1]
        return issued

    def revoke(self, call: Call | None = None, **meant: str) -> list[str]:
        answers = Answers()
        self.world.confirmations.revoke(call or self.world.call("RevokeConfirmation"), Meant(**meant), answers)
        revoked: list[Confirmation] = answers.given[-1]
        return [each.confirmation_id for each in revoked]

    def check(self, token: str, status: str | None = None, **changes: Any) -> dict[str, Any]:
        now: dict[str, Any] = {"issuer": ISSUER, "now": self.world.clock.now().timestamp()}
        listed = self.world.confirmations.status_list(0) if status is None else status
        return verify_confirmation(token, changes.pop("keys", self.keys), listed, **now | changes)

    def reason(self, token: str, status: str | None = None, **changes: Any) -> Rejection:
        with pytest.raises(AssertionRejectedError) as error:
            self.check(token, status, **changes)
        return error.value.reason


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    world = World(tmp_path)
    subject_id = world.enrol(AN)
    world.put(AN, "residence", RESIDENCE)
    call = world.call("Verify", procedure_code=BIRTH, agency_code=AGENCY, consent_ref="phieu-7")
    answer = world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/80")], call=call)
    return Desk(world, subject_id, told(answer.disclosure), tmp_path)


def cause(error: pytest.ExceptionInfo[DomainError]) -> str:
    assert error.value.reason is Reason.ASSERTION_INVALID
    return error.value.metadata["cause"]


def test_it_says_what_the_assertion_said_and_lives_as_long_as_the_dossier(desk: Desk) -> None:
    issued = desk.issue()
    claims = desk.check(issued.sd_jwt, audience=AGENCY, dossier=DOSSIER)
    before = desk.world.claims(desk.jwt)
    same = ("iss", "aud", "sub", "auth_time", "amr", "acr", "txn", "vn_proc", "bio", "records", "missing")
    assert {name: claims[name] for name in same} == {name: before[name] for name in same}
    assert (claims["assertion"], claims["jti"]) == (before["jti"], issued.confirmation_id)
    assert (claims["vn_dossier"], claims["consent_ref"]) == (DOSSIER, "phieu-7")
    assert claims["exp"] - claims["iat"] == 90 * 86_400 == (issued.expires.timestamp() - claims["iat"])
    assert set(claims["attributes"]) == {"identity", "residence"}
    desk.world.clock.advance(89 * 86_400)
    less = present(issued.sd_jwt, ["attributes/residence/permanent_address"])
    assert desk.check(less)["attributes"]["residence"].keys() == {"permanent_address"}
    event = next(e.entry for e in desk.world.trail() if e.entry.outcome == "CONFIRMED")
    assert event.subject_id == desk.subject_id
    assert event.details == {"confirmation": issued.confirmation_id, "assertion": before["jti"], "days": 90}


def test_a_repeated_request_issues_nothing_more(desk: Desk) -> None:
    call = desk.call()
    desk.issue(call)
    answers = Answers()
    desk.world.confirmations.issue(call, Wanted(Shown(desk.jwt, AN, ""), desk.given.records, None), answers)
    assert answers.given == []


def test_attributes_that_would_be_disclosed_no_longer_are_not_confirmed_either(desk: Desk) -> None:
    call = desk.call()
    less = replace(call, caller=replace(call.caller, entitlements=(Entitlement(BIRTH, frozenset({"land"})),)))
    with refused(Reason.ASSERTION_INVALID) as error:
        desk.issue(less)
    assert error.value.metadata == {"cause": "RECORD"}
    desk.issue(less, records=())


def test_by_subject_without_records_for_a_few_days(desk: Desk) -> None:
    issued = desk.issue(citizen_number="", subject_id=desk.subject_id, records=(), days=3)
    claims = desk.check(issued.sd_jwt)
    assert "attributes" not in claims
    assert claims["exp"] - claims["iat"] == 3 * 86_400
    desk.world.clock.advance(3 * 86_400 + 31)
    assert desk.reason(issued.sd_jwt) is Rejection.EXPIRED


@pytest.mark.parametrize("days", [91, 4000])
def test_no_longer_than_ninety_days(desk: Desk, days: int) -> None:
    with refused(Reason.FIELD_INVALID):
        desk.issue(days=days)


def test_only_a_live_assertion_of_this_service_for_this_caller_about_this_citizen(desk: Desk) -> None:
    desk.world.enrol(BINH)
    before = desk.world.state()
    faults: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("AUDIENCE", {"agency_code": "H05.13"}, {}),
        ("AUDIENCE", {"agency_code": ""}, {}),
        ("PROCEDURE", {"procedure_code": "1.000001"}, {}),
        ("SUBJECT", {}, {"citizen_number": BINH}),
        ("SUBJECT", {}, {"citizen_number": "027184009999"}),  # nobody's: in the same words
        ("SUBJECT", {}, {"citizen_number": "", "subject_id": "nobody"}),
        ("RECORD", {}, {"records": (replace(desk.given.records[0], sha256="0" * 64),)}),
        ("RECORD", {}, {"records": desk.given.records * 2}),
        ("CONSENT", {"consent_ref": "phieu-8"}, {}),
        *(("NOT_OURS", {}, {"assertion": token}) for token in ("", "a.b.c", "e30.e30.e30", desk.jwt[:-1], "é" * 9)),
        ("NOT_OURS", {}, {"assertion": desk.issue().sd_jwt.partition("~")[0]}),
    ]
    for expected, context, changes in faults:
        with pytest.raises(DomainError) as error:
            desk.issue(desk.call(**context), **changes)
        assert cause(error) == expected
        assert desk.world.trail()[-1].entry.details["reason"] == "ASSERTION_INVALID"
    assert desk.world.state() == before
    desk.world.clock.advance(300)
    with pytest.raises(DomainError) as error:
        desk.issue()
    assert cause(error) == "EXPIRED"


def test_an_assertion_of_a_dossier_is_confirmed_for_that_one(desk: Desk) -> None:
    world = desk.world
    call = world.call("Verify", procedure_code=BIRTH, agency_code=AGENCY, dossier_code="another")
    answer = world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/81")], call=call)
    with pytest.raises(DomainError) as error:
        desk.issue(assertion=told(answer.disclosure).assertion.jwt)
    assert cause(error) == "DOSSIER"
    desk.issue(desk.call(dossier_code="another", procedure_code=""), assertion=told(answer.disclosure).assertion.jwt)


def test_what_is_revoked_is_in_the_next_status_list(desk: Desk) -> None:
    one, other = desk.issue(), desk.issue(desk.call())
    earlier = desk.world.confirmations.status_list(0)
    assert desk.revoke(confirmation_id=one.confirmation_id) == [one.confirmation_id]
    assert desk.revoke(confirmation_id=one.confirmation_id) == []
    assert desk.reason(one.sd_jwt) is Rejection.REVOKED
    desk.check(other.sd_jwt)
    desk.check(one.sd_jwt, earlier)
    assert [e.entry.outcome for e in desk.world.trail()].count("REVOKED") == 1


def test_who_may_revoke_which(desk: Desk) -> None:
    issued = desk.issue()
    stranger = desk.world.call("RevokeConfirmation", caller="another", roles=frozenset({Role.COUNTER}))
    with refused(Reason.CONFIRMATION_NOT_FOUND):
        desk.revoke(stranger, confirmation_id=issued.confirmation_id)
    with refused(Reason.CONFIRMATION_NOT_FOUND):
        desk.revoke(confirmation_id="none")
    for meant in ({"consent_ref": "phieu-7"}, {"citizen_number": AN}):
        again = desk.world.call("RevokeConfirmation", caller="another", roles=frozenset({Role.COUNTER}))
        assert desk.revoke(again, **meant) == []
    admin = desk.world.call("RevokeConfirmation", caller="another", roles=frozenset({Role.ADMIN}))
    assert desk.revoke(admin, citizen_number=AN) == [issued.confirmation_id]


def test_revoked_with_what_they_rest_on(desk: Desk) -> None:
    by_consent = desk.issue()
    elsewhere = desk.issue(desk.call(consent_ref="phieu-8"), assertion=desk.another())
    assert desk.revoke(consent_ref="phieu-7") == [by_consent.confirmation_id]
    assert desk.reason(by_consent.sd_jwt) is Rejection.REVOKED
    desk.check(elsewhere.sd_jwt)
    desk.world.delete(AN)
    assert desk.reason(elsewhere.sd_jwt) is Rejection.REVOKED
    with desk.world.store.reading() as view:
        kept = view.confirmations.get(elsewhere.confirmation_id)
        assert (told(kept).revoked, told(kept).consent_ref) == (True, "")


@pytest.mark.parametrize("stated", ["", "anything"])
def test_a_confirmation_does_not_escape_the_consent_of_its_assertion(tmp_path: Path, stated: str) -> None:
    world = World(tmp_path)
    subject_id = world.enrol(AN)
    counter = Counter(world)
    counter.start(AN, agency_code=AGENCY)
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    counter.agree()
    done = counter.authenticate()
    desk = Desk(world, subject_id, told(done.verified.disclosure), tmp_path)
    if stated:
        with pytest.raises(DomainError) as error:
            desk.issue(desk.call(consent_ref=stated), records=())
        assert cause(error) == "CONSENT"
    issued = desk.issue(records=())
    assert desk.check(issued.sd_jwt)["consent_ref"] == done.consent_id
    world.consents.withdraw(world.call("WithdrawConsent", caller="counter-7"), AN, done.consent_id, Answers())
    assert desk.reason(issued.sd_jwt) is Rejection.REVOKED
    with refused(Reason.CONSENT_WITHDRAWN):
        desk.issue(records=())


def test_a_consent_that_the_caller_adds_must_cover_the_act(desk: Desk) -> None:
    desk.world.enrol(BINH)
    counter = Counter(desk.world)
    counter.start(BINH)
    counter.capture(sample(f"{BINH}/RIGHT_INDEX/80"))
    counter.agree()
    consent_id = counter.authenticate(BINH).consent_id
    with refused(Reason.CONSENT_INVALID):
        desk.issue(desk.call(consent_ref=consent_id), assertion=desk.another(), records=())


@pytest.mark.parametrize(
    ("state", "why", "reason"),
    [
        (CitizenState.DEACTIVATED, ChangeReason.MISUSE_SUSPECTED, Reason.SUBJECT_DEACTIVATED),
        (CitizenState.DECEASED, ChangeReason.DEATH_REGISTERED, Reason.SUBJECT_DECEASED),
    ],
)
def test_nothing_is_confirmed_of_whom_nothing_is_verified(
    desk: Desk, state: CitizenState, why: ChangeReason, reason: Reason
) -> None:
    desk.world.change_state(AN, state, why)
    with refused(reason):
        desk.issue()


def test_one_assertion_confirms_one_dossier(desk: Desk) -> None:
    first = desk.issue()
    with pytest.raises(DomainError) as error:
        desk.issue(desk.call(dossier_code="another"))
    assert cause(error) == "DOSSIER"
    assert desk.check(desk.issue().sd_jwt)["assertion"] == desk.check(first.sd_jwt)["assertion"]
    desk.issue(desk.call(dossier_code="another"), assertion=desk.another(), records=())


def test_offline_faults_of_a_confirmation(desk: Desk) -> None:
    token, world = desk.issue().sd_jwt, desk.world
    assert desk.reason(token, issuer="another") is Rejection.ISSUER_WRONG
    assert desk.reason(token, audience="H05.13") is Rejection.AUDIENCE_WRONG
    assert desk.reason(token, dossier="another") is Rejection.AUDIENCE_WRONG
    assert desk.reason(f"{token}{token.split('~')[1]}~") is Rejection.DISCLOSURE_INVALID
    assert desk.reason(f"{desk.jwt}~") is Rejection.TYPE_WRONG
    with pytest.raises(AssertionRejectedError):
        verify_assertion(token, desk.keys, issuer=ISSUER, audience=AGENCY, now=world.clock.now().timestamp())
    claims = {k: v for k, v in desk.check(token).items() if k not in {"bio", "records", "attributes"}}
    faults: list[tuple[dict[str, Any], Rejection]] = [
        ({"exp": claims["iat"] + 91 * 86_400}, Rejection.LIFETIME_TOO_LONG),
        ({"status": {}}, Rejection.CLAIM_INVALID),
        ({"status": {"status_list": {"idx": -1, "uri": "x"}}}, Rejection.CLAIM_INVALID),
        ({"vct": "urn:idverify:vct:assertion"}, Rejection.TYPE_WRONG),
        ({"status": Disclosable(claims["status"])}, Rejection.CLAIM_INVALID),
    ]
    for change, reason in faults:
        assert desk.reason(world.signer.sign_sd_jwt(claims | change)) is reason


def _changes(*changes: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    return changes


def test_without_a_status_list_that_can_be_relied_on_it_is_not_known(desk: Desk) -> None:
    token, signer = desk.issue().sd_jwt, desk.world.signer
    good = desk.world.claims(desk.world.confirmations.status_list(0))
    assert status_list_uri(token, desk.keys) == good["sub"] == f"{ISSUER}/status-lists/0"
    lists = [
        "",
        desk.jwt,
        desk.world.confirmations.status_list(1),
        *(
            signer.sign_status_list({**good, **change})
            for change in _changes(
                {"exp": good["iat"] - 31},
                {"iss": "another"},
                {"status_list": {"bits": 2, "lst": packed([])}},
                {"status_list": {"bits": 1, "lst": "AAAA"}},
                {"status_list": {"bits": 1, "lst": "é"}},
                {"status_list": []},
            )
        ),
    ]
    for listed in lists:
        assert desk.reason(token, listed) is Rejection.STATUS_UNKNOWN
    desk.world.clock.advance(86_400 + 31)
    fresh = signer.sign_status_list(good)
    assert desk.reason(token, fresh) is Rejection.STATUS_UNKNOWN


def test_a_list_is_small_and_has_its_bits(desk: Desk) -> None:
    assert len(packed(range(0, SIZE, 997))) < 2000
    with refused(Reason.FIELD_INVALID):
        desk.world.confirmations.status_list(MOST_LISTS)


def test_the_key_that_signed_it_stays_known(desk: Desk) -> None:
    token = desk.issue().sd_jwt
    for _ in range(3):
        rotate_signing_key(desk.folder / "signing.json", KEYS, desk.world.clock.now())
    desk.world.clock.advance(timedelta(days=90).total_seconds() - 1)
    assert desk.check(token)["vn_dossier"] == DOSSIER


def test_other_implementations_agree(desk: Desk) -> None:
    issued, now = desk.issue(), desk.world.clock.now().timestamp()
    token, listed = present(issued.sd_jwt, ["bio"]), desk.world.confirmations.status_list(0)
    assert verified_by_pypi(token, desk.keys) == desk.check(token)
    desk.revoke(confirmation_id=issued.confirmation_id)
    assert verified_by_npm(token, desk.keys, now, listed) == desk.check(token, listed)
    with pytest.raises(ValueError, match="Status"):
        verified_by_npm(token, desk.keys, now, desk.world.confirmations.status_list(0))
