"""What a counter does, step by step, against a service on this machine.

python docs/examples/counter.py NUMBER enrolled.png shown.png [HOST:PORT]

Both are prints of one right index finger. With TLS, open the client with ``tls=Tls.from_files(...)``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from idverify.client import (
    Client,
    Desk,
    ServiceError,
    check_record,
    read_sample,
    read_samples,
    verify_assertion,
    verify_confirmation,
)
from idverify.v1 import transactions_pb2, types_pb2
from idverify.v1.enrolment_pb2 import PersonalData
from idverify.v1.types_pb2 import Decision, FingerprintSample, OfficerAction
from idverify.v1.verification_pb2 import VerifyResponse

AGENCY = "H05.12"
BIRTH = "1.001193"  # registering a birth; the law lets the counter see what it needs
BUSINESS = "1.001612"  # founding a household business; the citizen is asked for consent


def enrol(client: Client, number: str, file: str) -> str:
    """Enrol a citizen; return the internal identifier. What is wrong is told with a stable reason."""
    person = PersonalData(full_name="Nguyễn Thị Thử", birth_date="1999-05-01", sex="F")
    try:
        return client.enrol(number, person, read_samples({"right-index": file})).subject_id
    except ServiceError as error:
        print(error.reason, error.message, error.told, dict(error.metadata), sep="\n  ")
        raise


def check_quality(client: Client, file: str) -> bool:
    """Ask whether a print will do before it is used, and tell the citizen what to do better."""
    quality = client.check_quality(read_sample(file)).quality
    for advice in quality.advice:
        print("advice:", types_pb2.CaptureAdvice.Name(advice))
    return quality.usable


def verify(client: Client, number: str, file: str) -> VerifyResponse:
    """Ask whether this is the citizen, in one call of five seconds at most, and what the procedure may see."""
    context = client.new_context(procedure=BIRTH, dossier="H05.12-261126-0001")
    answer = client.within(5).verify(number, [read_sample(file, "right-index")], context)
    if answer.decision != Decision.DECISION_MATCH:
        raise SystemExit("not the citizen, or the print was too poor")
    print("papers not needed:", ", ".join(answer.disclosure.replaced_papers) or "none")
    print("papers still needed:", ", ".join(record.paper for record in answer.disclosure.missing_records) or "none")
    return answer


def check(client: Client, answer: VerifyResponse) -> None:
    """Check the assertion and the records with the public keys alone, as any other system can."""
    keys = client.key_set()
    claims = verify_assertion(answer.disclosure.assertion.jwt, keys.jwks_json, issuer=keys.issuer, audience=AGENCY)
    for record in answer.disclosure.records:
        check_record(record, claims)
    print("assertion of", claims["iss"], "for", claims["aud"], "by", claims["amr"])


def transact(client: Client, number: str, file: str) -> VerifyResponse:
    """Be led through a transaction: the service says after each step what comes next."""
    begun = client.start_transaction(client.new_context(procedure=BUSINESS), number)
    standing = begun.standing
    while True:
        after = client.step_after(begun.nonce, standing)
        print("next:", standing.next.text_en)
        if standing.next.action == OfficerAction.OFFICER_ACTION_CAPTURE:
            standing = client.add_capture(after, capture(standing.next.finger_position, file)).standing
        elif standing.next.action == OfficerAction.OFFICER_ACTION_CONSENT:
            shown = begun.consent_texts[0]
            evidence = transactions_pb2.ConsentEvidence(
                text_id=shown.text_id,
                language=shown.language,
                text_sha256=shown.sha256,
                manner=transactions_pb2.CONSENT_MANNER_SPOKEN,
                giver=transactions_pb2.CONSENT_GIVER_CITIZEN,
            )
            standing = client.give_consent(after, evidence).standing
        elif standing.next.action == OfficerAction.OFFICER_ACTION_AUTHENTICATE:
            return client.authenticate_citizen(after, number).verification
        else:
            raise SystemExit(standing.next.text_en)


def capture(finger: types_pb2.FingerPosition, file: str) -> FingerprintSample:
    """Stand for a scanner, which would take this finger now."""
    return read_sample(file, finger or "right-index")


def identify(client: Client, file: str) -> list[str]:
    """Ask who this is, without a number."""
    return [candidate.subject_id for candidate in client.identify(read_sample(file)).candidates]


def confirm(client: Client, number: str, answer: VerifyResponse) -> None:
    """Have the assertion confirmed for as long as the dossier is open, and check the confirmation offline."""
    context = client.new_context(dossier="H05.12-261126-0001")
    issued = client.issue_confirmation(
        answer.disclosure.assertion.jwt, context, citizen_number=number, records=answer.disclosure.records, days=30
    )
    keys, revoked = client.key_set(), client.status_list()
    claims = verify_confirmation(issued.sd_jwt, keys.jwks_json, revoked, issuer=keys.issuer, audience=AGENCY)
    print("confirmed for dossier", claims["vn_dossier"])


def prove(client: Client, answer: VerifyResponse) -> None:
    """Keep the proof that this decision is in the log: ``idverify audit verify`` checks it without the service."""
    proof = client.event_proof(answer.audit_event)
    Path("decision.tlog-proof").write_text(proof.proof, encoding="utf-8")
    print("proof kept, to be checked with", *client.log_checkpoint().verifier_keys)


def main(number: str, enrolled: str, shown: str, server: str = "127.0.0.1:50051") -> None:
    """Do every step."""
    with Client(server, desk=Desk(AGENCY, "officer-3", "counter-7", language="en")) as client:
        if not client.wait_until_serving(10):
            raise SystemExit(f"nobody serves at {server}")
        subject = enrol(client, number, enrolled)
        assert check_quality(client, shown)
        answer = verify(client, number, shown)
        check(client, answer)
        assert subject in identify(client, shown)
        confirm(client, number, answer)
        prove(client, answer)
        check(client, transact(client, number, shown))


if __name__ == "__main__":
    main(*sys.argv[1:])
