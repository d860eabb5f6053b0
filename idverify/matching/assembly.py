"""Puts together what works on fingerprints: extractor, calibration, biometrics, and the gallery that goes with them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from threadpoolctl import threadpool_limits

from idverify.domain.errors import DomainError, Reason, SettingsError
from idverify.matching.biometrics import MatcherBiometrics
from idverify.matching.gallery import MatcherGallery
from idverify.matching.keeper import KeptGallery
from idverify.matching.ready_prints import ReadyPrints
from idverify.ports import Biometrics, Gallery
from matcher import machine_code
from matcher.comparison.calibration import default_calibration
from matcher.errors import ExtractorUnavailableError, NotCompiledError
from matcher.extraction.leader import load_leader
from matcher.extraction.ridge import RidgeExtractor
from matcher.types import Extractor
from matcher.warm_up import warm_up

_LOG = logging.getLogger(__name__)

EXTRACTORS: tuple[Literal["leader", "ridge"], ...] = ("leader", "ridge")


@dataclass(frozen=True, slots=True)
class Matching:
    """The biometrics and the gallery that goes with it: what the one prepares, the other searches for.

    ``kept``: the same gallery, if it is one that can be kept on disk.
    """

    biometrics: Biometrics
    gallery: Gallery
    kept: KeptGallery | None = None


def load_matching(
    extractor: Literal["leader", "ridge"],
    *,
    extractor_threads: int,
    search_threads: int,
    compiled_dir: Path | None = None,
) -> Matching:
    """Load extractor and calibration, with an empty gallery, and see that every loop has its machine code.

    Args:
        extractor: ``leader``, the network, or ``ridge``, image processing alone.
        extractor_threads: that one extraction computes with; the network only.
        search_threads: that one search computes with.
        compiled_dir: where :func:`idverify.matching.compiling.compile_all` put the machine code, and nothing else is
            looked for; None: what is not compiled yet is, some minutes, the first time.

    Raises:
        DomainError: MATCHER_UNAVAILABLE if the network is not installed.
        SettingsError: the machine code is not there, or what has to be made can be kept nowhere.
    """
    calibration = default_calibration()
    chosen = load_extractor(extractor, extractor_threads)
    began = time.monotonic()
    if compiled_dir is None:
        machine_code.as_numba_does(_saying_once("compiling what is not compiled yet: a minute or more, the first time"))
    else:
        machine_code.take_from(compiled_dir)
    try:
        warm_up(chosen)
    except NotCompiledError as error:
        raise SettingsError(
            f"compiled_dir: {error}; set compiled_dir, and run `idverify compile` as whoever may write that folder, "
            "on each machine and after every upgrade"
        ) from None
    keep_algebra_to_one_thread()
    facts = {"seconds": round(time.monotonic() - began, 3), "loops": machine_code.compiled_here()}
    _LOG.info("compiled", extra=facts)
    if compiled_dir is not None:
        machine_code.compile_what_is_missing(
            lambda loop: _LOG.warning("compiling while it serves, for this process alone", extra={"loop": loop})
        )
    ready = ReadyPrints()
    gallery = MatcherGallery(calibration, search_threads, ready)
    return Matching(MatcherBiometrics(chosen, calibration, ready), gallery, gallery)


def _saying_once(message: str) -> Callable[[str], None]:
    said = cache(lambda: _LOG.info(message))
    return lambda _loop: said()


def load_extractor(extractor: Literal["leader", "ridge"], threads: int) -> Extractor:
    """Load one of :data:`EXTRACTORS`. Raises DomainError, MATCHER_UNAVAILABLE, if the network is not installed."""
    try:
        return load_leader(threads=threads) if extractor == "leader" else RidgeExtractor()
    except ExtractorUnavailableError as error:
        raise DomainError(Reason.MATCHER_UNAVAILABLE, str(error)) from None


def keep_algebra_to_one_thread() -> None:
    """Let the linear algebra that is loaded compute in the calling thread alone, from now on in this process.

    The threads of OpenBLAS spin while they wait for each other, and the others of the service work on other calls: for
    the eigenvectors of a print's 35 minutiae they took many times as long as one does.
    """
    threadpool_limits(1, user_api="blas")
