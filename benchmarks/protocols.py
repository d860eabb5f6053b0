"""Which pairs of a set are compared: all of them, or those that a list names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.impressions import finger_of
from benchmarks.measures.pairs import Pair, all_pairs
from enroll_tools.datasets import DatasetError, DatasetSample
from enroll_tools.datasets.pair_list import load_pairs

ALL_PAIRS = "all pairs of impressions"


def pairs_of(name: str, samples: Sequence[DatasetSample]) -> list[Pair]:
    """List all pairs of a set of that name.

    Raises:
        DatasetError: there is no genuine or no impostor pair.
    """
    return _of_both_kinds(name, list(all_pairs([finger_of(s) for s in samples])))


def listed_pairs(name: str, file: Path, samples: Sequence[DatasetSample]) -> list[Pair]:
    """Read the pairs of a list; its paths are relative to it, or end like one print of the set.

    Raises:
        DatasetError: a path is no print of the set or several, the list contradicts the set, or there is no genuine or
            no impostor pair.
    """
    places: dict[Path, int] = {sample.path.resolve(): place for place, sample in enumerate(samples)}
    by_end: dict[str, list[int]] = {}
    for place, sample in enumerate(samples):
        for end in {sample.path.name, sample.path.stem}:
            by_end.setdefault(end, []).append(place)
    fingers = [finger_of(s) for s in samples]

    def found(text: str, line: int) -> int:
        exact = places.get((file.parent / text).resolve())
        matching = [exact] if exact is not None else by_end.get(Path(text).name, [])
        if len(matching) != 1:
            why = "no print of the set" if not matching else "the name of several prints of the set"
            raise DatasetError(f"{file}, line {line}: {text} is {why}")
        return matching[0]

    pairs = []
    for listed in load_pairs(file):
        a, b = found(listed.a, listed.line), found(listed.b, listed.line)
        genuine = fingers[a] == fingers[b]
        if listed.genuine not in {None, genuine}:
            raise DatasetError(f"{file}, line {listed.line}: the set says otherwise of this pair")
        pairs.append(Pair(a, b, genuine))
    return _of_both_kinds(name, pairs)


def _of_both_kinds(name: str, pairs: list[Pair]) -> list[Pair]:
    if all(pair.genuine for pair in pairs):
        raise DatasetError(f"{name}: all impressions are of one finger: there is no impostor pair to compare")
    if not any(pair.genuine for pair in pairs):
        raise DatasetError(f"{name}: no finger has two impressions: there is no genuine pair to compare")
    return pairs
