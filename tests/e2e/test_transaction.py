"""A clerk's transaction with a real server, through the client."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import ECKey
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.client import Client, ServiceError, verify_assertion
from idverify.v1 import devices_pb2, types_pb2
from idverify.v1 import transactions_pb2 as pb
from idverify.v1.verification_pb2 import REFUSAL_CAUSE_CONSENT_MISSING
from tests.card_kit import card, country, data_group_1, mrz
from tests.databases import Databases
from tests.e2e.harness import NUMBER, context, enrolment, local_settings, print_of, start_server
from tests.service_kit import BUSINESS, ISSUER
from tests.waiting import PATIENCE

pytestmark = pytest.mark.every_database


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[str]:
    """The address of a server."""
    folder = tmp_path_factory.mktemp("data")
    issuers = folder / "csca.pem"
    issuers.write_bytes(country().certificate.public_bytes(Encoding.PEM))
    running = start_server(local_settings(folder, databases, issuer=ISSUER, card_issuers_file=issuers))
    yield running.address
    running.stop()


@pytest.fixture(scope="module")
def client(served: str) -> Iterator[Client]:
    """A client of it; it knows Alice."""
    with Client(served, timeout=PATIENCE) as opened:
        opened.enrol(NUMBER, enrolment().personal_data, enrolment().samples)
        yield opened


def begin(client: Client) -> pb.StartTransactionResponse:
    return client.start_transaction(context(procedure_code=BUSINESS, officer_id="CB-1", dossier_code="HS-1"), NUMBER)


def evidence(begun: pb.StartTransactionResponse) -> pb.ConsentEvidence:
    text = begun.consent_texts[0]
    return pb.ConsentEvidence(
        text_id=text.text_id,
        language=text.language,
        text_sha256=text.sha256,
        manner=pb.CONSENT_MANNER_SPOKEN,
        giver=pb.CONSENT_GIVER_CITIZEN,
    )


def test_the_whole_way(client: Client) -> None:
    begun = begin(client)
    assert begun.standing.next.action == types_pb2.OFFICER_ACTION_CAPTURE
    assert begun.standing.next.text_vi.startswith("Mời công dân đặt ngón")
    assert "identity" in {plan.record_type for plan in begun.disclosures}
    assert [hashlib.sha256(t.text.encode()).hexdigest() for t in begun.consent_texts] == [
        t.sha256 for t in begun.consent_texts
    ]
    poor = client.add_capture(client.step_after(begun.nonce, begun.standing), print_of("alice/RIGHT_INDEX/5"))
    assert not poor.kept
    assert poor.standing.next.advice == [types_pb2.CAPTURE_ADVICE_SMALL_AREA]
    good = client.add_capture(client.step_after(begun.nonce, poor.standing), print_of("alice/RIGHT_INDEX/80"))
    agreed = client.give_consent(client.step_after(begun.nonce, good.standing), evidence(begun))
    assert client.get_transaction(begun.standing.transaction_id) == agreed.standing
    found = client.find_transaction(begun.standing.transaction_id)
    assert (found.standing, found.disclosures) == (agreed.standing, begun.disclosures)
    assert (found.dossier_code, list(found.captured_fingers)) == ("HS-1", [types_pb2.FINGER_POSITION_RIGHT_INDEX])
    done = client.authenticate_citizen(client.step_after(begun.nonce, agreed.standing), NUMBER)
    assert done.verification.decision == types_pb2.DECISION_MATCH
    assert done.standing.next.action == types_pb2.OFFICER_ACTION_DONE
    claims = verify_assertion(
        done.verification.disclosure.assertion.jwt, client.key_set().jwks_json, issuer=ISSUER, audience="H05.12"
    )
    assert claims["txn"] == begun.standing.transaction_id
    assert claims["vn_dossier"] == "HS-1"
    (kept,) = [
        consent
        for consent in client.list_consents(NUMBER, types_pb2.PURPOSE_CITIZEN_REQUEST)
        if consent.consent_id == done.consent_id
    ]
    assert kept.evidence.manner == pb.CONSENT_MANNER_SPOKEN
    assert client.withdraw_consent(NUMBER, done.consent_id).HasField("withdraw_time")


def test_the_beginning_states_the_law_where_the_citizen_need_not_agree(client: Client) -> None:
    on_consent = begin(client)
    by_law = client.start_transaction(context(procedure_code="1.001193"), NUMBER)
    assert (on_consent.consent_needed, on_consent.legal_basis) == (True, "")
    assert not by_law.consent_needed
    assert by_law.legal_basis == client.procedure("1.001193").legal_basis != ""


def test_a_step_out_of_turn_is_refused_and_changes_nothing(client: Client) -> None:
    begun = begin(client)
    first = client.step_after(begun.nonce, begun.standing)
    client.add_capture(first, print_of("alice/RIGHT_INDEX/80"))
    with pytest.raises(ServiceError) as caught:
        client.give_consent(first, evidence(begun))
    assert caught.value.reason == "TRANSACTION_MISMATCH"
    after = client.get_transaction(begun.standing.transaction_id)
    assert after.next.action == types_pb2.OFFICER_ACTION_CONSENT
    ended = client.end_transaction(client.step_after(begun.nonce, after))
    assert ended.standing.next.action == types_pb2.OFFICER_ACTION_DONE


@pytest.mark.parametrize("field", ["text_id", "text_sha256", "language", "manner", "giver"])
def test_evidence_is_whole(client: Client, field: str) -> None:
    begun = begin(client)
    given = evidence(begun)
    given.ClearField(field)
    with pytest.raises(ServiceError) as caught:
        client.give_consent(client.step_after(begun.nonce, begun.standing), given)
    assert (caught.value.reason, caught.value.metadata["field"]) == ("FIELD_MISSING", f"evidence.{field}")


@pytest.mark.parametrize("field", ["transaction_id", "nonce", "step"])
def test_a_step_is_whole(client: Client, field: str) -> None:
    begun = begin(client)
    shown = client.step_after(begun.nonce, begun.standing)
    shown.ClearField(field)
    with pytest.raises(ServiceError) as caught:
        client.end_transaction(shown)
    assert (caught.value.reason, caught.value.metadata["field"]) == ("FIELD_MISSING", f"step.{field}")


def test_a_device_is_registered_listed_and_revoked(client: Client) -> None:
    key = json.dumps(ECKey.generate_key("P-256").as_dict(private=False))
    device = devices_pb2.Device(device_id="scanner-1", model="M", public_key_jwk=key)
    assert client.register_device(device).version == 1
    begun = begin(client)
    sample = print_of("alice/RIGHT_INDEX/80")
    sample.device_attestation = "not signed"
    with pytest.raises(ServiceError) as caught:
        client.add_capture(client.step_after(begun.nonce, begun.standing), sample)
    assert caught.value.reason == "DEVICE_ATTESTATION_INVALID"
    assert client.revoke_device("scanner-1").revoked
    assert [found.revoked for found in client.devices()] == [True]


def test_the_records_come_once_more_while_the_assertion_lives(client: Client) -> None:
    stated = context(procedure_code="1.001193")
    given = client.verify(NUMBER, [print_of("alice/RIGHT_INDEX/83")], stated).disclosure
    assert given.legal_basis.startswith("Luật Hộ tịch")
    again = client.list_procedure_records(given.assertion.jwt, NUMBER, context())
    assert not again.HasField("assertion")
    assert (again.records, again.missing_records, again.legal_basis) == (
        given.records,
        given.missing_records,
        given.legal_basis,
    )
    (found,) = client.identify([print_of("alice/RIGHT_INDEX/86")], context()).candidates
    searched = client.list_procedure_records(given.assertion.jwt, subject_id=found.subject_id, context=context())
    assert searched.records == given.records
    with pytest.raises(ServiceError) as caught:
        client.list_procedure_records(given.assertion.jwt[:-8], NUMBER, context())
    assert (caught.value.reason, caught.value.metadata["cause"]) == ("ASSERTION_INVALID", "NOT_OURS")


def test_without_consent_nothing_is_disclosed_and_the_clerk_is_told_what_to_do(client: Client) -> None:
    given = client.verify(NUMBER, [print_of("alice/RIGHT_INDEX/84")], context(procedure_code=BUSINESS)).disclosure
    assert (list(given.records), given.legal_basis) == ([], "")
    assert {refusal.cause for refusal in given.refusals} == {REFUSAL_CAUSE_CONSENT_MISSING}
    assert all(refusal.text_vi and refusal.text_en and refusal.fields for refusal in given.refusals)
    agreed = context(procedure_code=BUSINESS, consent_ref="phieu-7")
    given = client.verify(NUMBER, [print_of("alice/RIGHT_INDEX/85")], agreed).disclosure
    assert ([record.record_type for record in given.records], list(given.refusals)) == (["identity"], [])


def test_what_was_disclosed_is_counted(client: Client, served: str, tmp_path: Path) -> None:
    client.verify(NUMBER, [print_of("alice/RIGHT_INDEX/80")], context(procedure_code="1.001193"))
    counted = client.count_disclosures()
    assert counted.papers_saved == sum(count.papers_saved for count in counted.counts) > 0
    table = tmp_path / "papers.csv"
    chart = tmp_path / "papers.svg"
    wish = ["papers", "--csv", str(table), "--chart", str(chart), "--server", served]
    result = CliRunner().invoke(build_app(), wish)
    assert result.exit_code == 0, result.output
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(int(row["papers_saved"]) for row in rows) == counted.papers_saved
    assert f"{counted.papers_saved}" in result.output
    drawn = [text.text for text in ET.parse(chart).iter("{http://www.w3.org/2000/svg}text")]
    assert {"1.001193", "H05.12", counted.counts[0].month} <= set(drawn)


def test_ids_are_needed(client: Client) -> None:
    for ask in (
        lambda: client.get_transaction(""),
        lambda: client.withdraw_consent(NUMBER, ""),
        lambda: client.revoke_device(""),
    ):
        with pytest.raises(ServiceError) as caught:
            ask()
        assert caught.value.reason == "FIELD_MISSING"


def test_a_pin_is_set_by_finger_and_is_a_second_factor(client: Client) -> None:
    refused = client.set_pin(NUMBER, [print_of("mallory/RIGHT_INDEX/80")], "802915")
    assert (refused.pin_set, refused.verification.decision) == (False, types_pb2.DECISION_NO_MATCH)
    assert client.set_pin(NUMBER, [print_of("alice/RIGHT_INDEX/81")], "802915").pin_set
    begun = begin(client)
    wrong = client.enter_pin(client.step_after(begun.nonce, begun.standing), "802916")
    assert (wrong.accepted, wrong.tries_left) == (False, 2)
    right = client.enter_pin(client.step_after(begun.nonce, wrong.standing), "802915")
    assert (right.accepted, right.tries_left) == (True, 0)
    good = client.add_capture(client.step_after(begun.nonce, right.standing), print_of("alice/RIGHT_INDEX/82"))
    agreed = client.give_consent(client.step_after(begun.nonce, good.standing), evidence(begun))
    done = client.authenticate_citizen(client.step_after(begun.nonce, agreed.standing), NUMBER)
    assert list(begun.wanted_factors) == ["fpt"]
    assert list(done.verification.disclosure.assurance.amr) == ["fpt", "pin", "mfa"]
    assert done.verification.disclosure.assurance.rule == "level-3"


def test_a_pin_is_needed(client: Client) -> None:
    begun = begin(client)
    for ask in (
        lambda: client.set_pin(NUMBER, [print_of("alice/RIGHT_INDEX/80")], ""),
        lambda: client.enter_pin(client.step_after(begun.nonce, begun.standing), ""),
    ):
        with pytest.raises(ServiceError) as caught:
            ask()
        assert (caught.value.reason, caught.value.metadata["field"]) == ("FIELD_MISSING", "pin")


def read_of(number: str) -> pb.CardRead:
    read = card({1: data_group_1(mrz(number, name="NGUYEN<<THI<THU", birth="990501", sex="F"))})
    groups = [pb.CardDataGroup(number=n, content=content) for n, content in read.data_groups.items()]
    return pb.CardRead(security_object=read.security_object, data_groups=groups)


def test_a_chip_card_is_a_second_factor(client: Client) -> None:
    begun = begin(client)
    after = client.step_after(begun.nonce, begun.standing)
    with pytest.raises(ServiceError) as caught:
        client.add_card_read(after, read_of("027084000999"))
    assert caught.value.reason == "CARD_MISMATCH"
    taken = client.add_card_read(after, read_of(NUMBER))
    assert (taken.issuer, list(taken.differing_fields)) == ("CN=CSCA", [])
    assert taken.clone_check == pb.CLONE_CHECK_NOT_PERFORMED
    good = client.add_capture(client.step_after(begun.nonce, taken.standing), print_of("alice/RIGHT_INDEX/84"))
    agreed = client.give_consent(client.step_after(begun.nonce, good.standing), evidence(begun))
    done = client.authenticate_citizen(client.step_after(begun.nonce, agreed.standing), NUMBER)
    assert list(done.verification.disclosure.assurance.amr) == ["fpt", "sc", "mfa"]


@pytest.mark.parametrize(
    ("given", "reason", "field"),
    [
        (pb.CardRead(), "FIELD_MISSING", "card.security_object"),
        (pb.CardRead(security_object=bytes(33_000)), "FIELD_INVALID", "card.security_object"),
        (
            pb.CardRead(security_object=b"w", data_groups=[pb.CardDataGroup(number=17)]),
            "FIELD_INVALID",
            "card.data_groups[0].number",
        ),
        (
            pb.CardRead(security_object=b"w", data_groups=[pb.CardDataGroup(number=1), pb.CardDataGroup(number=1)]),
            "FIELD_INVALID",
            "card.data_groups[1].number",
        ),
        (
            pb.CardRead(security_object=b"w", data_groups=[pb.CardDataGroup(number=1, content=bytes(50_000))]),
            "FIELD_INVALID",
            "card.data_groups[0].content",
        ),
    ],
)
def test_a_reading_is_whole_and_of_some_size(client: Client, given: pb.CardRead, reason: str, field: str) -> None:
    begun = begin(client)
    with pytest.raises(ServiceError) as caught:
        client.add_card_read(client.step_after(begun.nonce, begun.standing), given)
    assert (caught.value.reason, caught.value.metadata["field"]) == (reason, field)
