"""The load that is offered, and the bars that the answers are held to."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable

import PIL.Image

from benchmarks.overload.load import Figures, closed_loop, open_loop
from benchmarks.overload.service import Service
from enroll_tools.synthetic import Population
from idverify.settings import Settings
from idverify.v1 import biometrics_pb2, types_pb2
from matcher.types import FingerPosition

SHIPS: str = Settings.model_fields["extractor"].default
"""The extractor that a service has unless its operator says otherwise: the bars are for what ships."""

DEADLINE = 5.0
"""Seconds."""

LEAST_GOODPUT, MOST_REFUSAL_SECONDS, MOST_MEMORY, MOST_KEPT = 0.9, 0.1, 600.0, 50.0
"""The bars: part of the best at ten times the load; seconds; MB resident during the attack; MB above idle after it."""


async def measured(
    service: Service, body: bytes, factors: Iterable[int], seconds: float, deadline: float = DEADLINE
) -> tuple[Figures, dict[int, Figures]]:
    """Return the best, which callers get who wait for their answers, and what comes of that rate times each factor.

    Args:
        service: running, and warm.
        body: what is sent, see :func:`request`.
        factors: of the rate of the best.
        seconds: how long each is offered.
        deadline: of every call, seconds.
    """
    best = await closed_loop(service, body, 2 * (os.cpu_count() or 2), seconds, deadline)
    return best, {n: await open_loop(service, body, n * best.goodput, seconds, deadline) for n in factors}


def request() -> bytes:
    """Return a check of the quality of a synthetic print."""
    image = Population(5).impression(1, FingerPosition.RIGHT_INDEX, 1).image
    file = io.BytesIO()
    PIL.Image.fromarray(image.pixels).save(file, "PNG")
    picture = types_pb2.FingerImage(data=file.getvalue(), format=types_pb2.IMAGE_FORMAT_PNG, resolution_ppi=500)
    sample = types_pb2.FingerprintSample(image=picture)
    return biometrics_pb2.CheckQualityRequest(sample=sample).SerializeToString()
