"""What a layout is: how a folder of one is told, and how it is read; a new one is a module with one of these.

``LAYOUT = Layout(name, example, detect, read)`` in a module of one's own is named ``module:LAYOUT`` where a benchmark
takes a layout; those that ship are listed in :mod:`enroll_tools.datasets.detect`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from enroll_tools.datasets.resolution import folder_resolution
from enroll_tools.datasets.sample import DatasetError, DatasetSample, refuse_repeated

_LOOKED_AT = 5000
"""Files of a folder by whose names its layout is told."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the prints of a set are named.

    Attributes:
        name: as it is asked for.
        example: name of a file, for whoever asks what was expected.
        detect: tells from names of files whether any is of this layout.
        read: lists the impressions of a folder; takes it and the resolution stated by the caller, pixels per inch.
            Raises DatasetError if it holds none.
    """

    name: str
    example: str
    detect: Callable[[Sequence[str]], bool]
    read: Callable[[Path, float | None], list[DatasetSample]]


@dataclass(frozen=True, slots=True)
class Naming:
    """A layout that is one pattern for the names of files, wherever they lie below the folder.

    Attributes:
        name: of the layout.
        example: name of a file.
        pattern: matches the whole name.
        sample: what a file is, at a resolution that is None where nobody states one; None: to be left out. Impression
            0 is given a number: the files of a finger in the order of their names, from 1.
        resolution_ppi: taken where neither caller nor ``dataset.json`` states one; None leaves it to the files.
    """

    name: str
    example: str
    pattern: re.Pattern[str]
    sample: Callable[[Path, re.Match[str], float | None], DatasetSample | None]
    resolution_ppi: float | None


def by_naming(naming: Naming) -> Layout:
    """Return the layout of a naming."""
    return Layout(naming.name, naming.example, partial(_named_so, naming), partial(_read, naming))


def names_below(folder: Path) -> list[str]:
    """Return the names of files below a folder, the first some thousand."""
    return [path.name for path in islice(_files(folder), _LOOKED_AT)]


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _named_so(naming: Naming, names: Sequence[str]) -> bool:
    return any(naming.pattern.fullmatch(name) for name in names)


def _read(naming: Naming, folder: Path, resolution_ppi: float | None) -> list[DatasetSample]:
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder")
    stated = folder_resolution(folder, resolution_ppi) or naming.resolution_ppi
    matched = [(path, match) for path in sorted(_files(folder)) if (match := naming.pattern.fullmatch(path.name))]
    samples = [sample for path, match in matched if (sample := naming.sample(path, match, stated)) is not None]
    if not samples:
        raise DatasetError(
            f"no print of the layout {naming.name} below {folder}: expected files such as {naming.example}"
        )
    numbered = number_impressions(samples)
    refuse_repeated(numbered)
    return numbered


def number_impressions(samples: Sequence[DatasetSample]) -> list[DatasetSample]:
    """Return the samples with numbers for impressions that have none (0), by finger, in order from 1."""
    so_far: Counter[tuple[str, int]] = Counter()
    numbered = []
    for sample in samples:
        so_far[sample.subject, sample.finger] += 1
        numbered.append(
            sample if sample.impression else replace(sample, impression=so_far[sample.subject, sample.finger])
        )
    return numbered
