"""What the 1:N index stores of a template: per minutia a small cylinder as a balanced binary code.

The cylinders are those of Cappelli, Ferrara, Maltoni, "Fingerprint Indexing Based on Minutia Cylinder-Code", TPAMI
33(5), 2011: 8 cells across, 6 directions, cells inside the circle only, no hull test. As bits they are sparse, and by
Hamming distance a sparse vector is close to everything; so what is stored is a code in which every bit is set about
half the time: the cylinder's real values, centred, projected on their principal components, turned by the rotation of
Gong and Lazebnik, "Iterative Quantization" (CVPR 2011), and reduced to signs.

The projection is trained once (``benchmarks.training.index_codes``), versioned, and bound to the cylinder parameters.
It may be turned once more before the signs, by a secret rotation: codes of two secrets cannot be compared, and what is
found is the same (docs/decisions/keyed-index-codes.md).
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from matcher.comparison.cylinders import circle
from matcher.comparison.prints import WordArray
from matcher.errors import MatcherError
from matcher.params import params_id
from matcher.search._code_kernels import Coding, index_codes
from matcher.search.arrays import Enrolled
from matcher.search.params import DEFAULT_CYLINDERS, IndexCylinderParams
from matcher.templates.columnar import TemplateColumns
from matcher.templates.confidence import UNREPORTED, confidence
from matcher.templates.quantisation import QUALITY_STEPS
from matcher.types import FloatArray, Template

CODE_BITS = 256
"""Length of a code: the width for which FAISS scans fastest."""

_FORMAT = "idverify-index-codes-1"
_DEFAULT = "index_codes_v1.npz"


class CodeBookIncompatibleError(MatcherError):
    """A code book is damaged, or was trained for other cylinders than those asked for."""

    reason = "CODE_BOOK_INCOMPATIBLE"


@dataclass(frozen=True, slots=True, eq=False)
class IndexFeatures:
    """What the index knows of some templates: n codes, those of a template together and in the order of its minutiae.

    Attributes:
        codes: uint64, shape (n, 4): balanced codes, compared by Hamming distance.
        owner: int32, shape (n,): the template each is of.
        minutia: uint16, shape (n,): the minutia of the template.
    """

    codes: WordArray
    owner: NDArray[np.int32]
    minutia: NDArray[np.uint16]

    def __len__(self) -> int:
        return int(self.codes.shape[0])


def joined_features(parts: Sequence[IndexFeatures], templates: Sequence[int]) -> IndexFeatures:
    """Put the features of several runs of templates together; ``templates`` is the length of each run."""
    before = np.cumsum([0, *templates])
    owner = [part.owner + np.int32(first) for part, first in zip(parts, before, strict=False)]
    return IndexFeatures(
        np.concatenate([part.codes for part in parts]),
        np.concatenate(owner),
        np.concatenate([part.minutia for part in parts]),
    )


@dataclass(frozen=True, eq=False)
class CodeBook:
    """Makes codes of cylinders.

    Attributes:
        version: number of the trained projection; codes of different versions are not comparable.
        cylinders: the parameters it was trained for.
        mean: float32, shape (cells,).
        projection: float32, shape (cells, 256).
        turn: names the secret rotation in it; empty: none.
    """

    version: int
    cylinders: IndexCylinderParams
    mean: FloatArray
    projection: FloatArray
    turn: str = ""

    @property
    def id(self) -> str:
        """Name of the codes: equal names, comparable codes."""
        return "-".join(filter(None, (f"itq{CODE_BITS}-v{self.version}-{params_id(self.cylinders)}", self.turn)))

    def turned(self, key: bytes) -> CodeBook:
        """Return the code book with a secret rotation before the signs."""
        projection = (self.projection @ rotation(key)).astype(np.float32)
        return replace(self, projection=projection, turn=f"turned-{hashlib.sha256(key).hexdigest()[:16]}")

    @cached_property
    def _coding(self) -> Coding:
        least = round(self.cylinders.least_quality * QUALITY_STEPS)
        unreported = round(UNREPORTED * QUALITY_STEPS)
        return Coding(least, unreported, self.cylinders.steepness, self.mean, self.projection)

    def describe(self, templates: TemplateColumns) -> IndexFeatures:
        """Make the index features of templates; about 1 ms for one of 50 minutiae. The lock is released."""
        return IndexFeatures(*index_codes(Enrolled.of(templates), circle(self.cylinders), self._coding))

    def save(self, file: IO[bytes] | Path) -> None:
        """Write as npz; equal code books give equal bytes."""
        np.savez(
            file,
            format=np.array(_FORMAT),
            version=np.array(self.version),
            cylinders=np.array(params_id(self.cylinders)),
            mean=self.mean,
            projection=self.projection,
        )


def rotation(key: bytes) -> NDArray[np.float64]:
    """Return the rotation of a secret, an orthogonal matrix of shape (256, 256); the same for ever.

    Three times random signs and a Hadamard matrix, a pseudo-random rotation (Andoni, Indyk, Laarhoven, Razenshteyn and
    Schmidt, "Practical and Optimal LSH for Angular Distance", NIPS 2015, section 3); the signs are SHAKE256 (FIPS 202)
    of the key. Every number in it is a multiple of 1/4096: no rounding, so no machine has another one.

    Args:
        key: 32 random bytes.
    """
    hadamard = np.ones((1, 1))
    while len(hadamard) < CODE_BITS:
        hadamard = np.block([[hadamard, hadamard], [hadamard, -hadamard]])
    hadamard /= np.sqrt(CODE_BITS)
    drawn = hashlib.shake_256(key).digest(3 * CODE_BITS // 8)
    signs = np.unpackbits(np.frombuffer(drawn, np.uint8)).reshape(3, CODE_BITS, 1) * 2.0 - 1.0
    first, second, third = (sign * hadamard for sign in signs)
    turn: NDArray[np.float64] = first @ second @ third
    return turn


def load_codebook(file: IO[bytes] | Path, cylinders: IndexCylinderParams = DEFAULT_CYLINDERS) -> CodeBook:
    """Read a code book for cylinders of the given parameters.

    Raises:
        CodeBookIncompatibleError: the file is damaged, or was trained for other parameters.
    """
    try:
        with np.load(file, allow_pickle=False) as stored:
            fields = {name: stored[name] for name in ("format", "version", "cylinders", "mean", "projection")}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise CodeBookIncompatibleError("code book cannot be read; train it again or reinstall the package") from error
    if str(fields["format"]) != _FORMAT:
        raise CodeBookIncompatibleError(f"code book has another format than {_FORMAT}")
    if str(fields["cylinders"]) != params_id(cylinders):
        raise CodeBookIncompatibleError("code book was trained for other cylinder parameters; train one for these")
    mean, projection = fields["mean"], fields["projection"]
    cells = len(circle(cylinders).centres) * cylinders.directions
    if mean.shape != (cells,) or projection.shape != (cells, CODE_BITS):
        raise CodeBookIncompatibleError("code book has the wrong shape")
    return CodeBook(int(fields["version"]), cylinders, mean.astype(np.float32), projection.astype(np.float32))


def default_codebook() -> CodeBook:
    """Read the code book that ships with the package."""
    with files("matcher").joinpath("models", _DEFAULT).open("rb") as file:
        return load_codebook(file)


def indexed_pose(template: Template, params: IndexCylinderParams) -> FloatArray:
    """Return position and direction of the minutiae that are sure enough for the index, float32, shape (n, 3)."""
    pose = np.stack([template.x, template.y, template.angle], axis=1).astype(np.float32)
    return pose[confidence(template) >= params.least_quality]


def cell_values(sums: FloatArray, params: IndexCylinderParams) -> FloatArray:
    """Map blurred counts to values in (0, 1); 1/2 at the threshold (the papers' psi)."""
    values: FloatArray = 1 / (1 + np.exp(-params.steepness * (sums - np.float32(params.threshold))))
    return values.astype(np.float32)


def provenance(book: CodeBook, training: dict[str, object]) -> str:
    """Return the JSON that stands beside a stored code book: what it is, and of what it was made."""
    return json.dumps({"format": _FORMAT, "id": book.id, "version": book.version} | training, indent=2) + "\n"
