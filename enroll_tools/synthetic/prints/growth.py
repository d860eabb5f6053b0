"""Let a ridge pattern grow out of noise: filter it again and again along its own directions (SFinGe, Cappelli 2009).

Patches that started independently meet, and where their ridges do not fit a minutia remains. Neighbouring misfits of
opposite sense cancel as the filtering goes on, so it is stopped when the wanted number is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from enroll_tools.synthetic.prints.dislocations import find_dislocations
from enroll_tools.synthetic.prints.gabor import GaborBank, bank_response, gabor_bank
from enroll_tools.synthetic.prints.params import MasterParams
from matcher.types import FloatArray

_START = 0.1  # amplitude of the noise: far below saturation, so that the filters choose what survives


@dataclass(frozen=True, slots=True, eq=False)
class RidgeWave:
    """A grown pattern: float32 (height, width). ``even - i odd`` has the pattern's phase; ``pattern`` is in [-1, 1]."""

    even: FloatArray
    odd: FloatArray
    pattern: FloatArray


def grow(
    rng: np.random.Generator,
    orientation: NDArray[np.float64],
    period: NDArray[np.float64],
    mask: NDArray[np.bool_],
    wanted: int,
    params: MasterParams,
) -> RidgeWave:
    """Grow a pattern until at most ``wanted`` minutiae are left inside ``mask``.

    It grows at half the resolution, where a sweep costs a sixteenth, and is finished at the full one.
    """
    periods = np.linspace(period.min(), period.max(), params.periods)
    coarse = gabor_bank(params.directions, periods / 2)
    half_orientation, half_mask = orientation[::2, ::2], mask[::2, ::2]
    index = coarse.index(half_orientation, period[::2, ::2] / 2)
    image = (_START * rng.standard_normal(half_orientation.shape)).astype(np.float32)
    least, most = params.sweeps
    for sweep in range(1, most + 1):
        image = _clip(bank_response(image, coarse.even, index), params.gain)
        if sweep >= least and sweep % params.sweeps_per_look == 0:
            odd = bank_response(image, coarse.odd, index)
            found = find_dislocations(image, odd, half_orientation)
            if np.count_nonzero(half_mask[found.y.astype(int), found.x.astype(int)]) <= wanted:
                break
    return _finish(image, orientation, period, gabor_bank(params.directions, periods), params)


def _clip(response: FloatArray, gain: float) -> FloatArray:
    return np.asarray(np.tanh(np.float32(gain) * response), dtype=np.float32)


def _finish(
    image: FloatArray,
    orientation: NDArray[np.float64],
    period: NDArray[np.float64],
    bank: GaborBank,
    params: MasterParams,
) -> RidgeWave:
    index = bank.index(orientation, period)
    size = (orientation.shape[1], orientation.shape[0])
    full = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC), dtype=np.float32)
    full = _clip(bank_response(full, bank.even, index), params.gain)
    even, odd = bank_response(full, bank.even, index), bank_response(full, bank.odd, index)
    return RidgeWave(even, odd, _clip(even, params.gain))
