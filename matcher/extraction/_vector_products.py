"""Matrix products and filters of the LEADER network, in the processor's vectors.

Both work on maps whose pixels lie side by side, and take no notice of where a row ends. Slow reference: their test.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import types
from numba.extending import intrinsic

from matcher.extraction._vectors import FILTERED_ROWS, INDEX, LANES, ROWS, VECTORS, ZERO, Vectors, arrays, emission


def _product(*, more: bool, activated: bool) -> Callable[..., Any]:
    def typed(
        _typing: Any, weights: Any, bias: Any, source: Any, offsets: Any, target: Any, places: Any, panels: Any
    ) -> Any:
        """Fill rows of ``target``, TILE pixels of each, with a matrix times the channels of ``source``, and the bias.

        Output ``r`` of panel ``p`` is the sum over k of ``weights[p, k, r] * source[at + offsets[k]]``, and so on for
        the pixels behind.

        Args:
            weights: float32 (panels, depth, ROWS), depth at least 1.
            bias: float32 (panels, ROWS); what ``target`` holds instead where there is ``more`` to come.
            source: float32, one behind the other.
            offsets: int64 (depth or more,).
            target: float32 (rows, pixels).
            places: ``at``, the first pixel, seen from the beginning of ``source``; row and pixel of ``target``.
            panels: the first, and the one behind the last.
        """

        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            w, b, s, o, t = arrays(context, builder, signature, arguments)
            at, row, pixel = emission.unpack_tuple(builder, arguments[5], 3)
            first, last = emission.unpack_tuple(builder, arguments[6], 2)
            vectors, depth, source = Vectors(builder), w.shape[1], builder.gep(s.data, [at])
            with emission.for_range_slice(builder, first, last, INDEX(1), INDEX) as (panel, _):
                rows = builder.mul(panel, INDEX(ROWS))
                into = builder.add(row, builder.mul(builder.sub(panel, first), INDEX(ROWS)))
                tile = _Tile(vectors, builder.gep(t.data, [builder.add(pixel, builder.mul(into, t.step))]), t.step)
                sums = tile.values() if more else tile.everywhere(builder.gep(b.data, [rows]))
                matrix = builder.gep(w.data, [builder.mul(rows, depth)])
                sums = _sums(vectors, sums, matrix, source, (o.data, depth))
                tile.put(vectors.gelu(sums) if activated else sums)
            return context.get_dummy_value()

        return types.void(weights, bias, source, offsets, target, places, panels), emit

    return typed


class _Tile:
    """Emits reading and writing of ROWS rows of VECTORS vectors, ``step`` floats apart."""

    def __init__(self, vectors: Vectors, start: Any, step: Any) -> None:
        builder = self._builder = vectors.builder
        self._vectors, self._start = vectors, start
        self._places = [
            builder.add(builder.mul(step, INDEX(row)), INDEX(v * LANES)) for row in range(ROWS) for v in range(VECTORS)
        ]

    def everywhere(self, values: Any) -> list[Any]:
        """Return the vectors with one of ROWS floats in all lanes of each row."""
        rows = [self._vectors.everywhere(values, INDEX(row)) for row in range(ROWS)]
        return [row for row in rows for _ in range(VECTORS)]

    def values(self) -> list[Any]:
        """Read the vectors."""
        return [self._vectors.load(self._start, place) for place in self._places]

    def put(self, values: list[Any]) -> None:
        """Write the vectors."""
        for place, value in zip(self._places, values, strict=True):
            self._vectors.store(value, self._start, place)


def _sums(vectors: Vectors, sums: list[Any], weights: Any, source: Any, offsets: tuple[Any, Any]) -> list[Any]:
    """Emit the loop over k; return the sums, row by row."""
    builder, (places, depth) = vectors.builder, offsets

    def step(k: Any, totals: list[Any]) -> list[Any]:
        at = builder.gep(source, [builder.load(builder.gep(places, [k]))])
        pixels = [vectors.load(at, INDEX(v * LANES)) for v in range(VECTORS)]
        now = builder.gep(weights, [builder.mul(k, INDEX(ROWS))])
        for row in range(ROWS):
            weight = vectors.everywhere(now, INDEX(row))
            for v in range(VECTORS):
                n = row * VECTORS + v
                totals[n] = vectors.multiply_add(weight, pixels[v], totals[n])
        return totals

    return vectors.loop(depth, sums, step)


def _filter(side: int) -> Callable[..., Any]:
    def typed(_typing: Any, kernels: Any, source: Any, origin: Any, target: Any, size: Any) -> Any:
        """Filter each channel of a map by its own square kernel.

        Args:
            kernels: float32 (channels, side * side).
            source: float32 (channels, pixels).
            origin: the pixel of it under the kernel's upper left corner for the first of ``target``, and how many
                pixels one row is from the next.
            target: float32 (channels, pixels), written from the first pixel on: rows filled up to a multiple of
                FILTERED_ROWS, and each to one of LANES.
            size: rows and columns wanted, and how many pixels one row of ``target`` is from the next.
        """

        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            k, s, t = arrays(context, builder, signature, arguments)
            at, step = emission.unpack_tuple(builder, arguments[2], 2)
            rows, width, into = emission.unpack_tuple(builder, arguments[4], 3)
            vectors, zero = Vectors(builder), INDEX(0)
            with emission.for_range(builder, k.shape[0]) as channel:
                kernel = builder.gep(k.data, [builder.mul(channel.index, k.step)])
                plane = builder.gep(s.data, [builder.add(at, builder.mul(channel.index, s.step))])
                filled = builder.gep(t.data, [builder.mul(channel.index, t.step)])
                with emission.for_range_slice(builder, zero, rows, INDEX(FILTERED_ROWS), INDEX) as (row, _):
                    above = builder.gep(plane, [builder.mul(row, step)])
                    place = builder.gep(filled, [builder.mul(row, into)])
                    with emission.for_range_slice(builder, zero, width, INDEX(LANES), INDEX) as (x, _):
                        sums = _filtered(vectors, side, kernel, builder.gep(above, [x]), step)
                        for out, total in enumerate(sums):
                            vectors.store(total, place, builder.add(x, builder.mul(into, INDEX(out))))
            return context.get_dummy_value()

        return types.void(kernels, source, origin, target, size), emit

    return typed


def _filtered(vectors: Vectors, side: int, kernel: Any, source: Any, step: Any) -> list[Any]:
    """Emit the sums of FILTERED_ROWS rows of LANES pixels."""
    builder = vectors.builder
    sums: list[Any] = [ZERO] * FILTERED_ROWS
    rows = [builder.mul(step, INDEX(y)) for y in range(FILTERED_ROWS + side - 1)]
    for x in range(side):
        column = [vectors.everywhere(kernel, INDEX(side * y + x)) for y in range(side)]
        for y, row in enumerate(rows):
            pixels = vectors.load(source, builder.add(row, INDEX(x)))
            for out in range(max(0, y - side + 1), min(FILTERED_ROWS, y + 1)):
                sums[out] = vectors.multiply_add(column[y - out], pixels, sums[out])
    return sums


multiply: Any = intrinsic(_product(more=False, activated=False))
multiply_activated: Any = intrinsic(_product(more=False, activated=True))
multiply_more: Any = intrinsic(_product(more=True, activated=False))
filter5: Any = intrinsic(_filter(5))
filter7: Any = intrinsic(_filter(7))
