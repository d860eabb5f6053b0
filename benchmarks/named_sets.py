"""Test sets as they are named on a command line: ``FOLDER``, ``FOLDER:PPI``, or a list of prints or of pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from benchmarks.impressions import Impression, load_impressions
from benchmarks.measures.pairs import Pair
from benchmarks.protocols import listed_pairs
from benchmarks.sources import Source
from benchmarks.systems.plugins import PluginError, is_plugin, load_object
from enroll_tools.datasets import LAYOUTS, DatasetError, DatasetSample, open_dataset
from enroll_tools.datasets.layout import Layout
from enroll_tools.datasets.manifest import MANIFEST_NAME
from enroll_tools.datasets.pair_list import is_pair_list, load_pairs, samples_of_pairs
from enroll_tools.datasets.research_list import load_list

LayoutName = Annotated[
    str | None,
    typer.Option(
        "--layout",
        metavar=f"[{'|'.join(LAYOUTS)}|MODULE:LAYOUT]",
        help="How files are named; told by their names if not said.",
    ),
]
Columns = Annotated[
    str | None,
    typer.Option(
        "--columns", help="What columns of a list mean, where their names do not say: 'subject=who path=scan'."
    ),
]


@dataclass(frozen=True, slots=True)
class Reading:
    """How sets are read.

    Attributes:
        layout: of their files; None tells it by their names.
        columns: names of a list's columns by their meaning.
        pairs: a list of the pairs to compare; None for all.
    """

    layout: str | Layout | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    pairs: Path | None = None


def reading(layout: str | None, columns: str | None, pairs: Path | None = None) -> Reading:
    """Return how sets are read, as a command line says it.

    Raises:
        DatasetError: a column is not given as MEANING=NAME.
        PluginError: a layout of somebody's own cannot be had.
    """
    named = {}
    for part in (columns or "").split():
        meaning, equals, name = part.partition("=")
        if not equals or not name:
            raise DatasetError(f"columns are given as MEANING=NAME with spaces between: {part}")
        named[meaning] = name
    chosen: str | Layout | None = layout
    if layout is not None and is_plugin(layout):
        chosen, _ = load_object(layout)
        if not isinstance(chosen, Layout):
            raise PluginError(f"{layout} is no enroll_tools.datasets.layout.Layout")
    return Reading(chosen, named, pairs)


FVC = Reading("fvc")


@dataclass(frozen=True, slots=True)
class NamedSet:
    """A test set.

    Attributes:
        name: the last two parts of its folder's path: ``fvc2002/DB1_B``; of a list, of the file's without its ending.
        samples: its impressions.
        pairs: those that a list names; None for all.
    """

    name: str
    samples: list[DatasetSample]
    pairs: list[Pair] | None = None


def open_named(text: str, how: Reading = FVC) -> NamedSet:
    """Open a set.

    Raises:
        DatasetError: the folder is not such a set, or what follows the colon is no resolution.
    """
    folder, colon, ppi = text.rpartition(":")
    if not colon:
        return open_set(Path(text), None, how)
    try:
        return open_set(Path(folder), float(ppi), how)
    except ValueError:
        raise DatasetError(
            f"{text}: after the colon stands the resolution in pixels per inch, as in FOLDER:569"
        ) from None


def open_set(place: Path, resolution_ppi: float | None, how: Reading) -> NamedSet:
    """Open a set of a folder, or of a list.

    Raises:
        DatasetError: it is none, or a list of pairs does not fit it.
    """
    file = place / MANIFEST_NAME if how.layout is None and (place / MANIFEST_NAME).is_file() else place
    name = "/".join(file.resolve().with_suffix("").parts[-2:] if file.is_file() else place.resolve().parts[-2:])
    pairs_file = how.pairs
    if how.layout is not None or not file.is_file():
        samples = open_dataset(place, layout=how.layout, resolution_ppi=resolution_ppi)
    elif is_pair_list(file):
        samples, pairs_file = samples_of_pairs(file, load_pairs(file), resolution_ppi), pairs_file or file
    else:
        samples = load_list(file, how.columns, resolution_ppi)
    return NamedSet(name, samples, None if pairs_file is None else listed_pairs(name, pairs_file, samples))


def load_named(texts: Sequence[str], source: Source, console: Console) -> dict[str, list[Impression]]:
    """Make the templates of several sets in FVC layout, by name, showing how far it is.

    Raises:
        DatasetError: as :func:`open_named`.
    """
    sets = [open_named(text) for text in texts]
    loaded = {}
    with Progress(console=console) as progress:
        for one in sets:
            task = progress.add_task(one.name, total=len(one.samples))
            loaded[one.name] = load_impressions(one.samples, source, partial(progress.advance, task))
    return loaded
