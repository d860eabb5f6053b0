"""A day at the counter: the citizen and their assertion, an impostor, a print that is too poor."""

from __future__ import annotations

import json

from enroll_tools.demo.play import (
    AGENCY,
    DOSSIER,
    PROCEDURE,
    Play,
    Probe,
    as_sample,
    decision_name,
    until_decided,
)
from enroll_tools.demo.stage import decision_text, expect
from idverify.client import check_record, verify_assertion
from idverify.v1.types_pb2 import CaptureAdvice, Decision
from idverify.v1.verification_pb2 import Disclosure, VerifyResponse


def verify_citizen(play: Play) -> VerifyResponse:
    """The genuine citizen: match, assertion, records, and what paper is still missing."""
    title, text = "A citizen at the counter", f"verify 1:1 for procedure {PROCEDURE}, registration of a birth"
    with play.stage.step(title, text) as step:
        answer = until_decided(play, step, play.own, lambda probe: _verify(play, probe, play.citizen))
        given = answer.disclosure
        step.facts |= _figures(answer) | {
            "records": [record.record_type for record in given.records],
            "missing": [record.record_type for record in given.missing_records],
        }
        _show_decision(play, answer)
        _show_disclosure(play, given)
        expect(answer.decision == Decision.DECISION_MATCH, "MATCH", decision_name(answer.decision))
        expect(bool(given.assertion.jwt), "an assertion", "none")
        types = [record.record_type for record in given.records]
        expect(types == ["identity", "civil_status_marriage"], "identity and civil status", types)
        missing = [record.record_type for record in given.missing_records]
        expect(missing == ["residence"], "the residence record missing", missing)
    return answer


def check_offline(play: Play, answer: VerifyResponse) -> None:
    """Check what the citizen's verification gave, with nothing but the public keys."""
    text = "signature, issuer, audience, time and record digests, with the public keys alone"
    with play.stage.step("The assertion, checked offline", text) as step:
        keys = play.client.key_set()
        token = answer.disclosure.assertion.jwt
        claims = verify_assertion(token, keys.jwks_json, issuer=keys.issuer, audience=AGENCY)
        for record in answer.disclosure.records:
            check_record(record, claims)
        expect(claims["vn_proc"] == PROCEDURE, f"procedure {PROCEDURE}", claims["vn_proc"])
        expect(claims["txn"] == answer.transaction_id, "the transaction of the verification", claims["txn"])
        step.facts |= {name: claims[name] for name in ("iss", "aud", "amr", "acr", "vn_proc", "vn_dossier", "bio")}
        (play.out / "assertion.jwt").write_text(token + "\n", encoding="ascii")
        play.stage.tell(
            {
                "issuer, audience": f"{claims['iss']}, {claims['aud']}",
                "shown": f"{', '.join(claims['amr'])} ({claims['acr']})",
                "records": f"{len(answer.disclosure.records)} digests agree",
                "valid for": f"{claims['exp'] - claims['iat']} s",
            }
        )


def verify_impostor(play: Play) -> None:
    """Somebody else under the citizen's number."""
    with play.stage.step("An impostor", "another person claims the citizen's number") as step:
        answer = until_decided(play, step, play.probes[1:], lambda probe: _verify(play, probe, play.citizen))
        step.facts |= _figures(answer)
        _show_decision(play, answer)
        expect(answer.decision == Decision.DECISION_NO_MATCH, "NO_MATCH", decision_name(answer.decision))
        expect(not answer.HasField("disclosure"), "nothing disclosed", "a disclosure")


def refuse_poor(play: Play) -> None:
    """A print that nobody could decide on."""
    with play.stage.step("A poor print", "only the tip of the finger touched, lightly") as step:
        quality = play.client.check_quality(as_sample(play.cast.poor)).quality
        advice = [CaptureAdvice.Name(item).removeprefix("CAPTURE_ADVICE_") for item in quality.advice]
        step.facts |= {"quality": quality.score, "usable": quality.usable, "advice": advice}
        play.stage.tell({"quality": f"{quality.score} of 100, not usable", "advice": ", ".join(advice)})
        expect(not quality.usable, "an unusable sample", f"quality {quality.score}")
        expect(bool(advice), "advice for the clerk", "none")


def _verify(play: Play, shown: Probe, claimed: Probe) -> VerifyResponse:
    assert claimed.member is not None
    context = play.client.new_context(procedure=PROCEDURE, dossier=DOSSIER)
    return play.client.verify(claimed.member.person.identity.citizen_number, [as_sample(shown.sample)], context)


def _figures(answer: VerifyResponse) -> dict[str, object]:
    return {
        "decision": decision_name(answer.decision),
        "score": round(answer.score, 2),
        "fmr_at_score": answer.fmr_at_score,
        "target_fmr": answer.operating_point.target_fmr,
    }


def _show_decision(play: Play, answer: VerifyResponse) -> None:
    point = answer.operating_point
    extrapolated = " (extrapolated)" if answer.fmr_at_score < point.fmr_extrapolated_below else ""
    play.stage.tell(
        {
            "decision": decision_text(decision_name(answer.decision)),
            "false match rate": f"{answer.fmr_at_score:.1e}{extrapolated}, allowed {point.target_fmr:.0e}",
            "score": f"{answer.score:.1f}",
        }
    )


def _show_disclosure(play: Play, given: Disclosure) -> None:
    rows: dict[str, object] = {}
    for record in given.records:
        rows[record.record_type] = ", ".join(f"{k}: {v}" for k, v in json.loads(record.json).items())
    rows["papers not needed"] = "; ".join(given.replaced_papers)
    rows["paper still needed"] = "; ".join(record.paper for record in given.missing_records)
    rows["assertion"] = f"{given.assertion.jwt[:40]}... ({len(given.assertion.jwt)} characters)"
    play.stage.tell(rows)
