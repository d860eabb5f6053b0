"""What the scenes of the demonstration share: who plays, what is handed on, how the service is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from enroll_tools.datasets import DatasetSample
from enroll_tools.demo.cast import Cast, Member
from enroll_tools.demo.stage import Stage, Step, UnexpectedError, decision_text
from idverify.client import Client, make_sample
from idverify.v1.types_pb2 import Decision, FingerprintSample, SampleQuality
from idverify.v1.verification_pb2 import IdentifyResponse, VerifyResponse

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


def until_decided(play: Play, step: Step, probes: Sequence[Probe], ask: Callable[[Probe], Answer]) -> Answer:
    """Ask with one print after another while the service cannot decide, as a clerk would; three at most."""
    for tries, probe in enumerate(probes[:MOST_TRIES], 1):
        answer = ask(probe)
        step.facts["tries"] = tries
        if answer.decision != Decision.DECISION_INCONCLUSIVE or tries == min(MOST_TRIES, len(probes)):
            return answer
        play.stage.tell({"decision": decision_text("INCONCLUSIVE"), "": "the clerk asks for another print"})
    raise UnexpectedError("no print to show")


def judged(play: Play, member: Member | None, sample: DatasetSample) -> Probe:
    """Ask the service how good a print is."""
    return Probe(member, sample, play.client.check_quality(as_sample(sample)).quality)


def best_first(probes: Iterable[Probe]) -> list[Probe]:
    """Sort by quality."""
    return sorted(probes, key=lambda probe: -probe.quality.score)


def as_sample(sample: DatasetSample) -> FingerprintSample:
    """Return the print as the service takes it, of an unknown finger."""
    return make_sample(sample.path.read_bytes(), resolution_ppi=sample.resolution_ppi)


def decision_name(decision: Decision) -> str:
    """Return a decision as people read it."""
    return Decision.Name(decision).removeprefix("DECISION_")
