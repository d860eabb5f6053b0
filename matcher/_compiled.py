"""Compiling with Numba, and the few operations that every compiled loop of the library uses."""

from __future__ import annotations

from collections.abc import Callable
from math import floor, pi
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from matcher.machine_code import KeptCode

_F = TypeVar("_F", bound=Callable[..., Any])


def compiled(function: _F) -> _F:
    """Compile without changing the type: interpreter lock released, machine code kept for the next process."""
    return compiled_with()(function)


def compiled_with(**options: Any) -> Callable[[_F], _F]:
    """Compile so with more options of Numba's."""

    def decorated(function: _F) -> _F:
        dispatcher = njit(nogil=True, **options)(function)
        dispatcher._cache = KeptCode(function)  # noqa: SLF001 - Numba's own way, cache=True, wants a folder to write
        return cast("_F", dispatcher)

    return decorated


@compiled
def wrap(angle: float) -> float:
    """Bring an angle into [-pi, pi)."""
    return angle - 2 * pi * floor((angle + pi) / (2 * pi))


def _population_count(_context: Any, _word: Any) -> Any:
    """Emit LLVM's ctpop: one machine instruction, a vector of them where the processor has that."""

    def emit(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), emit


_ctpop: Any = intrinsic(_population_count)


@compiled
def ones(word: np.uint64) -> int:
    """Count the bits set in a 64-bit word."""
    return int(_ctpop(word))
