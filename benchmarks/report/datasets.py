"""The databases of a report, each with a folder of its own for its scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measures.pairs import Pair
from benchmarks.named_sets import FVC, Reading, open_named
from enroll_tools.datasets import DatasetError, DatasetSample


@dataclass(frozen=True, slots=True)
class Database:
    """A database to report on.

    Attributes:
        name: the last two parts of its path: ``fvc2002/DB1_B``.
        folder: where its scores go, below the report: the last part, or ``fvc2002-DB1_B`` if that is not unique.
        samples: its impressions.
        pairs: those that a list names; None for all.
    """

    name: str
    folder: str
    samples: list[DatasetSample]
    pairs: list[Pair] | None


def open_databases(named: Sequence[str], how: Reading = FVC) -> list[Database]:
    """Open ``FOLDER`` or ``FOLDER:PPI`` each.

    Raises:
        DatasetError: one is not such a set, or two have the same name.
    """
    sets = [open_named(text, how) for text in named]
    names = [s.name for s in sets]
    if repeated := next((name for name in names if names.count(name) > 1), None):
        raise DatasetError(f"two of the databases are called {repeated}")
    last = [name.rsplit("/", maxsplit=1)[-1] for name in names]
    short = len(set(last)) == len(last)
    folders = last if short else [name.strip("/").replace("/", "-") for name in names]
    return [Database(s.name, folder, s.samples, s.pairs) for s, folder in zip(sets, folders, strict=True)]
