"""Somebody's own function, named ``module:function`` or ``path/to/file.py:function``, called at its own risk.

Nothing of the project has to know it. An exception of it ends the run with one line that says where in it, what it was
given last, and what it said; what was done before is kept.
"""

from __future__ import annotations

import hashlib
import inspect
import math
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any


class PluginError(Exception):
    """A function of somebody's own cannot be had, or did what it must not; the text says what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Plugin:
    """A function, and how it is known.

    Attributes:
        text: how it was named on the command line.
        function: it.
        id: its attribute ``id`` if it has one, else its name and a digest of its code.
        takes: names of its parameters.
    """

    text: str
    function: Callable[..., Any]
    id: str
    takes: frozenset[str]

    def __call__(self, what: str, *given: Any, **named: Any) -> Any:
        """Call it; ``what`` says in an error on what.

        Raises:
            PluginError: it raised.
        """
        with _Asking(self.text, what):
            return self.function(*given, **named)


class _Asking:
    """What happens within, of somebody else's, comes out as a :class:`PluginError`."""

    def __init__(self, name: str, what: str) -> None:
        self._name, self._what = name, what

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(error, Exception) and not isinstance(error, PluginError):
            where = traceback.extract_tb(error.__traceback__)[-1]
            # Called with what it does not take, it fails where it is called: that line is ours, and tells nobody.
            place = "" if where.filename == __file__ else f" ({Path(where.filename).name}, line {where.lineno})"
            raise PluginError(f"{self._name} {self._what}: {type(error).__name__}: {error}{place}") from error


def is_plugin(text: str) -> bool:
    """Tell whether a name is that of somebody's own function."""
    return ":" in text


def load_plugin(text: str) -> Plugin:
    """Import a function: of a module on the path or in the folder where one is, or of a file.

    Raises:
        PluginError: no such module, file or function, or it fails when it is imported.
    """
    function, module = load_object(text)
    if not callable(function):
        raise PluginError(f"{text} cannot be called")
    stated = getattr(function, "id", None)
    place, _, name = text.rpartition(":")
    known = f"{Path(place).name.removesuffix('.py')}:{name}-{code_digest(module)[:12]}"
    return Plugin(text, function, stated if isinstance(stated, str) else known, _parameters(function))


def load_object(text: str) -> tuple[Any, ModuleType]:
    """Import what is named, and return it with its module.

    Raises:
        PluginError: as :func:`load_plugin`.
    """
    place, _, name = text.rpartition(":")
    if not place or not name:
        raise PluginError(f"{text}: expected module:function or path/to/file.py:function")
    with _Asking(place, "cannot be imported"):
        module = _module_of_file(Path(place)) if place.endswith(".py") else _module(place)
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            there = [key for key, value in vars(module).items() if inspect.isfunction(value)]
            raise PluginError(f"{place} has no {name}; its functions are {', '.join(there) or 'none'}")
        found = getattr(found, part)
    return found, module


def _module(name: str) -> ModuleType:
    _findable(Path.cwd())
    return import_module(name)


def _module_of_file(file: Path) -> ModuleType:
    if not file.is_file():
        raise PluginError(f"{file} does not exist")
    # A name of its own: the file may be called as one of our packages is, or as another file that is brought.
    name = f"{file.stem.replace('.', '_')}_{hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:8]}"
    if name in sys.modules:
        return sys.modules[name]
    _findable(file.resolve().parent)
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise PluginError(f"{file} is no Python")
    module = module_from_spec(spec)
    # Templates of its types are read from what was kept by this name.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _findable(folder: Path) -> None:
    """Let modules of a folder be imported, after all that is installed: they must not stand for any of it."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def code_digest(module: ModuleType) -> str:
    """Return a digest of a module's code: all of its package, or the modules beside it that it imported."""
    files = sorted(_files(module))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(module: ModuleType) -> set[Path]:
    top = sys.modules[module.__name__.partition(".")[0]]
    place = getattr(top, "__file__", None)
    if place is None:
        return set()
    file = Path(place).resolve()
    if hasattr(top, "__path__"):
        return set(file.parent.rglob("*.py"))
    loaded = [Path(str(m.__file__)).resolve() for m in list(sys.modules.values()) if getattr(m, "__file__", None)]
    beside = {path for path in loaded if path.parent == file.parent and path.suffix == ".py"}
    return {file} if "site-packages" in file.parts else beside | {file}


def _parameters(function: Callable[..., Any]) -> frozenset[str]:
    try:
        return frozenset(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # compiled, without a signature
        return frozenset()


def checked_score(plugin: Plugin, what: str, score: Any) -> float:
    """Return a score as a number; NaN for None: it could not compare.

    Raises:
        PluginError: it is no finite number.
    """
    if score is None:
        return math.nan
    try:
        value = float(score)
    except (TypeError, ValueError):
        raise PluginError(f"{plugin.text} {what}: returned {type(score).__name__}, expected a number or None") from None
    if not math.isfinite(value):
        raise PluginError(f"{plugin.text} {what}: returned {value}; return None where it cannot compare")
    return value
