"""Find and read the LEADER weights inside the installed ``pyfing`` package, without importing it.

``import pyfing`` would import Keras and a backend of several hundred megabytes; only the weights file is wanted. The
file is Keras 3's HDF5 layout: one group per layer below ``layers/``, whose ``vars`` group holds the arrays ``0``,
``1``, ... and the layer's own name in the attribute ``name``.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import h5py
import numpy as np

from matcher.errors import ExtractorUnavailableError
from matcher.types import FloatArray

DISTRIBUTION = "pyfing"
WEIGHTS_FILE = "pyfing/models/LEADER.weights.h5"

LayerWeights = dict[str, list[FloatArray]]


@dataclass(frozen=True, slots=True, eq=False)
class LeaderWeights:
    """The trained arrays of the network.

    Attributes:
        layers: layer name to its arrays in Keras order (kernel, bias; gamma, beta) and Keras layout (channels last).
        version: version of the package that they came from.
    """

    layers: LayerWeights
    version: str


def locate_weights() -> tuple[Path, str]:
    """Return the path of the weights file and the version of the package that ships it.

    Raises:
        ExtractorUnavailableError: the package is not installed, or does not hold the file.
    """
    try:
        distribution = metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        raise ExtractorUnavailableError(f"the package {DISTRIBUTION} is not installed: pip install pyfing") from None
    path = Path(str(distribution.locate_file(WEIGHTS_FILE)))
    if not path.is_file():
        raise ExtractorUnavailableError(f"{DISTRIBUTION} {distribution.version} has no {WEIGHTS_FILE}")
    return path, distribution.version


def read_layers(path: Path) -> LayerWeights:
    """Read every array of a Keras 3 weights file.

    Raises:
        ExtractorUnavailableError: the file is not such a file.
    """
    try:
        with h5py.File(path, "r") as file:
            groups = [group["vars"] for group in file["layers"].values()]
            return {str(group.attrs["name"]): _arrays(group) for group in groups if len(group)}
    except (OSError, KeyError, AttributeError, TypeError) as error:
        raise ExtractorUnavailableError(f"{path.name} is not a Keras 3 weights file") from error


def _arrays(group: h5py.Group) -> list[FloatArray]:
    return [np.asarray(group[str(index)], dtype=np.float32) for index in range(len(group))]


def read_weights() -> LeaderWeights:
    """Read the weights of the installed package.

    Raises:
        ExtractorUnavailableError: not installed, incomplete, or unreadable.
    """
    path, version = locate_weights()
    return LeaderWeights(layers=read_layers(path), version=version)
