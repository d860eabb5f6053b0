"""Files that lie about their resolution: a WSQ that says 255, a byte of -1, and a JPEG 2000 that says 1000."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping

import PIL.Image

from enroll_tools.synthetic import Population
from idverify.v1 import biometrics_pb2, enrolment_pb2, types_pb2
from matcher.types import FingerPosition
from tests.attack.case import Case, Findings, Outcome
from tests.attack.people import enrolment
from tests.attack.stage import Server, Stage
from tests.e2e.harness import context, refusal
from tests.e2e.stubs import TESTING
from tests.places import GOLDEN
from tests.unit.matcher.images.test_jpeg2000 import with_resolution

_TRUE = 500
_WSQ = "WSQ"
_FARTHEST = 1.3
"""Factor between the truth and the estimate that is told."""


def files() -> Mapping[tuple[str, int], bytes]:
    """Return files of one synthetic print of 500 ppi, by what they are and the resolution that they state."""
    wsq = (GOLDEN / "print.wsq").read_bytes()
    made = {(_WSQ, ppi): wsq.replace(b"PPI 500\n", b"PPI %3d\n" % ppi) for ppi in (_TRUE, 255, -1)}
    pixels = Population(5).impression(1, FingerPosition.RIGHT_INDEX, 1).image.pixels
    stream = io.BytesIO()
    PIL.Image.fromarray(pixels).save(stream, "JPEG2000")
    for ppi in (_TRUE, 1000):
        metres = struct.pack(">HHHHbb", round(ppi / 0.0254), 1, round(ppi / 0.0254), 1, 0, 0)
        made["JPEG 2000", ppi] = with_resolution(metres, data=stream.getvalue())
    return made


def run(stage: Stage) -> Outcome:
    """Send each to be looked at and to be enrolled; and the true ones with a false word of the client."""
    found = Findings()
    with stage.site().serving() as server:
        for (kind, ppi), data in files().items():
            if ppi == _TRUE:
                check = server.stubs("counter-1").biometrics.CheckQuality
                answer = check(biometrics_pb2.CheckQualityRequest(context=context(), sample=_sample(data)))
                found.note(f"a {kind} that says {ppi} is usable", answer.quality.usable)
                _note_refused(found, server, f"a {kind} of {ppi} of which the client says 1000", _sample(data, 1000))
            else:
                _note_refused(found, server, f"a {kind} that says {ppi}", _sample(data))
        listed = enrolment_pb2.ListCitizensRequest(context=TESTING)
        found.same("citizens enrolled", len(server.stubs("admin").enrolment.ListCitizens(listed).citizens), 0)
    return found.outcome


def _sample(data: bytes, ppi: int = 0) -> types_pb2.FingerprintSample:
    image = types_pb2.FingerImage(data=data, resolution_ppi=ppi)
    return types_pb2.FingerprintSample(image=image, finger_position="FINGER_POSITION_RIGHT_INDEX")


def _note_refused(found: Findings, server: Server, what: str, sample: types_pb2.FingerprintSample) -> None:
    checked = biometrics_pb2.CheckQualityRequest(context=context(), sample=sample)
    looked = refusal(server.stubs("counter-1").biometrics.CheckQuality, checked)
    enrolled = refusal(server.stubs("enroller").enrolment.EnrolCitizen, enrolment(1, [sample]))
    reasons = {refused.reason for refused in (looked, enrolled)}
    estimates = {float(refused.metadata.get("estimated_ppi", "0")) for refused in (looked, enrolled)}
    near = all(_TRUE / _FARTHEST < estimate < _TRUE * _FARTHEST for estimate in estimates)
    ridges = " and ".join(f"{estimate:.0f}" for estimate in estimates)
    told = f"{what}: {' and '.join(reasons)}, the ridges say {ridges}"
    found.note(told, near and reasons == {"SAMPLE_RESOLUTION_UNKNOWN"})


CASE = Case(
    number="11",
    name="what a file says of its resolution",
    before="believed: 33 of 66 WSQ files of NIST's references say 255 ppi, MOSIP's JPEG 2000 1000 where their record "
    "says 500; such templates were usable and matched nothing",
    wanted="SAMPLE_RESOLUTION_UNKNOWN with the estimate, at a look and at enrolment; true ones are taken",
    run=run,
)
