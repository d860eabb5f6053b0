"""Layer normalisation and GELU on tiles of pixels, in the processor's vectors. Slow reference: its unit test."""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic

from matcher.extraction._vectors import INDEX, LANES, VECTORS, ZERO, Array, Vectors, arrays, constant, emission

EPSILON = 1e-3
"""Added to every variance: the default of Keras' LayerNormalization."""


class _Tile:
    """Emits what is done to TILE pixels of some channels."""

    def __init__(self, builder: Any, pixels: Array, first: Any, channels: Any) -> None:
        self._vectors = Vectors(builder)
        self._start = builder.gep(pixels.data, [first])
        self._step, self._channels = pixels.step, channels
        single = builder.sitofp(channels, ZERO.type.element)
        self._share = builder.fdiv(constant(1.0), self._vectors.spread(single))

    def row(self, channel: Any) -> list[Any]:
        """Read a channel's pixels."""
        start = self._vectors.builder.mul(channel, self._step)
        return [self._vectors.load(self._start, self._at(start, v)) for v in range(VECTORS)]

    def put(self, channel: Any, values: list[Any]) -> None:
        """Write a channel's pixels."""
        start = self._vectors.builder.mul(channel, self._step)
        for v, value in enumerate(values):
            self._vectors.store(value, self._start, self._at(start, v))

    def deviation(self) -> tuple[list[Any], list[Any]]:
        """Return mean and one over the standard deviation of each pixel among the channels."""
        vectors, builder = self._vectors, self._vectors.builder

        def add(channel: Any, sums: list[Any]) -> list[Any]:
            return [builder.fadd(total, value) for total, value in zip(sums, self.row(channel), strict=True)]

        means = [builder.fmul(total, self._share) for total in vectors.loop(self._channels, [ZERO] * VECTORS, add)]

        def add_square(channel: Any, sums: list[Any]) -> list[Any]:
            away = [builder.fsub(value, mean) for value, mean in zip(self.row(channel), means, strict=True)]
            return [vectors.multiply_add(value, value, total) for value, total in zip(away, sums, strict=True)]

        squares = vectors.loop(self._channels, [ZERO] * VECTORS, add_square)
        variances = [vectors.multiply_add(total, self._share, constant(EPSILON)) for total in squares]
        return means, [builder.fdiv(constant(1.0), vectors.root(value)) for value in variances]

    def _at(self, start: Any, vector: int) -> Any:
        return self._vectors.builder.add(start, INDEX(vector * LANES))


def _scale(_typing: Any, source: Any, at: Any, target: Any) -> Any:  # noqa: ARG001 - arguments[1]
    """Fill ``target`` (channels, TILE) with ``source`` (channels, pixels) from a pixel on, each over its deviation."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        s, t = arrays(context, builder, signature, arguments)
        tile, scaled = _Tile(builder, s, arguments[1], t.shape[0]), _Tile(builder, t, INDEX(0), t.shape[0])
        _, factors = tile.deviation()
        with emission.for_range(builder, t.shape[0]) as channel:
            values = tile.row(channel.index)
            scaled.put(channel.index, [builder.fmul(v, f) for v, f in zip(values, factors, strict=True)])
        return context.get_dummy_value()

    return types.void(source, types.intp, target), emit


def _standardise(_typing: Any, rows: Any, at: Any, gamma: Any, beta: Any) -> Any:  # noqa: ARG001 - arguments[1]
    """Standardise TILE pixels of ``rows`` among as many channels as ``gamma`` has, scale, shift, activate, in place.

    The channels are an even number: two are activated together, see :meth:`Vectors.gelu`.
    """

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        r, g, b = arrays(context, builder, signature, arguments)
        vectors, tile, zero = Vectors(builder), _Tile(builder, r, arguments[1], g.shape[0]), INDEX(0)
        means, factors = tile.deviation()
        with emission.for_range_slice(builder, zero, g.shape[0], INDEX(2), INDEX) as (channel, _):
            both = [channel, builder.add(channel, INDEX(1))]
            values = []
            for one in both:
                scale, shift = vectors.everywhere(g.data, one), vectors.everywhere(b.data, one)
                for value, mean, factor in zip(tile.row(one), means, factors, strict=True):
                    standard = builder.fmul(builder.fsub(value, mean), factor)
                    values.append(vectors.multiply_add(standard, scale, shift))
            activated = vectors.gelu(values)
            tile.put(both[0], activated[:VECTORS])
            tile.put(both[1], activated[VECTORS:])
        return context.get_dummy_value()

    return types.void(rows, types.intp, gamma, beta), emit


scale: Any = intrinsic(_scale)
standardise: Any = intrinsic(_standardise)
