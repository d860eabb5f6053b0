"""Where the machine code of the compiled loops is kept, and whether a process may make more of it.

Numba keeps it beside the source, else in the user's cache; a service that can write neither is given a folder that was
filled when it was installed. Whoever can write that folder decides what the service runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from numba.core.caching import CompileResultCacheImpl, FunctionCache

from matcher.errors import NotCompiledError

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class _Place:
    """``folder``: None where Numba chooses. ``missing`` is told of a loop that is not there, and the processor."""

    folder: Path | None = None
    written: bool = True
    missing: Callable[[str, str], None] | None = None


class _Chosen:
    """What this process does about machine code, how many loops it knows, and how many of them it compiled itself.

    ``made`` is told of each that it compiled, once its code is kept. ``turn``: as :func:`take_turns` has it.
    """

    place = _Place()
    turn: Callable[[], AbstractContextManager[object]] = nullcontext
    known = 0
    compiled = 0
    made: Callable[[str], object] | None = None


def make_in(folder: Path) -> None:
    """Keep what is compiled from now on in a folder, in a part of it for this version of the library."""
    _Chosen.place = _Place(folder)


def take_from(folder: Path) -> None:
    """Take machine code from a folder where :func:`make_in` put it, and write nothing.

    A loop that is not there raises NotCompiledError when it is needed.
    """

    def refuse(loop: str, processor: str) -> None:
        raise NotCompiledError(f"{folder} has no machine code for this version on a {processor}: {loop} is missing")

    _Chosen.place = _Place(folder, written=False, missing=refuse)


def compile_what_is_missing(told: Callable[[str], None]) -> None:
    """Compile from now on what the folder does not have, for this process alone; ``told`` gets the loop's name."""
    _Chosen.place = _Place(_Chosen.place.folder, written=False, missing=lambda loop, _processor: told(loop))


def as_numba_does(told: Callable[[str], None] | None = None) -> None:
    """Keep machine code where Numba keeps it, as at the beginning; ``told`` gets the name of a loop without any."""
    _Chosen.place = _Place(missing=None if told is None else lambda loop, _processor: told(loop))


def tell_what_is_made(told: Callable[[str], object] | None) -> None:
    """Let ``told`` get from now on the name of each loop that this process compiled; None: nobody is told."""
    _Chosen.made = told


def take_turns(turn: Callable[[], AbstractContextManager[object]] = nullcontext) -> None:
    """Read and write from now on what is kept within ``turn()`` alone, which keeps other processes from it.

    Numba's index of a loop names a file before that is written, and two processes may give two files one name.
    """
    _Chosen.turn = turn


def loops_known() -> int:
    """Return how many loops there are in the modules that are imported."""
    return _Chosen.known


def compiled_here() -> int:
    """Return how many loops this process compiled, instead of finding their machine code."""
    return _Chosen.compiled


class KeptCode:
    """Numba's cache of one loop, in the place that is chosen by the time the loop is first needed."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._name = f"{function.__module__}.{function.__qualname__}"
        self._opened: tuple[_Place, FunctionCache] | None = None
        _Chosen.known += 1

    @property
    def cache_path(self) -> str:
        """Where the machine code is."""
        return str(self._cache().cache_path)

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """Return what was compiled for a signature, or None. Raises NotCompiledError if it would be made in vain."""
        with _Chosen.turn():
            found = self._cache().load_overload(signature, target_context)
        if found is None and _Chosen.place.missing is not None:
            _, processor, _ = target_context.codegen().magic_tuple()
            _Chosen.place.missing(self._name, processor)
        return found

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep what was compiled, where it may be."""
        _Chosen.compiled += 1
        if _Chosen.place.written:
            with _Chosen.turn():
                self._cache().save_overload(signature, compiled)
        if _Chosen.made is not None:
            _Chosen.made(self._name)

    def flush(self) -> None:
        """Forget what is kept: Numba's wish before it compiles anew."""
        self._cache().flush()

    def _cache(self) -> Any:
        place = _Chosen.place
        if self._opened is None or self._opened[0].folder != place.folder:
            self._opened = (place, self._open(place))
        return self._opened[1]

    def _open(self, place: _Place) -> FunctionCache:
        if place.folder is not None:
            return _cache_in(place.folder)(self._function)
        try:
            return _beside_the_source()(self._function)
        except RuntimeError:  # Numba's word for it
            raise NotCompiledError(
                f"machine code can be kept nowhere: {_PACKAGE} and the user's cache cannot be written"
            ) from None


def _cache_of(locators: list[type[object]]) -> type[FunctionCache]:
    """Return Numba's cache with places of our own."""

    class Entries(CompileResultCacheImpl):
        _locator_classes = locators

    class Cache(FunctionCache):
        _impl_class = Entries

    return Cache


@cache
def _beside_the_source() -> type[FunctionCache]:
    """Return Numba's own cache, but that a loop is compiled anew after a change of any other: it holds their code."""

    def stamped(locator: Any) -> type:
        class Stamped(locator):  # type: ignore[misc]
            def get_source_stamp(self) -> Any:
                return super().get_source_stamp(), _loops()

        return Stamped

    return _cache_of([stamped(locator) for locator in CompileResultCacheImpl._locator_classes])  # noqa: SLF001


@cache
def _cache_in(folder: Path) -> type[FunctionCache]:
    """Return Numba's cache for a folder, which does not have to be one that can be written."""

    class InFolder:
        def __init__(self, function: Callable[..., Any], file: str) -> None:
            self._function = function
            self._py_file = file  # which Numba names where code cannot be kept
            self._path = folder / _version() / function.__module__

        @classmethod
        def from_function(cls, function: Callable[..., Any], file: str) -> InFolder:
            return cls(function, file)

        def ensure_cache_path(self) -> None:
            self._path.mkdir(parents=True, exist_ok=True)

        def get_cache_path(self) -> str:
            return str(self._path)

        def get_source_stamp(self) -> str:
            return _version()

        def get_disambiguator(self) -> str:
            return str(self._function.__code__.co_firstlineno)

    return _cache_of([InFolder])


@cache
def _version() -> str:
    """Return a digest of the whole library: a loop holds the code of those that it calls, in whatever file they are."""
    return _digest(lambda _file, _code: True)


@cache
def _loops() -> str:
    """Return a digest of what loops are made of: private modules, constants, and the few others that have some."""
    return _digest(
        lambda file, code: (
            file.name.startswith("_") or file.name == "params.py" or b"from matcher._compiled import" in code
        )
    )


def _digest(counts: Callable[[Path, bytes], bool]) -> str:
    digest = hashlib.sha256()
    for file in sorted(_PACKAGE.rglob("*.py")):
        code = file.read_bytes()
        if counts(file, code):
            digest.update(str(file.relative_to(_PACKAGE)).encode() + b"\0" + hashlib.sha256(code).digest())
    return digest.hexdigest()[:16]
