"""By which ground something is disclosed: a law, or the citizen's consent, in one call as in a search."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import Decision, Disclosure, Ground, Verdict
from tests.fakes import sample
from tests.service_kit import AN, BINH, BIRTH, BUSINESS, RESIDENCE, World, encode, refused, told
from tests.unit.idverify.services.counter.counter_kit import Counter


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.enrol(AN)
    world.put(AN, "residence", RESIDENCE)
    return world


def verified(world: World, quality: int = 80, **context: Any) -> Disclosure:
    call = world.call("Verify", **context)
    answer = world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/{quality}")], call=call)
    assert answer.decision is Decision.MATCH
    return told(answer.disclosure)


def identified(world: World, quality: int = 80, **context: Any) -> Disclosure:
    found = world.identify(sample(f"{AN}/RIGHT_INDEX/{quality}"), call=world.call("Identify", **context))
    assert found.decision is Decision.MATCH
    return told(found.disclosure)


WAYS = pytest.mark.parametrize("ask", [verified, identified])


def papers(world: World) -> int:
    with world.store.reading() as view:
        return sum(count.papers_saved for count in view.disclosures.between("0000-01", "9999-12"))


@WAYS
def test_without_consent_who_it_is_is_told_and_nothing_else(world: World, ask: Any) -> None:
    given = ask(world, procedure_code=BUSINESS)
    assert (given.ground, given.legal_basis, given.records, given.replaced_papers) == (Ground.NONE, "", (), ())
    assert [list(outcome.refused()) for outcome in given.outcomes] == [[Verdict.CONSENT_MISSING]] * 2
    assert [outcome.record_type for outcome in given.missing] == ["identity"]
    claims = world.claims(given.assertion.jwt)
    assert (claims["records"], claims["missing"]) == ([], ["identity"])
    details = world.trail()[-1].entry.details
    assert (details["ground"], details["disclosed"]) == ("NONE", [])
    assert details["trace"] == ["identity:CONSENT_MISSING", "residence:CONSENT_MISSING"]
    assert papers(world) == 0


@WAYS
def test_consent_that_is_kept_elsewhere_is_the_client_s_affair(world: World, ask: Any) -> None:
    given = ask(world, procedure_code=BUSINESS, consent_ref="phieu-7")
    assert (given.ground, len(given.records)) == (Ground.CONSENT_ELSEWHERE, 2)
    assert world.trail()[-1].entry.details["ground"] == "CONSENT_ELSEWHERE"
    assert world.claims(given.assertion.jwt)["consent_ref"] == "phieu-7"
    assert papers(world) == 2


@WAYS
def test_a_law_is_stated_and_asks_for_no_consent(world: World, ask: Any) -> None:
    given = ask(world, procedure_code=BIRTH)
    assert given.ground is Ground.LAW
    assert given.legal_basis.startswith("Luật Hộ tịch")
    assert world.trail()[-1].entry.details["ground"] == "LAW"


@pytest.mark.parametrize("purpose", ["INVESTIGATION", "TRANSFER"])
@WAYS
def test_no_procedure_is_for_a_purpose_of_another_kind(world: World, ask: Any, purpose: str) -> None:
    given = ask(world, procedure_code=BIRTH, purpose=purpose)
    assert given.records == ()
    assert {verdict for outcome in given.outcomes for verdict in outcome.refused()} == {Verdict.PURPOSE}


def test_consent_of_a_transaction_counts_until_it_is_withdrawn(world: World) -> None:
    counter = Counter(world)
    counter.start(AN, procedure_code=BUSINESS)
    counter.capture(sample(f"{AN}/RIGHT_INDEX/70"))
    counter.agree()
    done = counter.authenticate()
    assert told(done.verified.disclosure).ground is Ground.CONSENT
    named = {"procedure_code": BUSINESS, "consent_ref": done.consent_id}
    for quality, ask in ((71, verified), (72, identified)):
        assert ask(world, quality, **named).ground is Ground.CONSENT
    world.enrol(BINH)
    with refused(Reason.CONSENT_INVALID):
        call = world.call("Verify", **named)  # type: ignore[arg-type]
        world.verify(BINH, [sample(f"{BINH}/RIGHT_INDEX/70")], call=call)
    world.consents.withdraw(world.call("WithdrawConsent"), AN, done.consent_id, encode)
    for quality, ask in ((73, verified), (74, identified)):
        with refused(Reason.CONSENT_WITHDRAWN):
            ask(world, quality, **named)
