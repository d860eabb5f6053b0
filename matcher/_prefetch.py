"""Asking for memory before it is read, in compiled loops."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_BYTE, _INT = ir.IntType(8), ir.IntType(32)
_READ, _KEPT, _DATA = (ir.Constant(_INT, value) for value in (0, 3, 1))


def _emit(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    rows = context.make_array(signature.args[0])(context, builder, values[0])
    place = builder.mul(values[1], builder.extract_value(rows.strides, 0))
    form = ir.FunctionType(ir.VoidType(), [_BYTE.as_pointer(), _INT, _INT, _INT])
    fetch = builder.module.declare_intrinsic("llvm.prefetch", [_BYTE.as_pointer()], form)
    first = builder.bitcast(rows.data, _BYTE.as_pointer())
    builder.call(fetch, [builder.gep(first, [place]), _READ, _KEPT, _DATA])
    return context.get_dummy_value()


@intrinsic
def _prefetch(_context: Any, rows: Any, _row: Any) -> Any:
    return types.void(rows, types.int64), _emit


prefetch: Any = _prefetch
"""Have the line of the cache fetched in which a row of an array begins; one that is not there does no harm."""
