"""Test sets as they are named on a command line: ``FOLDER`` or ``FOLDER:PPI``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from benchmarks.impressions import Impression, load_impressions
from benchmarks.sources import Source
from enroll_tools.datasets import DatasetError, DatasetSample, open_dataset


@dataclass(frozen=True, slots=True)
class NamedSet:
    """A test set in FVC layout.

    Attributes:
        name: the last two parts of its folder's path: ``fvc2002/DB1_B``.
        samples: its impressions.
    """

    name: str
    samples: list[DatasetSample]


def open_named(text: str, layout: str | None = "fvc") -> NamedSet:
    """Open a set; ``layout`` None tells it by the names of the files.

    Raises:
        DatasetError: the folder is not such a set, or what follows the colon is no resolution.
    """
    folder, colon, ppi = text.rpartition(":")
    if not colon:
        return _opened(text, None, layout)
    try:
        return _opened(folder, float(ppi), layout)
    except ValueError:
        raise DatasetError(
            f"{text}: after the colon stands the resolution in pixels per inch, as in FOLDER:569"
        ) from None


def _opened(folder: str, ppi: float | None, layout: str | None) -> NamedSet:
    name = "/".join(Path(folder).resolve().parts[-2:])
    return NamedSet(name, open_dataset(folder, layout=layout, resolution_ppi=ppi))


def load_named(
    texts: Sequence[str], source: Source, console: Console, layout: str | None = "fvc"
) -> dict[str, list[Impression]]:
    """Make the templates of several sets, by name, showing how far it is.

    Raises:
        DatasetError: as :func:`open_named`.
    """
    sets = [open_named(text, layout) for text in texts]
    loaded = {}
    with Progress(console=console) as progress:
        for one in sets:
            task = progress.add_task(one.name, total=len(one.samples))
            loaded[one.name] = load_impressions(one.samples, source, partial(progress.advance, task))
    return loaded
