"""Transactions and consents, on every kind of store."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import (
    AttestedCapture,
    AuditEntry,
    Capture,
    Confirmation,
    Consent,
    ConsentGiven,
    ConsentGiver,
    ConsentManner,
    DisclosureCount,
    DocumentKind,
    ExceptionReason,
    FingerPosition,
    Language,
    Outcome,
    PadDecision,
    PadSaid,
    Presence,
    PresenceCount,
    PresenceKind,
    RequestContext,
    SeenDocument,
    SignIn,
    SignInState,
    Slip,
    SlipState,
    Transaction,
    Vouching,
)
from idverify.domain.vouching.slip_numbers import new_slip_number, serial_of
from idverify.storage.failures import ReadOnlyViewError
from idverify.storage.store import SqlStore
from tests.contract.store_kit import NOW, TEMPLATE, Intruder, enrol, feature
from tests.fakes import NoDeadline

VOUCHING = Vouching(
    ExceptionReason.INJURED,
    "băng tay",
    (SeenDocument(DocumentKind.PASSPORT, "ab" * 32),),
    "CB-1",
    "cd" * 32,
    "CB-2",
    "c2",
)
GIVEN = ConsentGiven("consent-1:1", Language.VI, "ab" * 32, ConsentManner.SPOKEN, ConsentGiver.CITIZEN, "CB-1", NOW)


def transaction(subject_id: str = "") -> Transaction:
    attested = AttestedCapture("scanner-1", PadSaid(PadDecision.UNDECIDED, "temperature"))
    captures = (
        Capture(replace(feature(FingerPosition.LEFT_THUMB), marks=(b"\0\x01",)), "ab" * 32, attested),
        Capture(feature(), "", AttestedCapture("scanner-1", None)),
        Capture(replace(feature(), position=None), "cd" * 32),
    )
    return Transaction(
        str(uuid.uuid4()),
        "counter-7",
        RequestContext(procedure_code="1.001193", officer_id="CB-1"),
        "nonce",
        "0a",
        NOW,
        NOW + timedelta(minutes=15),
        3,
        subject_id,
        (FingerPosition.LEFT_THUMB,),
        captures,
        (FingerPosition.RIGHT_INDEX,),
        GIVEN,
        in_vain=2,
        vouching=VOUCHING,
        slip_number="1" * 18,
    )


def consent(subject_id: str) -> Consent:
    return Consent(str(uuid.uuid4()), subject_id, "counter-7", "1.001193", ("residence", "identity"), GIVEN)


def confirmation(subject_id: str, *, client: str = "counter-7", consent_ref: str = "phieu-7") -> Confirmation:
    return Confirmation(str(uuid.uuid4()), subject_id, client, consent_ref, NOW + timedelta(days=90))


def confirmed(store: SqlStore, *given: Confirmation) -> list[int]:
    with store.transaction() as uow:
        return [uow.confirmations.add(each) for each in given]


@pytest.mark.parametrize("known", [True, False])
def test_a_transaction_comes_back_as_it_was(store: SqlStore, known: bool) -> None:
    kept = transaction(enrol(store) if known else "")
    with store.transaction() as uow:
        uow.transactions.put(kept)
    for _ in range(2):
        with store.reading() as view:
            assert view.transactions.get(kept.transaction_id) == kept
            assert view.transactions.get("another") is None
        kept = replace(kept, outcome=Outcome.ABANDONED, captures=(), consent=None)
        with store.transaction() as uow:
            uow.transactions.put(kept)


def test_only_open_ones_are_overdue_and_only_ended_ones_are_forgotten(store: SqlStore) -> None:
    running, done = transaction(), replace(transaction(), outcome=Outcome.EXPIRED)
    late = NOW + timedelta(minutes=16)
    with store.transaction() as uow:
        uow.transactions.put(running)
        uow.transactions.put(done)
    with store.reading() as view:
        assert view.transactions.overdue(running.expires - timedelta(seconds=1), 10) == []
        assert view.transactions.overdue(running.expires, 10) == [running]
        assert view.transactions.any_before(late)
        assert not view.transactions.any_before(NOW)
    with store.transaction() as uow:
        uow.transactions.forget(late)
    with store.reading() as view:
        assert view.transactions.get(done.transaction_id) is None
        assert view.transactions.get(running.transaction_id) == running


def sign_in(**fields: Any) -> SignIn:
    name = str(uuid.uuid4())
    digests = (f"request {name}".encode(), b"number")
    made = SignIn(name, *digests, "portal", "027199000001", "1.001193", NOW, NOW + timedelta(minutes=10), 5)
    return replace(made, **fields)


def test_a_sign_in_comes_back_as_it_was_by_either_name_and_once(store: SqlStore) -> None:
    kept = sign_in()
    proven: dict[str, Any] = {
        "polled": NOW,
        "transaction_id": "t",
        "subject_id": "s",
        "assertion": "a.b.c",
        "interval": 10,
    }
    for each in (kept, replace(kept, state=SignInState.PROVEN, **proven)):
        with store.transaction() as uow:
            uow.sign_ins.put(each)
            assert uow.sign_ins.get(each.sign_in_id) == each
        with store.reading() as view:
            assert view.sign_ins.asked_by(each.request_digest) == each
            assert view.sign_ins.asked_by(b"another") is None
    with store.transaction() as uow:
        uow.sign_ins.remove(kept.sign_in_id)
        assert uow.sign_ins.get(kept.sign_in_id) is None


def test_sign_ins_are_found_by_number_while_they_have_time_and_forgotten_after(store: SqlStore) -> None:
    first, late = sign_in(), sign_in(expires=NOW + timedelta(minutes=1))
    other = sign_in(number_digest=b"another number", client="other")
    with store.transaction() as uow:
        for each in (first, late, other):
            uow.sign_ins.put(each)
    after = NOW + timedelta(minutes=2)
    with store.reading() as view:
        assert view.sign_ins.of_number(b"number", NOW) == [late, first]
        assert view.sign_ins.of_number(b"number", after) == [first]
        assert (view.sign_ins.open_of("portal", NOW), view.sign_ins.open_of("portal", after)) == (2, 1)
        assert not view.sign_ins.any_before(NOW)
        assert view.sign_ins.any_before(after)
        writes: list[Callable[[], object]] = [
            lambda: view.sign_ins.put(first),
            lambda: view.sign_ins.remove("any"),
            lambda: view.sign_ins.forget(NOW),
        ]
        for write in writes:
            with pytest.raises(RuntimeError):
                write()
    with store.transaction() as uow:
        uow.sign_ins.forget(after)
        assert [each for each in (first, late, other) if uow.sign_ins.get(each.sign_in_id) is None] == [late]


def test_nothing_of_a_sign_in_is_readable_and_none_is_made_anothers(store: SqlStore, intruder: Intruder) -> None:
    one, two = sign_in(assertion="a.secret.c"), sign_in()
    with store.transaction() as uow:
        uow.sign_ins.put(one)
        uow.sign_ins.put(two)
    with intruder.engine.begin() as connection:
        rows = repr([tuple(row) for row in connection.execute(text("SELECT * FROM sign_ins"))])
        assert all(secret not in rows for secret in ("027199000001", "1.001193", "secret"))
        stolen = {"digest": b"my own request", "name": one.sign_in_id}
        connection.execute(text("UPDATE sign_ins SET request_digest = :digest WHERE sign_in_id = :name"), stolen)
    with store.reading() as view, pytest.raises(StoredDataError):
        view.sign_ins.asked_by(b"my own request")


def test_both_go_with_the_citizen(store: SqlStore) -> None:
    subject_id = enrol(store)
    begun, agreed = transaction(subject_id), consent(subject_id)
    with store.transaction() as uow:
        uow.transactions.put(begun)
        uow.consents.add(agreed)
    with store.transaction() as uow:
        uow.subjects.delete(subject_id)
        with pytest.raises(DomainError) as caught:
            uow.transactions.put(begun)
        assert caught.value.reason is Reason.SUBJECT_NOT_FOUND
    with store.reading() as view:
        assert view.transactions.get(begun.transaction_id) is None
        assert view.consents.get(agreed.consent_id) is None


def test_consents_come_back_oldest_first_and_are_withdrawn_once(store: SqlStore) -> None:
    subject_id = enrol(store)
    agreed = [consent(subject_id) for _ in range(3)]
    with store.transaction() as uow:
        for one in agreed:
            uow.consents.add(one)
    with store.transaction() as uow:
        uow.consents.withdraw(agreed[1].consent_id, NOW)
        uow.consents.withdraw(agreed[1].consent_id, NOW + timedelta(days=1))
        with pytest.raises(DomainError) as caught:
            uow.consents.withdraw("another", NOW)
        assert caught.value.reason is Reason.CONSENT_NOT_FOUND
    with store.reading() as view:
        assert view.consents.of(subject_id) == [agreed[0], replace(agreed[1], withdrawn=NOW), agreed[2]]


def test_a_withdrawal_taken_back_in_the_database_is_noticed(store: SqlStore, intruder: Intruder) -> None:
    subject_id = enrol(store)
    agreed = consent(subject_id)
    with store.transaction() as uow:
        uow.consents.add(agreed)
    with intruder.engine.connect() as connection:
        (body,) = connection.execute(text("SELECT body_sealed FROM consents")).one()
    with store.transaction() as uow:
        uow.consents.withdraw(agreed.consent_id, NOW)
    with intruder.engine.begin() as connection:
        connection.execute(text("UPDATE consents SET version = 1, body_sealed = :body"), {"body": body})
    with store.reading() as view:
        assert view.audit.compare_rows(_NoDeadline(), add_up=True) != []


def test_confirmations_are_numbered_and_revoked_by_what_is_meant(store: SqlStore) -> None:
    one, other = enrol(store), enrol(store, "027184000777")
    kept = [confirmation(one), confirmation(one, client="b"), confirmation(other, consent_ref=""), confirmation(other)]
    places = confirmed(store, *kept)
    assert places == sorted(set(places))
    with store.transaction() as uow:
        assert uow.confirmations.revoke(subject_id=one, client="b") == [kept[1]]
        assert uow.confirmations.revoke(subject_id=one, client="b") == []
        assert uow.confirmations.revoke(consent_ref="phieu-7", client="counter-7") == [kept[0], kept[3]]
        assert uow.confirmations.revoke(confirmation_id=kept[2].confirmation_id) == [kept[2]]
        with pytest.raises(ValueError, match="which"):
            uow.confirmations.revoke()
    with store.reading() as view:
        assert view.confirmations.revoked(places[0], places[-1]) == places
        assert view.confirmations.revoked(places[1], places[1]) == [places[1]]
        assert view.confirmations.get(kept[1].confirmation_id) == replace(kept[1], revoked=True)
        assert view.confirmations.get("another") is None
        assert view.audit.compare_rows(_NoDeadline(), add_up=True) == []


def test_a_confirmation_outlives_its_citizen_revoked(store: SqlStore) -> None:
    kept = confirmation(enrol(store))
    (place,) = confirmed(store, kept)
    with store.transaction() as uow:
        uow.subjects.delete(kept.subject_id)
        with pytest.raises(DomainError) as caught:
            uow.confirmations.add(confirmation(kept.subject_id))
        assert caught.value.reason is Reason.SUBJECT_NOT_FOUND
    with store.reading() as view:
        assert view.confirmations.get(kept.confirmation_id) == replace(kept, consent_ref="", revoked=True)
        assert view.confirmations.revoked(place, place) == [place]
        assert view.audit.compare_rows(_NoDeadline(), add_up=True) == []


@pytest.mark.parametrize(
    "change",
    [
        *("version = 1", "ordinal = ordinal + 50000", "confirmation_id = 'x'", "subject_id = 'x'"),
        *("consent_ref = ''", "client = 'x'", "expires = '2027-01-01T00:00:00.000000+00:00'"),
    ],
)
def test_a_revocation_taken_back_in_the_database_is_noticed(store: SqlStore, intruder: Intruder, change: str) -> None:
    kept = confirmation(enrol(store))
    confirmed(store, kept)
    with store.transaction() as uow:
        uow.confirmations.revoke(confirmation_id=kept.confirmation_id)
    with store.reading() as view:
        assert view.audit.compare_rows(_NoDeadline(), add_up=True) == []
    with intruder.engine.begin() as connection:
        connection.execute(text(f"UPDATE confirmations SET {change}"))
    with store.reading() as view:
        assert view.audit.compare_rows(_NoDeadline(), add_up=True) != []


def test_nothing_of_either_is_readable(store: SqlStore, intruder: Intruder) -> None:
    subject_id = enrol(store)
    with store.transaction() as uow:
        uow.transactions.put(transaction())
        uow.consents.add(consent(subject_id))
    tables = ("transactions", "consents")
    with intruder.engine.connect() as connection:
        rows = [row for name in tables for row in connection.execute(text(f"SELECT * FROM {name}"))]
    everything = repr([tuple(row) for row in rows])
    assert all(secret not in everything for secret in (TEMPLATE.decode(), "CB-1", "SPOKEN", "1.001193"))


def test_disclosures_are_added_up(store: SqlStore) -> None:
    for month in ("2026-01", "2026-02", "2026-01"):
        with store.transaction() as uow:
            uow.disclosures.count(DisclosureCount(month, "1.001193", "", "residence", 1, 1))
    with store.reading() as view:
        assert view.disclosures.between("2026-01", "2026-01") == [
            DisclosureCount("2026-01", "1.001193", "", "residence", 2, 2)
        ]
        with pytest.raises(RuntimeError):
            view.disclosures.count(DisclosureCount("2026-01", "1.001193", "", "residence", 1, 1))


def test_a_view_writes_neither(store: SqlStore) -> None:
    subject_id = enrol(store)
    with store.reading() as view:
        writes: list[Callable[[], object]] = [
            lambda: view.transactions.put(transaction()),
            lambda: view.transactions.forget(NOW),
            lambda: view.consents.add(consent(subject_id)),
            lambda: view.consents.withdraw("any", NOW),
            lambda: view.confirmations.add(confirmation(subject_id)),
            lambda: view.confirmations.revoke(subject_id=subject_id),
        ]
        for write in writes:
            with pytest.raises(RuntimeError):
                write()


class _NoDeadline:
    def check(self) -> None:
        """Never raises."""

    def seconds_left(self) -> float:
        return 60.0


def presence(subject_id: str, kind: PresenceKind = PresenceKind.EXCEPTION) -> Presence:
    paper = kind is PresenceKind.SLIP
    return Presence(
        str(uuid.uuid4()),
        subject_id,
        kind,
        NOW,
        "counter-7",
        "" if paper else "counter-8",
        ("CB-1", "CB-2"),
        "H05.12",
        "1.001193",
        "HS-1",
        VOUCHING.documents,
        None if paper else ExceptionReason.INJURED,
        "giấy hẹn",
        "0001" if paper else "",
        "ab" * 32 if paper else "",
    )


def test_presences_come_back_as_they_were_and_go_with_their_citizen(store: SqlStore, intruder: Intruder) -> None:
    subject_id = enrol(store)
    kept = [presence(subject_id), presence(subject_id, PresenceKind.SLIP)]
    with store.transaction() as uow:
        for each in kept:
            uow.presences.add(each)
    with store.reading() as view:
        assert view.presences.of(subject_id) == kept
        assert view.presences.of("another") == []
        for write in (view.presences.add, view.presences.count):
            with pytest.raises(ReadOnlyViewError):
                write(None)  # type: ignore[arg-type]
    for (sealed,) in intruder.ask("SELECT body_sealed FROM presences"):
        assert "giấy hẹn".encode() not in bytes(sealed)
    with store.transaction() as uow:
        uow.subjects.delete(subject_id)
    with store.reading() as view:
        assert view.presences.of(subject_id) == []


def test_presences_are_counted_by_day_and_told_by_month(store: SqlStore) -> None:
    first = PresenceCount("2026-01-31", "1.001193", "H05", "CB-1", "CB-2", PresenceKind.EXCEPTION, "INJURED", 1)
    later = replace(first, period="2026-02-01")
    with store.transaction() as uow:
        for each in (first, first, replace(first, period="2026-01-30"), later, replace(first, officer_id="CB-3")):
            uow.presences.count(each)
    with store.reading() as view:
        told = view.presences.between("2026-01", "2026-02")
        assert told == [
            replace(first, period="2026-01", count=3),
            replace(first, period="2026-01", officer_id="CB-3"),
            replace(first, period="2026-02"),
        ]
        assert view.presences.between("2026-02", "2026-12") == told[2:]
        assert view.presences.of_officer("2026-01-31", "H05", "CB-2") == 3
        assert view.presences.of_officer("2026-01-31", "H05", "CB-1") == 2
        assert view.presences.of_officer("2026-01-31", "H06", "CB-1") == 0


def test_slips_are_sealed_counted_and_changed_once(store: SqlStore, intruder: Intruder) -> None:
    issued = [Slip(new_slip_number(n), "H05" if n < 3 else "H06", "counter-7", NOW) for n in (1, 2, 3)]
    with store.transaction() as uow:
        for slip in issued:
            uow.slips.add(slip)
    changed = [
        issued[0].reconciled("subject", NOW).confirmed("transaction"),
        issued[1].voided("bị ướt", NOW),
    ]
    with store.transaction() as uow:
        uow.slips.put(issued[0].reconciled("subject", NOW))
        for slip in changed:
            uow.slips.put(slip)
    with pytest.raises(DomainError), store.transaction() as uow:
        uow.slips.put(issued[1].reconciled("subject", NOW))
    with store.reading() as view:
        assert [view.slips.get(slip.number) for slip in issued] == [*changed, issued[2]]
        assert view.slips.get(new_slip_number(1)) is None
        assert view.slips.of_serial("000004") is None
        assert view.slips.count() == 3
        assert view.slips.page(0, 9, "", None) == [(1, changed[0]), (2, changed[1]), (3, issued[2])]
        assert view.slips.page(1, 1, "H05", None) == [(2, changed[1])]
        assert view.slips.page(0, 9, "", SlipState.ISSUED) == [(3, issued[2])]
        for write in (view.slips.add, view.slips.put):
            with pytest.raises(ReadOnlyViewError):
                write(issued[0])
    stored = intruder.ask("SELECT serial, body_sealed FROM slips")
    assert {row[0] for row in stored} == {serial_of(slip.number) for slip in issued}
    assert not any(slip.number.encode() in bytes(row[1]) for row in stored for slip in issued)


def test_a_slip_that_is_put_back_past_the_service_shows(store: SqlStore, intruder: Intruder) -> None:
    slip = Slip(new_slip_number(1), "H05", "counter-7", NOW)
    with store.transaction() as uow:
        uow.slips.add(slip)
        uow.audit.append(AuditEntry(NOW, "counter-7", "IssueSlips", "ISSUED", "", RequestContext(), {}))
    (before,) = intruder.ask("SELECT body_sealed FROM slips")
    with store.transaction() as uow:
        uow.slips.put(slip.voided("", NOW))
        uow.audit.append(AuditEntry(NOW, "counter-7", "VoidSlip", "VOID", "", RequestContext(), {}))
    with store.reading() as view:
        assert view.audit.compare_rows(NoDeadline(), add_up=True) == []
    sealed = bytes(before[0])
    with intruder.engine.begin() as connection:
        back = text("UPDATE slips SET body_sealed = :body, version = 1, state = 'ISSUED'")
        connection.execute(back, {"body": sealed})
    with store.reading() as view:
        (said,) = view.audit.compare_rows(NoDeadline(), add_up=True)
    assert "paper slips" in said
