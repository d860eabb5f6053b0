"""Rows of ``LANES`` floats in compiled loops, a vector of the machine's each: LLVM makes none of the plain loop."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from matcher._lanes import FLOATS, Lanes


def _row(lanes: Lanes, array: Any, row: Any) -> Any:
    builder = lanes.builder
    place = builder.gep(array.data, [builder.mul(row, ir.Constant(ir.IntType(64), FLOATS.count))])
    return builder.bitcast(place, FLOATS.as_pointer())


def _emit_add(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    lanes = Lanes(builder)
    rows, shares = (context.make_array(signature.args[n])(context, builder, values[n]) for n in (0, 3))
    share = builder.load(builder.bitcast(shares.data, FLOATS.as_pointer()), align=4)
    place = _row(lanes, rows, values[1])
    product = builder.fmul(lanes.splat(values[2], FLOATS), share)
    builder.store(builder.fadd(builder.load(place, align=4), product), place, align=4)
    return context.get_dummy_value()


@intrinsic
def _add_to_row(_context: Any, rows: Any, _row: Any, _times: Any, shares: Any) -> Any:
    return types.void(rows, types.int64, types.float32, shares), _emit_add


add_to_row: Any = _add_to_row
"""``rows[row] += times * shares``: float32, contiguous, shapes (n, ``LANES``) and (``LANES``,)."""


def _emit_above(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    lanes = Lanes(builder)
    rows = context.make_array(signature.args[0])(context, builder, values[0])
    row = builder.load(_row(lanes, rows, values[1]), align=4)
    above = builder.fcmp_ordered(">", row, lanes.splat(values[2], FLOATS))
    return builder.zext(builder.bitcast(above, ir.IntType(FLOATS.count)), ir.IntType(64))


@intrinsic
def _above(_context: Any, rows: Any, _row: Any, _limit: Any) -> Any:
    return types.uint64(rows, types.int64, types.float32), _emit_above


above: Any = _above
"""``rows[row] > limit`` as bits of a uint64, the first element lowest."""
