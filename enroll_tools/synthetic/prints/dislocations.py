"""Minutiae of a ridge pattern as the dislocations of its phase: exact, whatever the picture looks like.

A ridge pattern is cos(psi). Around a minutia psi turns once: on one side there is one ridge more than on the other
(Larkin and Fletcher 2007, "A coherent framework for fingerprint analysis"). The sense of the turn tells the side, the
phase tells whether the additional line is a ridge (an ending) or a valley (a bifurcation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.types import FloatArray, MinutiaKind

_ASIDE = 3.0  # pixels along the ridge at which the pattern is read to tell ridge from valley


@dataclass(frozen=True, slots=True, eq=False)
class Dislocations:
    """Where the phase turns.

    Attributes:
        x, y: float64, shape (n,), pixels.
        sign: int8, shape (n,): +1 if the additional line lies towards (cos a, -sin a) with a = the orientation there.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    sign: NDArray[np.int8]


def find_dislocations(even: FloatArray, odd: FloatArray, orientation: NDArray[np.float64]) -> Dislocations:
    """Return every cell of four pixels around which the phase of ``even - i odd`` turns by a full circle.

    Directions have no sign, so the phase of a pixel is known up to its own: each of the four is turned to agree with
    the first. Cells around a core or delta, where this cannot be done, are left out.
    """
    wave = even - 1j * odd
    corners = [wave[:-1, :-1], wave[:-1, 1:], wave[1:, 1:], wave[1:, :-1]]
    angles = [orientation[:-1, :-1], orientation[:-1, 1:], orientation[1:, 1:], orientation[1:, :-1]]
    agrees = [np.cos(angle - angles[0]) >= 0 for angle in angles]
    phases = [np.angle(np.where(same, corner, corner.conj())) for corner, same in zip(corners, agrees, strict=True)]
    turns = np.sum([_wrap(phases[(k + 1) % 4] - phases[k]) for k in range(4)], axis=0) / (2 * np.pi)
    regular = np.all([np.abs(np.cos(angle - angles[0])) > 0.7 for angle in angles], axis=0)
    rows, columns = np.nonzero(regular & (np.abs(turns) > 0.5))
    sign = np.sign(turns[rows, columns]).astype(np.int8)
    return Dislocations(columns.astype(np.float64) + 0.5, rows.astype(np.float64) + 0.5, sign)


def _wrap(angle: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.asarray(angle - 2 * np.pi * np.rint(angle / (2 * np.pi)))


def minutia_angles(found: Dislocations, orientation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the directions of the minutiae, radians in (-pi, pi], as ISO/IEC 19794-2 defines them.

    Ending: back along the ridge. Bifurcation: back along the valley between the branches. Both point to the side that
    has one line more.
    """
    along = orientation[found.y.astype(int), found.x.astype(int)]
    angle = np.where(found.sign > 0, along, along + np.pi)
    return np.asarray(np.pi - np.mod(np.pi - angle, 2 * np.pi))


def minutia_kinds(found: Dislocations, angle: NDArray[np.float64], pattern: FloatArray) -> NDArray[np.uint8]:
    """Tell endings from bifurcations by what lies on the side with the additional line: ridge or valley."""
    height, width = pattern.shape

    def read(step: float) -> FloatArray:
        x = np.clip(np.rint(found.x + step * np.cos(angle)).astype(int), 0, width - 1)
        y = np.clip(np.rint(found.y - step * np.sin(angle)).astype(int), 0, height - 1)
        return np.asarray(pattern[y, x])

    ridge = read(_ASIDE) > read(-_ASIDE)
    return np.where(ridge, MinutiaKind.ENDING, MinutiaKind.BIFURCATION).astype(np.uint8)
