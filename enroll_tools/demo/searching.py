"""Prints without a number: somebody enrolled, and a stranger."""

from __future__ import annotations

from enroll_tools.demo.play import Play, Probe, as_sample, decision_name, until_decided
from enroll_tools.demo.stage import decision_text, expect
from idverify.v1.types_pb2 import Decision, Purpose
from idverify.v1.verification_pb2 import IdentifyResponse


def identify_citizen(play: Play) -> None:
    """A print and no number: who is it?"""
    shown: list[Probe] = []

    def search(probe: Probe) -> IdentifyResponse:
        shown.append(probe)
        return play.client.identify(as_sample(probe.sample))

    with play.stage.step("Who is this?", "identify 1:N: a print without a number") as step:
        answer = until_decided(play, step, play.probes[1:], search)
        member = shown[-1].member
        assert member is not None
        number = member.person.identity.citizen_number
        expected = play.client.get_citizen(number, purpose=Purpose.PURPOSE_TEST).subject_id
        found = [candidate.subject_id for candidate in answer.candidates]
        step.facts |= {"decision": decision_name(answer.decision), "searched_fingers": answer.searched_fingers}
        rows: dict[str, object] = {
            "decision": decision_text(decision_name(answer.decision)),
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
        answer = until_decided(play, step, play.strangers, lambda p: play.client.identify(as_sample(p.sample)))
        step.facts |= {"decision": decision_name(answer.decision), "searched_fingers": answer.searched_fingers}
        play.stage.tell(
            {
                "decision": decision_text(decision_name(answer.decision)),
                "searched": f"{answer.searched_fingers} fingers",
            }
        )
        expect(not answer.candidates, "no candidate", f"{len(answer.candidates)} candidates")
        expect(answer.decision == Decision.DECISION_NO_MATCH, "NO_MATCH", decision_name(answer.decision))
