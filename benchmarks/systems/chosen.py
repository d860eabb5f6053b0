"""The system that a command line asks for, by ``--extractor`` and ``--matcher``.

An extractor of somebody's own is given the picture: uint8 (height, width), ridges dark, at 500 ppi. If it has a
parameter ``ppi`` it is given the pixels as they are stored, and their pixels per inch there; if it has ``path``, the
file. What it returns goes to the matcher as it is, and may be anything that can be pickled; None where there is none.
A matcher is given two of these, or both pictures where no extractor is named, and returns a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import numpy as np
import typer

from benchmarks.sources import EXTRACTORS, ExtractorName, read_image, template_source
from benchmarks.systems.plugins import Plugin, PluginError, checked_score, is_plugin, load_plugin
from benchmarks.systems.system import Comparator, System, own_comparator, own_system
from enroll_tools.datasets import DatasetSample
from matcher.comparison.calibration import Calibration
from matcher.errors import MatcherError
from matcher.images.decoding import resample
from matcher.templates.validation import require_coherent
from matcher.types import TEMPLATE_RESOLUTION_PPI, Template

ExtractorChoice = Annotated[
    str | None,
    typer.Option(
        "--extractor",
        metavar="[leader|ridge|iso|image|MODULE:FUNCTION]",
        help="ridge: by image processing alone; iso: the .iso records beside the images; image: the matcher is given "
        "the pictures, as if not said; MODULE:FUNCTION or FILE.py:FUNCTION: your own.",
    ),
]
MatcherChoice = Annotated[
    str | None,
    typer.Option(
        "--matcher", metavar="MODULE:FUNCTION", help="Your own instead of ours, of two templates or pictures: a score."
    ),
]

IMAGE = "image"


class SystemChoice:
    """What was asked for; functions are imported at once, so that a wrong name is told before anything is done."""

    def __init__(self, extractor: str | None, matcher: str | None) -> None:
        """Take in what was asked for.

        Raises:
            PluginError: a name is unknown, or a function cannot be had.
        """
        self._matcher = None if matcher is None else load_plugin(matcher)
        self._name = extractor or ("leader" if matcher is None else IMAGE)
        self._plugin = load_plugin(self._name) if is_plugin(self._name) else None
        if self._plugin is None and self._name not in (*EXTRACTORS, IMAGE):
            raise PluginError(
                f"no extractor {self._name!r}: {', '.join(EXTRACTORS)}, {IMAGE}, module:function or file.py:function"
            )
        if self._name == IMAGE and matcher is None:
            raise PluginError("the extractor image leaves the pictures to a matcher of your own: name it")

    def system(self, samples: Sequence[DatasetSample], calibration: Calibration | None) -> System:
        """Return the system for a set; ``calibration``: of our comparator.

        Raises:
            DatasetError: a record is missing.
        """
        comparator = own_comparator(calibration) if self._matcher is None else _comparator(self._matcher)
        if self._plugin is not None:
            source = partial(_made_by, self._plugin, own_comparator=self._matcher is None)
            return System(self._plugin.id, source, comparator, own_templates=False, code=self._plugin.id, threads=1)
        if self._name == IMAGE:
            return System("the pictures at 500 ppi", _picture, comparator, own_templates=False, code="", threads=1)
        name: ExtractorName = self._name  # type: ignore[assignment]
        ours = own_system(template_source(name, samples), calibration)
        return System(ours.extractor, ours.source, comparator, own_templates=True, code=ours.code, threads=ours.threads)


def _comparator(plugin: Plugin) -> Comparator:
    def score(a: Any, b: Any, name_a: str, name_b: str) -> float:
        what = f"on {name_a} and {name_b}"
        return checked_score(plugin, what, plugin(what, a, b))

    return Comparator(plugin.id, lambda template: template, score, None, own=False, threads=1)


def _picture(sample: DatasetSample) -> Any:
    return resample(read_image(sample))


def _made_by(plugin: Plugin, sample: DatasetSample, *, own_comparator: bool) -> Any:
    """Return what an extractor of somebody's own makes of a sample; as a template where our comparator takes it."""
    image = read_image(sample)
    named: dict[str, Any] = {}
    stored = "ppi" in plugin.takes
    if stored:
        named["ppi"] = image.resolution_ppi
    if "path" in plugin.takes:
        named["path"] = sample.path
    pixels = image.pixels if stored else resample(image)
    what = f"on {sample.path.name}"
    found = plugin(what, pixels, **named)
    if found is None or not own_comparator or isinstance(found, Template):
        return found
    scale = TEMPLATE_RESOLUTION_PPI / image.resolution_ppi if stored else 1.0
    return _template(plugin, what, found, scale, pixels.shape)


def _template(plugin: Plugin, what: str, found: Any, scale: float, shape: tuple[int, ...]) -> Template:
    """Lay out rows of x, y, angle and perhaps quality and kind as a template at 500 dpi."""
    expected = "for our comparator: a Template, or rows of x, y, angle in radians, and maybe quality in [0, 1] and kind"
    rows = np.asarray(found)
    if rows.dtype.kind not in "iuf" or rows.ndim != 2 or not (3 <= rows.shape[1] <= 5 or rows.size == 0):
        raise PluginError(f"{plugin.text} {what}: returned {type(found).__name__}, expected {expected}")
    rows = rows.astype(np.float32).reshape(-1, rows.shape[1] or 3)
    height, width = (round(side * scale) for side in shape[:2])
    template = Template(
        x=rows[:, 0] * np.float32(scale),
        y=rows[:, 1] * np.float32(scale),
        angle=np.angle(np.exp(1j * rows[:, 2])).astype(np.float32),
        kind=rows[:, 4].astype(np.uint8) if rows.shape[1] > 4 else np.zeros(len(rows), np.uint8),
        quality=rows[:, 3] if rows.shape[1] > 3 else None,
        width=width,
        height=height,
        extractor=plugin.id,
    )
    try:
        require_coherent(template)
    except MatcherError as error:
        raise PluginError(f"{plugin.text} {what}: {error}; expected {expected}") from None
    return template
