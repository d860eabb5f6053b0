"""A protocol as a list: one pair of prints a line, ``path,path`` and, if it says so, whether they are of one finger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from enroll_tools.datasets.resolution import folder_resolution
from enroll_tools.datasets.sample import DatasetError, DatasetSample
from enroll_tools.datasets.table import Table, columns_by_meaning, read_table
from matcher.types import FingerPosition

_COLUMNS: dict[str, tuple[str, ...]] = {
    "a": ("path_a", "path1", "path_1", "probe", "file_a", "file1", "image1", "img1", "first"),
    "b": ("path_b", "path2", "path_2", "reference", "gallery", "file_b", "file2", "image2", "img2", "second"),
    "genuine": ("label", "mated", "same", "match", "is_genuine", "target", "genuine?"),
}
_YES = {"1", "true", "yes", "genuine", "mated", "same", "match"}
_NO = {"0", "-1", "false", "no", "impostor", "imposter", "non-mated", "nonmated", "different", "nonmatch"}


@dataclass(frozen=True, slots=True)
class ListedPair:
    """A pair by its files; ``genuine`` None: the list does not say."""

    a: str
    b: str
    genuine: bool | None
    line: int


def is_pair_list(file: Path) -> bool:
    """Tell whether a CSV file has two columns of prints."""
    table = read_table(file)
    return {"a", "b"} <= columns_by_meaning(table, _COLUMNS, {}).keys()


def load_pairs(file: Path) -> list[ListedPair]:
    """Read a list with a header line; the pairs in its order.

    Raises:
        DatasetError: naming the line: no file is named, a pair is of one file or stands twice, or what says whether it
            is genuine is neither yes nor no.
    """
    table = read_table(file)
    places = columns_by_meaning(table, _COLUMNS, {})
    if not {"a", "b"} <= places.keys():
        raise DatasetError(f"{file}: expected the columns a and b, and genuine (1 or 0) if the prints do not tell")
    seen: dict[frozenset[str], int] = {}
    pairs = []
    for line, row in table.rows:
        a, b = row[places["a"]], row[places["b"]]
        if not a or not b or a == b:
            raise DatasetError(f"{file}, line {line}: expected two different files")
        first = seen.setdefault(frozenset((a, b)), line)
        if first != line:
            raise DatasetError(f"{file}, line {line}: the pair of line {first} again")
        stated = row[places["genuine"]] if "genuine" in places else None
        pairs.append(ListedPair(a, b, _genuine(table, line, stated), line))
    if not pairs:
        raise DatasetError(f"{file} lists no pair")
    return pairs


def _genuine(table: Table, line: int, text: str | None) -> bool | None:
    if text is None:
        return None
    word = text.casefold()
    if word not in _YES | _NO:
        raise DatasetError(f"{table.file}, line {line}: genuine must be 1 or 0")
    return word in _YES


def samples_of_pairs(file: Path, pairs: Iterable[ListedPair], resolution_ppi: float | None) -> list[DatasetSample]:
    """List the prints that pairs name, where nothing else says whose they are: whoever is genuine is one finger.

    Raises:
        DatasetError: a file is not there, the list does not say which pairs are genuine, or calls a pair impostor that
            others make one finger.
    """
    stated = folder_resolution(file.parent, resolution_ppi)
    finger: dict[str, str] = {}
    pairs = list(pairs)
    for pair in pairs:
        if pair.genuine is None:
            raise DatasetError(f"{file} needs a column genuine (1 or 0), as nothing else says whose the prints are")
        for name in (pair.a, pair.b):
            if not (file.parent / name).is_file():
                raise DatasetError(f"{file}, line {pair.line}: a path is not a file")
            finger.setdefault(name, name)
        if pair.genuine:
            finger[_root(finger, pair.b)] = _root(finger, pair.a)
    for pair in pairs:
        if not pair.genuine and _root(finger, pair.a) == _root(finger, pair.b):
            raise DatasetError(f"{file}, line {pair.line}: an impostor pair that other lines make one finger")
    numbers: dict[str, int] = {}
    samples = []
    for name in finger:
        root = _root(finger, name)
        numbers[root] = numbers.get(root, 0) + 1
        samples.append(DatasetSample(file.parent / name, root, FingerPosition.UNKNOWN, numbers[root], stated))
    return samples


def _root(finger: dict[str, str], name: str) -> str:
    while finger[name] != name:
        finger[name] = finger[finger[name]]
        name = finger[name]
    return name
