"""Vectors as wide as the processor's, for loops that are written as code of LLVM.

Numba's own vectors end in memory after each step; what these add up stays in registers.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from llvmlite import binding, ir
from numba import types
from numba.core import cgutils


class _Shape(NamedTuple):
    """Floats of a vector; how many rows of how many vectors a product adds up at once; how many rows a filter does."""

    lanes: int
    rows: int
    vectors: int
    filtered: int


def _of_host() -> _Shape:
    features = binding.get_host_cpu_features()
    if features.get("avx512f"):
        return _Shape(16, 8, 3, 8)  # 24 sums in 32 registers
    if features.get("avx"):
        return _Shape(8, 4, 3, 8)  # 12 in 16; a filter adds up 8, as a sum waits four steps for the one before
    return _Shape(4, 8, 3, 8)


LANES, ROWS, VECTORS, FILTERED_ROWS = _of_host()
TILE = LANES * VECTORS
"""Pixels that are computed together."""

_FLOAT, INDEX, _SHORT = ir.FloatType(), ir.IntType(64), ir.IntType(32)
VECTOR = ir.VectorType(_FLOAT, LANES)
ZERO = ir.Constant(VECTOR, None)
BYTES = 4

emission: Any = cgutils
"""Numba's helpers for code of LLVM, which have no types."""

# erf(z / sqrt 2) / 2z as a polynomial of u, the square of z cut off at 5.2 and brought into [-1, 1]: the smallest
# largest error, weighted by what it does to GELU.
_CUT = 5.2
_GELU = (
    1.35949940e-01,
    -6.77434060e-02,
    5.00301700e-02,
    -3.99413000e-02,
    3.19072600e-02,
    -2.45934180e-02,
    1.83871720e-02,
    -1.31033100e-02,
    7.55780560e-03,
    -3.50575360e-03,
    2.85364250e-03,
    -2.50370100e-03,
    8.58752800e-04,
)

_SIDE_BY_SIDE = 6


class Array(NamedTuple):
    """Where an array begins, the sides it has, and how many floats lie between two of its rows."""

    data: Any
    shape: Sequence[Any]
    step: Any


def arrays(context: Any, builder: Any, signature: Any, arguments: Any) -> Iterator[Array]:
    """Yield the arrays among a function's arguments."""
    for kind, value in zip(signature.args, arguments, strict=True):
        if isinstance(kind, types.Array):
            array = context.make_array(kind)(context, builder, value)
            shape = emission.unpack_tuple(builder, array.shape, kind.ndim)
            row = emission.unpack_tuple(builder, array.strides, kind.ndim)[0]
            yield Array(array.data, shape, builder.sdiv(row, INDEX(BYTES)))


class Vectors:
    """Emits operations on vectors."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def multiply_add(self, a: Any, b: Any, c: Any) -> Any:
        """Return ``a * b + c``, rounded once where the processor can."""
        return self._call("fmuladd", a, b, c)

    def root(self, a: Any) -> Any:
        """Return the square root."""
        return self._call("sqrt", a)

    def load(self, pointer: Any, index: Any) -> Any:
        """Read a vector."""
        return self.builder.load(self._place(pointer, index), align=BYTES)

    def store(self, value: Any, pointer: Any, index: Any) -> None:
        """Write a vector."""
        self.builder.store(value, self._place(pointer, index), align=BYTES)

    def everywhere(self, pointer: Any, index: Any) -> Any:
        """Read one float into all lanes."""
        return self.spread(self.builder.load(self.builder.gep(pointer, [index])))

    def spread(self, value: Any) -> Any:
        """Return a float in all lanes."""
        undefined = ir.Constant(VECTOR, ir.Undefined)
        first = self.builder.insert_element(undefined, value, _SHORT(0))
        return self.builder.shuffle_vector(first, undefined, ir.Constant(ir.VectorType(_SHORT, LANES), [0] * LANES))

    def gelu(self, values: Sequence[Any]) -> list[Any]:
        """Return ``z / 2 (1 + erf(z / sqrt 2))`` of each, within 2e-6 for z in [-9, 9].

        Some go through the polynomial side by side, step by step: one alone would wait for itself at every step. It is
        a loop, because LLVM brings what isn't into an order that spares registers, one value after the other.
        """
        results = []
        table = ir.Constant(ir.ArrayType(_FLOAT, len(_GELU)), [_single(value) for value in reversed(_GELU)])
        coefficients = self.builder.bitcast(emission.global_constant(self.builder, "gelu", table), _FLOAT.as_pointer())
        following = self.builder.gep(coefficients, [INDEX(1)])
        for first in range(0, len(values), _SIDE_BY_SIDE):
            some = values[first : first + _SIDE_BY_SIDE]
            cut = [self._cut(z) for z in some]
            squares = [self.builder.fmul(t, t) for t in cut]
            u = [self.multiply_add(square, constant(2 / _CUT**2), constant(-1.0)) for square in squares]

            def step(number: Any, sums: list[Any], u: list[Any] = u) -> list[Any]:
                coefficient = self.everywhere(following, number)
                return [self.multiply_add(total, x, coefficient) for total, x in zip(sums, u, strict=True)]

            sums = self.loop(self._unforeseen(len(_GELU) - 1), [constant(_GELU[-1])] * len(some), step)
            halves = [self.multiply_add(t, total, constant(0.5)) for t, total in zip(cut, sums, strict=True)]
            results += [self.builder.fmul(z, half) for z, half in zip(some, halves, strict=True)]
        return results

    def _unforeseen(self, count: int) -> Any:
        """Return a count that LLVM can't know, so that it leaves a loop a loop."""
        same = ir.InlineAsm(ir.FunctionType(INDEX, [INDEX]), "", "=r,0")
        return self.builder.call(same, [INDEX(count)])

    def loop(self, count: Any, values: list[Any], step: Callable[[Any, list[Any]], list[Any]]) -> list[Any]:
        """Take values ``count`` times, at least once, through a step, which gets its number and them."""
        builder = self.builder
        before, body, after = builder.block, builder.append_basic_block("step"), builder.append_basic_block("after")
        builder.branch(body)
        builder.position_at_end(body)
        number, held = builder.phi(INDEX), [builder.phi(value.type) for value in values]
        given = step(number, list(held))
        following, last = builder.add(number, INDEX(1)), builder.block
        for phi, first, new in zip([number, *held], [INDEX(0), *values], [following, *given], strict=True):
            phi.add_incoming(first, before)
            phi.add_incoming(new, last)
        builder.cbranch(builder.icmp_signed("<", following, count), body, after)
        builder.position_at_end(after)
        return given

    def _cut(self, z: Any) -> Any:
        low, high = constant(-_CUT), constant(_CUT)
        below = self.builder.select(self.builder.fcmp_ordered("<", z, high), z, high)
        return self.builder.select(self.builder.fcmp_ordered(">", below, low), below, low)

    def _call(self, name: str, *values: Any) -> Any:
        signature = ir.FunctionType(VECTOR, [VECTOR] * len(values))
        function = emission.get_or_insert_function(self.builder.module, signature, f"llvm.{name}.v{LANES}f32")
        return self.builder.call(function, values)

    def _place(self, pointer: Any, index: Any) -> Any:
        return self.builder.bitcast(self.builder.gep(pointer, [index]), VECTOR.as_pointer())


def constant(value: float) -> Any:
    """Return a vector of one value."""
    return ir.Constant(VECTOR, [_single(value)] * LANES)


def _single(value: float) -> Any:
    return ir.Constant(_FLOAT, struct.unpack("f", struct.pack("f", value))[0])
