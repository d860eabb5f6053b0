"""The scores of one database, with the fingers behind each of them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.measures.pairs import Pair
from enroll_tools.datasets import DatasetError


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Scores of one database.

    Attributes:
        genuine: float64, shape (g,).
        genuine_finger: int64, shape (g,): the finger of each pair, from 0.
        impostor: float64, shape (i,).
        impostor_fingers: int64, shape (i, 2): the two fingers of each pair.
        fingers: how many fingers the database has.
        people: int64, shape (fingers,): whose each finger is, from 0; everybody has one where the set does not say.
    """

    genuine: NDArray[np.float64]
    genuine_finger: NDArray[np.int64]
    impostor: NDArray[np.float64]
    impostor_fingers: NDArray[np.int64]
    fingers: int
    people: NDArray[np.int64]


def scores_of(
    fingers: Sequence[str], pairs: Sequence[Pair], scores: Sequence[float], people: Sequence[str] | None = None
) -> Scores:
    """Sort out the scores of pairs.

    Args:
        fingers: name of each impression's finger.
        pairs: of impressions.
        scores: one a pair.
        people: name of each impression's person; None: every finger is somebody else's. Of one person alone fingers
            are drawn: there are no others to draw.
    """
    numbers = {name: number for number, name in enumerate(dict.fromkeys(fingers))}
    of = np.array([numbers[name] for name in fingers])
    a, b = (np.array([getattr(p, side) for p in pairs], np.int64) for side in ("a", "b"))
    mated = np.array([p.genuine for p in pairs], bool)
    values = np.asarray(scores, np.float64)
    both = np.stack([of[a[~mated]], of[b[~mated]]], axis=1)
    alone = people is None or len(set(people)) == 1
    whose = dict(zip(fingers, fingers if people is None or alone else people, strict=True))
    persons = {name: number for number, name in enumerate(dict.fromkeys(whose.values()))}
    owners = np.array([persons[whose[finger]] for finger in numbers], np.int64)
    return Scores(values[mated], of[a[mated]], values[~mated], both, len(numbers), owners)


@dataclass(frozen=True, slots=True, eq=False)
class ScoreFile:
    """A ``scores.csv``: the pairs by the names of their impressions, and the scores sorted out."""

    names: list[tuple[str, str]]
    pairs: list[Pair]
    values: list[float]
    scores: Scores


def read_scores(path: Path) -> ScoreFile:
    """Read a ``scores.csv``; whose the prints are stands in ``impressions.csv`` beside it.

    Without that, impressions that make a genuine pair are of one finger, and every finger is somebody else's.

    Raises:
        DatasetError: the file cannot be read, or has not both kinds of pairs.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [(r["a"], r["b"], r["genuine"] == "1", float(r["score"])) for r in csv.DictReader(file)]
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise DatasetError(f"{path} is no list of scores: {error}") from None
    if {genuine for _, _, genuine, _ in rows} != {True, False}:
        raise DatasetError(f"{path} has not both genuine and impostor pairs")
    impressions = list(dict.fromkeys(name for a, b, _, _ in rows for name in (a, b)))
    index = {name: i for i, name in enumerate(impressions)}
    fingers, people = _owners(path.with_name("impressions.csv"), impressions)
    if not fingers:
        # The first impression of a finger stands for it: in the protocol it makes a pair with every other one.
        finger = {name: name for name in impressions}
        for a, b, genuine, _ in rows:
            if genuine:
                finger[b] = finger[a]
        fingers = people = [finger[name] for name in impressions]
    pairs = [Pair(index[a], index[b], genuine) for a, b, genuine, _ in rows]
    values = [score for *_, score in rows]
    names = [(a, b) for a, b, _, _ in rows]
    return ScoreFile(names, pairs, values, scores_of(fingers, pairs, values, people))


def _owners(path: Path, impressions: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return finger and person of each impression; nothing if the file is not there, or not of these."""
    if not path.is_file():
        return [], []
    with path.open(newline="", encoding="utf-8") as file:
        rows = {row.get("name", ""): row for row in csv.DictReader(file)}
    if not set(impressions) <= rows.keys():
        return [], []
    people = [rows[name].get("subject") or "" for name in impressions]
    fingers = [f"{person}/{rows[name].get('finger')}" for person, name in zip(people, impressions, strict=True)]
    return fingers, people
