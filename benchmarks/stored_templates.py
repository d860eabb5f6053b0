"""Templates of a test set: from a folder of ``FINGER_IMPRESSION.npz`` files, or extracted from its images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matcher.types import Template


@dataclass(frozen=True, slots=True, eq=False)
class NamedTemplate:
    """A template, the finger it is of (unique over all sets), and the number of its impression, from 1."""

    finger: str
    impression: int
    template: Template


def load_npz_folder(folder: Path) -> list[NamedTemplate]:
    """Read the templates ``FINGER_IMPRESSION.npz`` of a folder, in order of name.

    Each has float32 ``x``, ``y``, ``angle``, ``quality``, uint8 ``kind``, and ``width`` and ``height``.
    """
    return [_read(path) for path in sorted(folder.glob("*_*.npz"))]


def _read(path: Path) -> NamedTemplate:
    finger, _, impression = path.stem.rpartition("_")
    with np.load(path, allow_pickle=False) as stored:
        template = Template(
            x=stored["x"],
            y=stored["y"],
            angle=stored["angle"],
            kind=stored["kind"],
            quality=stored["quality"],
            width=int(stored["width"]),
            height=int(stored["height"]),
            extractor="npz",
        )
    return NamedTemplate(f"{path.parent.name}/{finger}", int(impression), template)
