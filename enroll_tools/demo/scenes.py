"""The steps of the demonstration. Each asks the service over gRPC and insists on the outcome."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import cv2

from enroll_tools.bulk.enrolment import enrol_all
from enroll_tools.bulk.journal import Journal
from enroll_tools.datasets import DatasetSample
from enroll_tools.demo.cast import Cast, Member
from enroll_tools.demo.records import identity_record, marriage_record, residence_record
from enroll_tools.demo.stage import Stage, Step, UnexpectedError, decision_text, expect
from idverify.client import Client, check_record, make_sample, verify_assertion
from idverify.v1.types_pb2 import CaptureAdvice, Decision, FingerprintSample, SampleQuality
from idverify.v1.verification_pb2 import Disclosure, IdentifyResponse, VerifyResponse
from matcher.comparison.compare import compare, prepare
from matcher.formats.iso19794_2 import read_record, view_to_template
from matcher.images.decoding import decode_image, resample
from matcher.pictures.pair import Side, draw_pair
from matcher.types import ByteArray

AGENCY = "H05.12"
PROCEDURE = "1.001193"
DOSSIER = "000.00.12.H05-260105-0001"
MOST_TRIES = 3

Answer = TypeVar("Answer", VerifyResponse, IdentifyResponse)


@dataclass(frozen=True, slots=True)
class Probe:
    """A print that was kept back, and how good the service finds it."""

    member: Member | None
    sample: DatasetSample
    quality: SampleQuality


@dataclass(slots=True)
class Play:
    """What the scenes hand on to each other.

    Attributes:
        client: of the service.
        cast: who plays.
        stage: where.
        out: folder for what is kept.
        probes: the best kept-back print of each member, best first.
        own: all kept-back prints of the citizen at the counter, best first.
        strangers: the stranger's prints, best first.
    """

    client: Client
    cast: Cast
    stage: Stage
    out: Path
    probes: list[Probe] = field(default_factory=list)
    own: list[Probe] = field(default_factory=list)
    strangers: list[Probe] = field(default_factory=list)

    @property
    def citizen(self) -> Probe:
        """The citizen at the counter."""
        return self.probes[0]


def enrol_population(play: Play, journal: Path) -> None:
    """Enrol everybody."""
    people = [member.person for member in play.cast.members]
    prints = sum(len(person.samples) for person in people)
    with play.stage.step("Enrolment", f"{len(people)} citizens with {prints} prints ({play.cast.origin})") as step:
        with play.stage.progress() as bar, Journal(journal) as log:
            task = bar.add_task("enrolling", total=len(people))
            report = enrol_all(play.client, people, log, skip_poor=True, progress=lambda: bar.advance(task))
        step.facts |= {"people": report.enrolled, "prints": report.prints, "left_out": len(report.left_out)}
        reasons = sorted({item.reason for item in report.refused})
        expect(report.enrolled == len(people), f"{len(people)} citizens enrolled", f"{report.enrolled}, {reasons}")
        step.facts["suspected"] = len(report.suspected)
        if report.suspected:
            play.stage.tell({"seem enrolled twice": f"{len(report.suspected)} citizens, enrolled nevertheless"})
        if report.left_out:
            play.stage.tell({"left out": f"{len(report.left_out)} prints of too poor quality"})


def link_records(play: Play) -> None:
    """Put records for everybody; the citizen at the counter has no residence record."""
    with play.stage.step(
        "Linked records", "identity, civil status and residence from the agencies that own them"
    ) as step:
        count = 0
        for number, member in enumerate(play.cast.members):
            identity = member.person.identity
            records = {"identity": identity_record(identity), "civil_status_marriage": marriage_record()}
            if member is not play.citizen.member:
                records["residence"] = residence_record(identity, number)
            for record_type, content in records.items():
                play.client.put_record(identity.citizen_number, record_type, content)
                count += 1
        step.facts["records"] = count
        play.stage.tell({"records put": count})


def choose_probes(play: Play) -> None:
    """Ask how good the prints are that were kept back: the counter would take the best of a few touches too."""
    with play.stage.step(
        "Quality of the prints kept back", "never enrolled; the best of each finger is shown next"
    ) as step:
        kept = [(member, sample) for member in play.cast.members for sample in member.probes]
        with play.stage.progress() as bar:
            task = bar.add_task("checking", total=len(kept) + len(play.cast.stranger))
            best: dict[int, Probe] = {}
            judged: list[Probe] = []
            for member, sample in kept:
                probe = _judged(play, member, sample)
                judged.append(probe)
                bar.advance(task)
                if id(member) not in best or probe.quality.score > best[id(member)].quality.score:
                    best[id(member)] = probe
            for sample in play.cast.stranger:
                play.strangers.append(_judged(play, None, sample))
                bar.advance(task)
        play.probes = _best_first(best.values())
        play.own = _best_first(probe for probe in judged if probe.member is play.citizen.member)
        play.strangers = _best_first(play.strangers)
        usable = [probe for probe in play.probes if probe.quality.usable]
        expect(len(usable) >= 3, "usable prints of at least three people", len(usable))
        scores = [probe.quality.score for probe in play.probes]
        step.facts |= {"probes": len(kept), "best": scores[0], "worst_of_the_best": scores[-1]}
        play.stage.tell({"prints": len(kept), "quality": f"{scores[-1]} to {scores[0]} of 100"})


def verify_citizen(play: Play) -> VerifyResponse:
    """The genuine citizen: match, assertion, records, and what paper is still missing."""
    title, text = "A citizen at the counter", f"verify 1:1 for procedure {PROCEDURE}, registration of a birth"
    with play.stage.step(title, text) as step:
        answer = _until_decided(play, step, play.own, lambda probe: _verify(play, probe, play.citizen))
        given = answer.disclosure
        step.facts |= _figures(answer) | {
            "records": [record.record_type for record in given.records],
            "missing": [record.record_type for record in given.missing_records],
        }
        _show_decision(play, answer)
        _show_disclosure(play, given)
        expect(answer.decision == Decision.DECISION_MATCH, "MATCH", _name(answer.decision))
        expect(bool(given.assertion.jwt), "an assertion", "none")
        types = [record.record_type for record in given.records]
        expect(types == ["identity", "civil_status_marriage"], "identity and civil status", types)
        missing = [record.record_type for record in given.missing_records]
        expect(missing == ["residence"], "the residence record missing", missing)
    return answer


def verify_impostor(play: Play) -> None:
    """Somebody else under the citizen's number."""
    with play.stage.step("An impostor", "another person claims the citizen's number") as step:
        answer = _until_decided(play, step, play.probes[1:], lambda probe: _verify(play, probe, play.citizen))
        step.facts |= _figures(answer)
        _show_decision(play, answer)
        expect(answer.decision == Decision.DECISION_NO_MATCH, "NO_MATCH", _name(answer.decision))
        expect(not answer.HasField("disclosure"), "nothing disclosed", "a disclosure")


def identify_citizen(play: Play) -> None:
    """A print and no number: who is it?"""
    shown: list[Probe] = []

    def search(probe: Probe) -> IdentifyResponse:
        shown.append(probe)
        return play.client.identify(_sample(probe.sample))

    with play.stage.step("Who is this?", "identify 1:N: a print without a number") as step:
        answer = _until_decided(play, step, play.probes[1:], search)
        member = shown[-1].member
        assert member is not None
        expected = play.client.get_citizen(member.person.identity.citizen_number).subject_id
        found = [candidate.subject_id for candidate in answer.candidates]
        step.facts |= {"decision": _name(answer.decision), "searched_fingers": answer.searched_fingers}
        rows: dict[str, object] = {
            "decision": decision_text(_name(answer.decision)),
            "searched": f"{answer.searched_fingers} fingers",
        }
        for candidate in answer.candidates:
            step.facts |= {"score": round(candidate.score, 2), "fpir_at_score": candidate.fpir_at_score}
            rows[f"candidate {candidate.rank}"] = (
                f"score {candidate.score:.1f}, a stranger would reach it in {candidate.fpir_at_score:.1g} of searches"
            )
        play.stage.tell(rows)
        expect(found == [expected], "the right person and nobody else", f"{len(found)} candidates")


def identify_stranger(play: Play) -> None:
    """A finger that is not enrolled."""
    with play.stage.step("A stranger", "identify 1:N: a finger that nobody enrolled") as step:
        answer = _until_decided(play, step, play.strangers, lambda p: play.client.identify(_sample(p.sample)))
        step.facts |= {"decision": _name(answer.decision), "searched_fingers": answer.searched_fingers}
        play.stage.tell(
            {"decision": decision_text(_name(answer.decision)), "searched": f"{answer.searched_fingers} fingers"}
        )
        expect(not answer.candidates, "no candidate", f"{len(answer.candidates)} candidates")
        expect(answer.decision == Decision.DECISION_NO_MATCH, "NO_MATCH", _name(answer.decision))


def refuse_poor(play: Play) -> None:
    """A print that nobody could decide on."""
    with play.stage.step("A poor print", "only the tip of the finger touched, lightly") as step:
        quality = play.client.check_quality(_sample(play.cast.poor)).quality
        advice = [CaptureAdvice.Name(item).removeprefix("CAPTURE_ADVICE_") for item in quality.advice]
        step.facts |= {"quality": quality.score, "usable": quality.usable, "advice": advice}
        play.stage.tell({"quality": f"{quality.score} of 100, not usable", "advice": ", ".join(advice)})
        expect(not quality.usable, "an unusable sample", f"quality {quality.score}")
        expect(bool(advice), "advice for the clerk", "none")


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


def draw_picture(play: Play, path: Path) -> None:
    """Draw the citizen's probe and one of the enrolled prints, and what they have in common."""
    with play.stage.step("The picture", "both prints, their minutiae, and the pairs that make the score") as step:
        assert play.citizen.member is not None
        probe = play.client.extract_template(_sample(play.citizen.sample)).iso_19794_2_2005
        enrolled = [_judged(play, None, sample) for sample in play.citizen.member.person.samples]
        references = {
            p.sample: play.client.extract_template(_sample(p.sample)).iso_19794_2_2005
            for p in enrolled
            if p.quality.usable
        }
        answers = {s: play.client.compare(make_sample(probe), make_sample(r)) for s, r in references.items()}
        best = max(answers, key=lambda sample: answers[sample].score)
        answer, samples, records = answers[best], (play.citizen.sample, best), (probe, references[best])
        # The comparator is the service's own; from the same records it finds the same pairs.
        probe_side, enrolled_side = (
            Side(_pixels(sample), prepare(view_to_template(read_record(record))), name)
            for sample, record, name in zip(samples, records, ("probe", "enrolled"), strict=True)
        )
        comparison = compare(probe_side.prepared, enrolled_side.prepared)
        pairs = comparison.pairs
        expect(len(pairs) == answer.paired_minutiae, f"{answer.paired_minutiae} pairs", len(pairs))
        expect(answer.decision == Decision.DECISION_MATCH, "MATCH", _name(answer.decision))
        caption = (
            f"{_name(answer.decision)}  score {answer.score:.1f}  FMR {answer.fmr_at_score:.1e}"
            + (" (extrapolated)" if answer.fmr_at_score < answer.operating_point.fmr_extrapolated_below else ""),
            " and ".join(str(len(side.prepared.pose)) for side in (probe_side, enrolled_side))
            + f" minutiae, {len(pairs)} pairs connected",
        )
        cv2.imwrite(str(path), draw_pair(probe_side, enrolled_side, comparison, caption))
        step.facts |= {"picture": str(path), "pairs": len(pairs), "score": round(answer.score, 2)}
        play.stage.tell({"picture": path, "score": f"{answer.score:.1f}", "paired minutiae": len(pairs)})


def _until_decided(play: Play, step: Step, probes: Sequence[Probe], ask: Callable[[Probe], Answer]) -> Answer:
    """Ask with one print after another while the service cannot decide, as a clerk would; three at most."""
    for tries, probe in enumerate(probes[:MOST_TRIES], 1):
        answer = ask(probe)
        step.facts["tries"] = tries
        if answer.decision != Decision.DECISION_INCONCLUSIVE or tries == min(MOST_TRIES, len(probes)):
            return answer
        play.stage.tell({"decision": decision_text("INCONCLUSIVE"), "": "the clerk asks for another print"})
    raise UnexpectedError("no print to show")


def _verify(play: Play, shown: Probe, claimed: Probe) -> VerifyResponse:
    assert claimed.member is not None
    context = play.client.new_context(procedure=PROCEDURE, dossier=DOSSIER)
    return play.client.verify(claimed.member.person.identity.citizen_number, [_sample(shown.sample)], context)


def _judged(play: Play, member: Member | None, sample: DatasetSample) -> Probe:
    return Probe(member, sample, play.client.check_quality(_sample(sample)).quality)


def _best_first(probes: Iterable[Probe]) -> list[Probe]:
    return sorted(probes, key=lambda probe: -probe.quality.score)


def _sample(sample: DatasetSample) -> FingerprintSample:
    return make_sample(sample.path.read_bytes(), resolution_ppi=sample.resolution_ppi)


def _pixels(sample: DatasetSample) -> ByteArray:
    return resample(decode_image(sample.path.read_bytes(), resolution_ppi=sample.resolution_ppi))


def _name(decision: Decision) -> str:
    return Decision.Name(decision).removeprefix("DECISION_")


def _figures(answer: VerifyResponse) -> dict[str, object]:
    return {
        "decision": _name(answer.decision),
        "score": round(answer.score, 2),
        "fmr_at_score": answer.fmr_at_score,
        "target_fmr": answer.operating_point.target_fmr,
    }


def _show_decision(play: Play, answer: VerifyResponse) -> None:
    point = answer.operating_point
    extrapolated = " (extrapolated)" if answer.fmr_at_score < point.fmr_extrapolated_below else ""
    play.stage.tell(
        {
            "decision": decision_text(_name(answer.decision)),
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
