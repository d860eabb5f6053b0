"""Vectors of the machine's in compiled loops, where the compiler makes none of a plain loop."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils

LANES = 8
"""Words of 64 bits in the widest vectors there are; where they are narrower, two or four of them do it."""

WORDS = ir.VectorType(ir.IntType(64), LANES)
FLOATS = ir.VectorType(ir.FloatType(), LANES)


def _index(value: int) -> Any:
    return ir.Constant(ir.IntType(64), value)


class Lanes:
    """The few operations on ``LANES`` elements at once.

    Words lie in blocks: arrays of three dimensions, contiguous, the last of ``LANES``.
    """

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def words(self, value: int) -> Any:
        return ir.Constant(WORDS, [value] * LANES)

    def floats(self, value: float) -> Any:
        return ir.Constant(FLOATS, [value] * LANES)

    def store(self, floats: Any, array: Any, row: Any, block: Any) -> None:
        """Store what belongs to one block into a row of a contiguous array of two dimensions."""
        across = self.builder.extract_value(array.shape, 1)
        column = self.builder.mul(block, _index(LANES))
        place = self.builder.gep(array.data, [self.builder.add(self.builder.mul(row, across), column)])
        self.builder.store(floats, self.builder.bitcast(place, FLOATS.as_pointer()), align=4)

    def block(self, array: Any, block: Any) -> Any:
        """Return the address of a block."""
        rows = self.builder.extract_value(array.shape, 1)
        return self.builder.gep(array.data, [self.builder.mul(self.builder.mul(block, rows), _index(LANES))])

    def block_of(self, array: Any, element: Any) -> tuple[Any, Any]:
        """Return the address of the block in which an element lies, and its lane there."""
        block = self.builder.udiv(element, _index(LANES))
        return self.block(array, block), self.builder.urem(element, _index(LANES))

    def loaded(self, block: Any, row: int) -> Any:
        """Return a row of a block."""
        place = self.builder.bitcast(self.builder.gep(block, [_index(row * LANES)]), WORDS.as_pointer())
        return self.builder.load(place, align=8)

    def everywhere(self, block: Any, row: int, lane: Any) -> Any:
        """Return one element of a row of a block, in all lanes."""
        return self.splat(self.builder.load(self.builder.gep(block, [self.builder.add(_index(row * LANES), lane)])))

    def splat(self, value: Any) -> Any:
        nothing = ir.Constant(WORDS, ir.Undefined)
        first = self.builder.insert_element(nothing, value, ir.Constant(ir.IntType(32), 0))
        index = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return self.builder.shuffle_vector(first, nothing, index)

    def ones(self, words: Any) -> Any:
        return self._called(f"llvm.ctpop.v{LANES}i64", WORDS, words)

    def root(self, counts: Any) -> Any:
        return self._called(f"llvm.sqrt.v{LANES}f32", FLOATS, self.builder.sitofp(counts, FLOATS))

    def _called(self, name: str, kind: Any, value: Any) -> Any:
        typed = ir.FunctionType(kind, [kind])
        function: Any = cgutils.get_or_insert_function(self.builder.module, typed, name)  # type: ignore[no-untyped-call]
        return self.builder.call(function, [value])
