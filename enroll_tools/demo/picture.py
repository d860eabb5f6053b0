"""The picture of a comparison that the service made."""

from __future__ import annotations

from pathlib import Path

import cv2

from enroll_tools.datasets import DatasetSample
from enroll_tools.demo.play import Play, as_sample, decision_name, judged
from enroll_tools.demo.stage import expect
from idverify.client import make_sample
from idverify.v1.biometrics_pb2 import CompareSamplesResponse
from idverify.v1.types_pb2 import Decision
from matcher.comparison.compare import Comparison, compare
from matcher.comparison.prepared import prepare
from matcher.formats.iso19794_2 import read_record, view_to_template
from matcher.images.decoding import decode_image, resample
from matcher.pictures.captions import two_scores
from matcher.pictures.pair import Side, draw_pair
from matcher.types import ByteArray


def draw_picture(play: Play, path: Path) -> None:
    """Draw the citizen's probe and one of the enrolled prints, and what they have in common."""
    with play.stage.step("The picture", "both prints, their minutiae, and the pairs that make the score") as step:
        assert play.citizen.member is not None
        probe = play.client.extract_template(as_sample(play.citizen.sample)).iso_19794_2_2005
        enrolled = [judged(play, None, sample) for sample in play.citizen.member.person.samples]
        references = {
            p.sample: play.client.extract_template(as_sample(p.sample)).iso_19794_2_2005
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
        expect(answer.decision == Decision.DECISION_MATCH, "MATCH", decision_name(answer.decision))
        counts = " and ".join(str(len(side.prepared.print.pose)) for side in (probe_side, enrolled_side))
        caption = (*caption_of(answer, comparison), f"{counts} minutiae, {len(pairs)} pairs connected")
        cv2.imwrite(str(path), draw_pair(probe_side, enrolled_side, comparison, caption))
        step.facts |= {"picture": str(path), "pairs": len(pairs), "score": round(answer.score, 2)}
        play.stage.tell({"picture": path, "score": f"{answer.score:.1f}", "paired minutiae": len(pairs)})


def caption_of(answer: CompareSamplesResponse, comparison: Comparison) -> tuple[str, ...]:
    """Return what the service answered, and why its score is another than the sum beside it."""
    extrapolated = answer.fmr_at_score < answer.operating_point.fmr_extrapolated_below
    return (
        f"{decision_name(answer.decision)}  score {answer.score:.1f}  FMR {answer.fmr_at_score:.1e}"
        + (" (extrapolated)" if extrapolated else ""),
        *two_scores(answer.score, comparison.score),
    )


def _pixels(sample: DatasetSample) -> ByteArray:
    return resample(decode_image(sample.path.read_bytes(), resolution_ppi=sample.resolution_ppi))
