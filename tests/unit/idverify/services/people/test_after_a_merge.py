"""What was given under an entry that another absorbed: it is the citizen's, to see and to take back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import Confirmation, Consent, DuplicateCheck, FingerPosition, Ground, VirtualNumber
from idverify.services.counter.confirmations import Issued, Meant, Wanted
from idverify.services.counter.live import Shown
from idverify.services.verification import Verified
from tests.fakes import sample
from tests.service_kit import AN, BINH, BUSINESS, Answers, World, prints_of, refused, told
from tests.unit.idverify.services.counter.counter_kit import Counter
from tests.unit.idverify.services.people.test_merging import merge

INDEX, THUMB = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_THUMB
AGENCY = "H05.12"
BOTH = pytest.mark.parametrize("number", [AN, BINH])


class Twice:
    """An is enrolled as Bình too, consented as Bình, and has a confirmation and a virtual number; then merged."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self.world.enrol(AN, prints_of("an", INDEX))
        call = self.world.call("EnrolCitizen")
        self.world.enrol(BINH, prints_of("an", INDEX, THUMB), call=call, check=DuplicateCheck.REPORT)
        self.counter = Counter(self.world)
        self.counter.start(BINH, procedure_code=BUSINESS, dossier_code="HS-9", agency_code=AGENCY)
        self.counter.capture(sample("an/RIGHT_INDEX/75"))
        self.counter.agree()
        done = self.counter.authenticate(BINH)
        self.consent_id = done.consent_id
        disclosure = told(done.verified.disclosure)
        stated = {"agency_code": AGENCY, "dossier_code": "HS-9", "procedure_code": BUSINESS}
        self.shown = Shown(disclosure.assertion.jwt, BINH, "")
        answers = Answers()
        issuing = self.counter.call("IssueConfirmation", **stated)
        self.world.confirmations.issue(issuing, Wanted(self.shown, disclosure.records, None), answers)
        issued: Issued = answers.given[-1]
        self.confirmation_id = issued.confirmation_id
        self.virtual = self.made_virtual()
        merge(self.world)

    def made_virtual(self) -> VirtualNumber:
        made: list[VirtualNumber | None] = []

        def keep(verified: Verified, number: VirtualNumber | None) -> bytes:
            del verified
            made.append(number)
            return b"answer"

        prints = prints_of("an", INDEX, quality=61)
        self.world.virtual.create(
            self.world.call("CreateVirtualNumber"), BINH, prints, None, one_time=False, encode=keep
        )
        assert made[0] is not None
        return made[0]

    def withdraw(self, number: str) -> Consent:
        answers = Answers()
        self.world.consents.withdraw(self.world.call("WithdrawConsent"), number, self.consent_id, answers)
        consent: Consent = answers.given[-1]
        return consent

    def verify_on_it(self) -> Ground:
        stated = {"procedure_code": BUSINESS, "agency_code": AGENCY, "consent_ref": self.consent_id}
        call = self.counter.call("Verify", **stated)
        return told(self.world.verify(BINH, [sample("an/RIGHT_INDEX/81")], call=call).disclosure).ground


@pytest.fixture
def twice(tmp_path: Path) -> Iterator[Twice]:
    twice = Twice(tmp_path)
    yield twice
    twice.world.store.close()


@BOTH
def test_consent_is_listed_and_withdrawn_by_either_number(twice: Twice, number: str) -> None:
    assert [each.consent_id for each in twice.counter.consents(number)] == [twice.consent_id]
    assert twice.withdraw(number).withdrawn is not None
    details = twice.world.trail()[-1].entry.details
    assert details == {"consent": twice.consent_id, "revoked": [twice.confirmation_id]}
    with refused(Reason.CONSENT_WITHDRAWN):
        twice.verify_on_it()


def test_consent_still_covers_whoever_gave_it(twice: Twice) -> None:
    assert twice.verify_on_it() is Ground.CONSENT


def test_consent_of_somebody_else_stays_somebody_elses(twice: Twice) -> None:
    twice.world.enrol("001099000777", prints_of("chi", INDEX))
    with refused(Reason.CONSENT_NOT_FOUND):
        twice.withdraw("001099000777")
    assert twice.counter.consents("001099000777") == []


@BOTH
def test_confirmations_are_revoked_by_either_number(twice: Twice, number: str) -> None:
    answers = Answers()
    call = twice.counter.call("RevokeConfirmations")
    twice.world.confirmations.revoke(call, Meant(citizen_number=number), answers)
    revoked: list[Confirmation] = answers.given[-1]
    assert [each.confirmation_id for each in revoked] == [twice.confirmation_id]


@BOTH
def test_virtual_numbers_are_listed_and_revoked_by_either_number(twice: Twice, number: str) -> None:
    listed = twice.world.virtual.of(twice.world.call("ListVirtualNumbers"), number)
    assert [each.number for each in listed] == [twice.virtual.number]
    answers = Answers()
    twice.world.virtual.revoke(twice.world.call("RevokeVirtualNumber"), number, answers)
    assert answers.given == [1]
    with refused(Reason.VIRTUAL_NUMBER_REVOKED):
        twice.world.verify(twice.virtual.number, prints_of("an", INDEX, quality=65))
