"""Many templates as a few arrays: the form in which a gallery holds them, and in which files of them are written.

A column is one array over the minutiae of all templates; the offsets tell where each template's begin. Steps are those
of :mod:`matcher.templates.compact`, so that a template read from the columns equals ``decode(encode(template))``, but
for its ridge map, which columns don't keep.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import overload

import numpy as np
from numpy.typing import NDArray

from matcher.errors import TemplateInvalidError
from matcher.templates import quantisation
from matcher.templates.quantisation import STEPS_PER_PIXEL, ShortArray
from matcher.templates.validation import LARGEST_SIDE_PX
from matcher.types import ByteArray, FloatArray, MinutiaKind, Template

MINUTIA_COLUMNS = {"x": np.uint16, "y": np.uint16, "angle": np.uint16, "kind": np.uint8, "quality": np.uint8}
TEMPLATE_COLUMNS = {"width": np.uint16, "height": np.uint16, "extractor": np.uint16, "reported": np.bool_}

_MINUTIAE_AT_ONCE = 1 << 22  # checked at a time: what is mapped from a file is never all in memory


@dataclass(frozen=True, slots=True, eq=False)
class TemplateColumns(Sequence[Template]):
    """The templates of many impressions, n of them with m minutiae in all. 8 bytes a minutia, 15 a template.

    A sequence of templates: an index gives a template, a slice the columns of its part, without copying the minutiae.

    Attributes:
        offsets: int64, shape (n + 1,): the minutiae of template i are ``offsets[i]:offsets[i + 1]``.
        x, y: uint16, shape (m,): eighths of a pixel at 500 dpi.
        angle: uint16, shape (m,): parts of 2 pi / 65536, counter-clockwise.
        kind: uint8, shape (m,): :class:`~matcher.types.MinutiaKind` codes.
        quality: uint8, shape (m,): parts of 1 / 255; 255 where none is reported.
        width, height: uint16, shape (n,): frames in pixels at 500 dpi.
        extractor: uint16, shape (n,): index into ``extractors``.
        reported: bool, shape (n,): whether qualities are reported.
        extractors: identifiers of what found the minutiae.
    """

    offsets: NDArray[np.int64]
    x: ShortArray
    y: ShortArray
    angle: ShortArray
    kind: ByteArray
    quality: ByteArray
    width: ShortArray
    height: ShortArray
    extractor: ShortArray
    reported: NDArray[np.bool_]
    extractors: tuple[str, ...]

    def __len__(self) -> int:
        return int(self.width.shape[0])

    @overload
    def __getitem__(self, index: int) -> Template: ...

    @overload
    def __getitem__(self, index: slice) -> TemplateColumns: ...

    def __getitem__(self, index: int | slice) -> Template | TemplateColumns:
        if isinstance(index, slice):
            return self._part(index)
        if not -len(self) <= index < len(self):
            raise IndexError("template index out of range")
        return self.template(index % len(self))

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of minutiae of every template, int64, shape (n,)."""
        return np.diff(self.offsets)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(getattr(self, f.name).nbytes for f in fields(self) if f.name != "extractors")

    def template(self, index: int) -> Template:
        """Return one template, as new arrays."""
        own = slice(int(self.offsets[index]), int(self.offsets[index + 1]))
        return Template(
            x=quantisation.positions(self.x[own]),
            y=quantisation.positions(self.y[own]),
            angle=quantisation.angles(self.angle[own]),
            kind=np.array(self.kind[own], np.uint8),
            quality=quantisation.qualities(self.quality[own]) if self.reported[index] else None,
            width=int(self.width[index]),
            height=int(self.height[index]),
            extractor=self.extractors[int(self.extractor[index])],
        )

    def take(self, indices: NDArray[np.int64]) -> TemplateColumns:
        """Return some templates, in the order asked for, each as often as asked for; a copy."""
        lengths = self.counts[indices]
        offsets = _offsets(lengths)
        rows = np.arange(offsets[-1]) + np.repeat(self.offsets[:-1][indices] - offsets[:-1], lengths)
        minutiae = {name: getattr(self, name)[rows] for name in MINUTIA_COLUMNS}
        own = {name: getattr(self, name)[indices] for name in TEMPLATE_COLUMNS}
        return TemplateColumns(offsets, **minutiae, **own, extractors=self.extractors)

    def _part(self, part: slice) -> TemplateColumns:
        first, last, step = part.indices(len(self))
        if step != 1:
            raise ValueError("columns are cut in steps of 1; use take() for others")
        last = max(first, last)
        begin, end = (int(self.offsets[i]) for i in (first, last))
        minutiae = {name: getattr(self, name)[begin:end] for name in MINUTIA_COLUMNS}
        own = {name: getattr(self, name)[first:last] for name in TEMPLATE_COLUMNS}
        return TemplateColumns(self.offsets[first : last + 1] - begin, **minutiae, **own, extractors=self.extractors)


def of_templates(templates: Sequence[Template]) -> TemplateColumns:
    """Put templates into columns, rounding each as the storage form does.

    Raises:
        TemplateInvalidError: a template is not coherent; the message names its place in the sequence.
    """
    for place, template in enumerate(templates):
        columns = [getattr(template, name) for name in MINUTIA_COLUMNS]
        if {column.shape for column in columns if column is not None} != {(len(template),)}:
            raise TemplateInvalidError(f"template {place}: columns differ in length or are not one-dimensional")
    offsets = _offsets(np.array([len(t) for t in templates], np.int64))
    width, height = (_frame_sides([getattr(t, name) for t in templates]) for name in ("width", "height"))
    x, y, angle = (_joined([getattr(t, name) for t in templates]) for name in ("x", "y", "angle"))
    quality = _joined([np.ones(len(t), np.float32) if t.quality is None else t.quality for t in templates])
    kind = np.concatenate([np.zeros(0, np.int64), *(t.kind for t in templates)])
    lengths = np.diff(offsets)
    sound = {
        "x": (x >= 0) & (x <= np.repeat(width, lengths)),
        "y": (y >= 0) & (y <= np.repeat(height, lengths)),
        "angle": np.isfinite(angle),
        "kind": (kind >= 0) & (kind <= max(MinutiaKind)),
        "quality": (quality >= 0) & (quality <= 1),
    }
    for name, good in sound.items():
        _require_all(good, name, offsets, 0)
    names = tuple(dict.fromkeys(t.extractor for t in templates))
    return TemplateColumns(
        offsets,
        quantisation.position_steps(x),
        quantisation.position_steps(y),
        quantisation.angle_steps(angle),
        kind.astype(np.uint8),
        quantisation.quality_steps(quality),
        width,
        height,
        np.array([names.index(t.extractor) for t in templates], np.uint16),
        np.array([t.quality is not None for t in templates], np.bool_),
        names,
    )


def concatenate(parts: Iterable[TemplateColumns]) -> TemplateColumns:
    """Put columns one after the other; a copy."""
    listed = list(parts)
    names = tuple(dict.fromkeys(name for part in listed for name in part.extractors))
    new_number = {name: number for number, name in enumerate(names)}
    extractor = [
        np.array([new_number[name] for name in part.extractors], np.uint16)[part.extractor]
        for part in listed
        if len(part)
    ]
    joined = {
        name: np.concatenate([np.zeros(0, dtype), *(getattr(part, name) for part in listed)])
        for name, dtype in (MINUTIA_COLUMNS | TEMPLATE_COLUMNS).items()
        if name != "extractor"
    }
    lengths = np.concatenate([np.zeros(0, np.int64), *(part.counts for part in listed)])
    owners = np.concatenate([np.zeros(0, np.uint16), *extractor])
    return TemplateColumns(_offsets(lengths), extractor=owners, extractors=names, **joined)


def require_coherent_columns(columns: TemplateColumns) -> None:
    """Check that every template of some columns is coherent, as :func:`~matcher.templates.validation.require_coherent`.

    Raises:
        TemplateInvalidError: naming the column at fault and the template, never a value.
    """
    offsets, count = columns.offsets, len(columns)
    if offsets.shape != (count + 1,) or offsets[0] != 0 or (np.diff(offsets) < 0).any():
        raise TemplateInvalidError("template columns: the offsets do not ascend from 0, one more than templates")
    if any(getattr(columns, name).shape != (count,) for name in TEMPLATE_COLUMNS):
        raise TemplateInvalidError("template columns: the columns of the templates differ in length")
    if any(getattr(columns, name).shape != (offsets[-1],) for name in MINUTIA_COLUMNS):
        raise TemplateInvalidError("template columns: the columns of the minutiae do not end with the offsets")
    if (columns.extractor >= len(columns.extractors)).any():
        raise TemplateInvalidError("template columns: an extractor is not named")
    _frame_sides(columns.width)
    _frame_sides(columns.height)
    for part, first in _pieces(columns):
        lengths = part.counts
        for name, side in (("x", part.width), ("y", part.height)):
            reach = np.repeat(side.astype(np.int32) * STEPS_PER_PIXEL, lengths)
            _require_all(getattr(part, name) <= reach, name, part.offsets, first)
        _require_all(part.kind <= max(MinutiaKind), "kind", part.offsets, first)


def _pieces(columns: TemplateColumns) -> Iterable[tuple[TemplateColumns, int]]:
    """Yield the columns in pieces of some million minutiae, each with the number of its first template."""
    first = 0
    while first < len(columns):
        last = int(np.searchsorted(columns.offsets, columns.offsets[first] + _MINUTIAE_AT_ONCE))
        last = min(max(last, first + 1), len(columns))
        yield columns[first:last], first
        first = last


def _require_all(good: NDArray[np.bool_], name: str, offsets: NDArray[np.int64], first: int) -> None:
    if not good.all():
        place = first + int(np.searchsorted(offsets, np.argmin(good), side="right")) - 1
        raise TemplateInvalidError(f"template {place}: column {name!r} holds a value out of range or not finite")


def _frame_sides(values: Sequence[int] | ShortArray) -> ShortArray:
    sides = np.asarray(values, np.int64)
    wrong = (sides < 1) | (sides > LARGEST_SIDE_PX)
    if wrong.any():
        raise TemplateInvalidError(f"template {int(np.argmax(wrong))}: frame must be 1 to {LARGEST_SIDE_PX} px a side")
    return sides.astype(np.uint16)


def _joined(columns: Sequence[FloatArray]) -> FloatArray:
    return np.concatenate([np.zeros(0, np.float32), *columns])


def _offsets(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
