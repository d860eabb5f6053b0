"""Vectors of the machine's in compiled loops, where the compiler makes none of a plain loop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from llvmlite import ir
from numba.core import cgutils

LANES = 8
"""Words of 64 bits in the widest vectors there are; where they are narrower, two or four of them do it."""

WORDS = ir.VectorType(ir.IntType(64), LANES)
BYTES = ir.VectorType(ir.IntType(8), 8 * LANES)
NUMBERS = ir.VectorType(ir.IntType(32), LANES)
FLOATS = ir.VectorType(ir.FloatType(), LANES)
_WEIGHTS = 8  # 1 to 128: more no byte can hold


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

    def numbers(self, value: int) -> Any:
        return ir.Constant(NUMBERS, [value] * LANES)

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

    def splat(self, value: Any, kind: Any = WORDS) -> Any:
        nothing = ir.Constant(kind, ir.Undefined)
        first = self.builder.insert_element(nothing, value, ir.Constant(ir.IntType(32), 0))
        index = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return self.builder.shuffle_vector(first, nothing, index)

    def ones(self, words: Sequence[Iterable[Any]]) -> Any:
        """Count the bits set in each lane: once in the words of the first, twice in those of the second, and so on.

        Where there are three words they are first added bit by bit, to one of sums and one of carries, which is less
        work than to count one; words are asked for one by one, so that few have to be held. Counts are summed by
        bytes: no byte may come to more than 255.
        """
        builder, held = self.builder, [list[Any]() for _ in range(_WEIGHTS)]
        for weight, same in enumerate(words):
            for word in same:
                self._add(word, held, weight)
        total: Any = ir.Constant(BYTES, [0] * 8 * LANES)
        for kept in reversed(held):
            total = builder.add(total, total)
            for word in kept:
                counted = self._called(f"llvm.ctpop.v{8 * LANES}i8", BYTES, builder.bitcast(word, BYTES))
                total = builder.add(total, counted)
        return self._summed(builder.bitcast(total, WORDS))

    def _add(self, word: Any, held: list[list[Any]], weight: int) -> None:
        """Add a word of bits to those held of its weight, each twice that of the one before; never hold three."""
        builder, same = self.builder, held[weight]
        same.append(word)
        if len(same) == 3:
            a, b, c = same
            unlike = builder.xor(a, b)
            same[:] = [builder.xor(unlike, c)]
            self._add(builder.or_(builder.and_(a, b), builder.and_(unlike, c)), held, weight + 1)

    def _summed(self, words: Any) -> Any:
        """Return the sums of the bytes of each lane."""
        builder, every_other = self.builder, self.words(0x00FF00FF00FF00FF)
        odd = builder.and_(builder.lshr(words, self.words(8)), every_other)
        halved = builder.add(builder.and_(words, every_other), odd)
        for bits in (32, 16):
            halved = builder.add(halved, builder.lshr(halved, self.words(bits)))
        return builder.and_(builder.trunc(halved, NUMBERS), self.numbers(0xFFFF))

    def root(self, counts: Any) -> Any:
        return self._called(f"llvm.sqrt.v{LANES}f32", FLOATS, self.builder.sitofp(counts, FLOATS))

    def _called(self, name: str, kind: Any, value: Any) -> Any:
        typed = ir.FunctionType(kind, [kind])
        function: Any = cgutils.get_or_insert_function(self.builder.module, typed, name)  # type: ignore[no-untyped-call]
        return self.builder.call(function, [value])
