"""What a run has made is kept, so that one that was interrupted, or is run again, goes on from there.

A template is known by extractor, its code, the file's content and the resolution; a score by comparator and both
templates. Change the image, the extractor or the comparator and they are made anew. The folder holds biometric
templates: it goes with the results, and is deleted with them.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.impressions import Made
from benchmarks.systems.plugins import PluginError
from benchmarks.systems.system import System
from enroll_tools.datasets import DatasetSample

FOLDER = "kept"
KeptIn = Annotated[
    Path | None,
    typer.Option("--kept", help="Where templates and scores are kept between runs; OUT/kept if not said."),
]
_FORMAT = b"idverify-kept-1"

# Ours are read back as nothing but these: whoever gives away a folder of results gives no code with it.
_OWN_TYPES = {
    ("matcher.types", "Template"),
    ("matcher.types", "RidgeMap"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.numeric", "_frombuffer"),
}


class KeptTemplates:
    """Templates in files of a folder, each written whole or not at all."""

    def __init__(self, folder: Path, system: System) -> None:
        self._folder = folder
        self._own, self._name = system.own_templates, system.extractor
        self._of = hashlib.sha256(b"\0".join((_FORMAT, system.extractor.encode(), system.code.encode())))

    def key(self, sample: DatasetSample) -> str:
        """Return by what the template of a sample is known."""
        of = self._of.copy()
        of.update(f"\0{sample.resolution_ppi}\0".encode())
        for path in (sample.path, sample.iso_path):
            of.update(hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"-")
        return of.hexdigest()[:32]

    def read(self, key: str) -> Made | None:
        """Return what is kept; None if nothing, or nothing that can be read."""
        try:
            data = (self._folder / key).read_bytes()
        except FileNotFoundError:
            return None
        try:
            # Somebody's own templates may be anything, and are read where their code is run anyway.
            fields = _OwnTypes(io.BytesIO(data)).load() if self._own else pickle.loads(data)  # noqa: S301
            return Made(*fields)
        except (pickle.UnpicklingError, EOFError, TypeError, AttributeError, ImportError, IndexError):
            return None

    def write(self, key: str, made: Made) -> None:
        """Keep it.

        Raises:
            PluginError: it cannot be pickled.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            data = pickle.dumps(tuple(made))
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise PluginError(f"{self._name} made a template that cannot be kept: {error}") from None
        unfinished = self._folder / f"{key}.{os.getpid()}-{threading.get_ident()}"
        unfinished.write_bytes(data)
        unfinished.replace(self._folder / key)


class _OwnTypes(pickle.Unpickler):
    """Reads templates of this project alone."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a type that a template is made of; called by the base class."""
        if (module, name) not in _OWN_TYPES:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a template")
        return super().find_class(module, name)


class KeptScores:
    """Scores in one file that only grows; a line that is not whole is not read."""

    def __init__(self, folder: Path, comparator: str) -> None:
        self._file = folder / f"scores-{hashlib.sha256(comparator.encode()).hexdigest()[:32]}"
        self._known = dict(_lines(self._file))
        self._lock = threading.Lock()

    def known(self) -> Mapping[tuple[str, str], float]:
        """Return the scores by the keys of both templates, NaN where they could not be compared."""
        return self._known

    def add(self, scores: Sequence[tuple[str, str, float]]) -> None:
        """Keep more."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, self._file.open("a", encoding="ascii") as file:
            # A line that was cut off before is ended first.
            file.write("\n" + "".join(f"{a} {b} {score!r} .\n" for a, b, score in scores))


def _lines(file: Path) -> list[tuple[tuple[str, str], float]]:
    if not file.is_file():
        return []
    rows = [line.split(" ") for line in file.read_text(encoding="ascii", errors="replace").splitlines()]
    return [((row[0], row[1]), float(row[2])) for row in rows if len(row) == 4 and row[3] == "."]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Where a run keeps what it made."""

    templates: KeptTemplates
    scores: KeptScores


def kept_in(folder: Path, system: System) -> Kept:
    """Return what is kept of a system's work in a folder."""
    return Kept(KeptTemplates(folder, system), KeptScores(folder, system.comparator.id))
