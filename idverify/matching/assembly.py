"""Puts together what works on fingerprints: extractor, calibration, biometrics, and the gallery that goes with them."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Literal

from threadpoolctl import threadpool_limits

from idverify.domain.errors import DomainError, Reason
from idverify.matching.biometrics import MatcherBiometrics
from idverify.matching.gallery import MatcherGallery
from idverify.matching.keeper import KeptGallery
from idverify.ports import Biometrics, Gallery
from matcher.comparison.calibration import default_calibration
from matcher.errors import ExtractorUnavailableError
from matcher.extraction.leader import load_leader
from matcher.extraction.ridge import RidgeExtractor
from matcher.warm_up import warm_up

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Matching:
    """The biometrics and the gallery that goes with it: what the one prepares, the other searches for.

    ``kept``: the same gallery, if it is one that can be kept on disk.
    """

    biometrics: Biometrics
    gallery: Gallery
    kept: KeptGallery | None = None


def load_matching(extractor: Literal["leader", "ridge"], *, extractor_threads: int, search_threads: int) -> Matching:
    """Load extractor and calibration, with an empty gallery, and compile what is not yet: a minute, the first time.

    Args:
        extractor: ``leader``, the network, or ``ridge``, image processing alone.
        extractor_threads: that one extraction computes with; the network only.
        search_threads: that one search computes with.

    Raises:
        DomainError: MATCHER_UNAVAILABLE if the network is not installed.
    """
    calibration = default_calibration()
    try:
        chosen = load_leader(threads=extractor_threads) if extractor == "leader" else RidgeExtractor()
    except ExtractorUnavailableError as error:
        raise DomainError(Reason.MATCHER_UNAVAILABLE, str(error)) from None
    began = time.monotonic()
    _LOG.info("compiling what is not compiled yet: a minute or more, the first time")
    warm_up(chosen)
    keep_algebra_to_one_thread()
    _LOG.info("compiled", extra={"seconds": round(time.monotonic() - began, 3)})
    gallery = MatcherGallery(calibration, search_threads)
    return Matching(MatcherBiometrics(chosen, calibration), gallery, gallery)


def keep_algebra_to_one_thread() -> None:
    """Let the linear algebra that is loaded compute in the calling thread alone, from now on in this process.

    The threads of OpenBLAS spin while they wait for each other, and the others of the service work on other calls: for
    the eigenvectors of a print's 35 minutiae they took many times as long as one does.
    """
    threadpool_limits(1, user_api="blas")
