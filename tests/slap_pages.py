"""Slaps composed of prints of single fingers: side by side, each above its next phalanx, a little askew."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from enroll_tools.synthetic import Population
from matcher.slaps.hands import FINGERS_OF_SLAP, Slap
from matcher.types import ByteArray, FingerPosition

LOWER = {Slap.RIGHT_FOUR: (100, 0, 50, 200), Slap.LEFT_FOUR: (200, 50, 0, 100), Slap.TWO_THUMBS: (20, 0)}
"""How much lower than the highest each finger lies, pixels at 500 ppi."""


def trimmed(pixels: ByteArray) -> ByteArray:
    """Cut away what is white around a print."""
    rows, columns = np.nonzero(cv2.GaussianBlur(pixels, (0, 0), 6) < 225)
    return pixels[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def phalanx(width: int) -> NDArray[np.float32]:
    y, x = np.mgrid[0:260, 0:width]
    ridges = 128 + 90 * np.cos(2 * np.pi * (y + 6 * np.sin(x / 30)) / 9)
    inside = ((x - width / 2) / (width * 0.42)) ** 2 + ((y - 130) / 130) ** 2 < 1
    return np.where(inside, ridges, 255).astype(np.float32)


def composed(tips: Sequence[ByteArray], lower: Sequence[int], askew: float = 0.0, phalanges: bool = True) -> ByteArray:
    """A page of 1500 x 1700 with prints from left to right, turned counter-clockwise by so many degrees."""
    page = np.full((1500, 1700), 255, np.float32)
    left = 180
    for tip, down in zip(map(trimmed, tips), lower, strict=True):
        height, width = tip.shape
        page[300 + down : 300 + down + height, left : left + width] = tip
        top = 300 + down + height + 28
        if phalanges:
            page[top : top + 260, left : left + width] = phalanx(width)
        left += width + 50
    turning = cv2.getRotationMatrix2D((850, 750), askew, 1.0)
    page = np.asarray(cv2.warpAffine(page, turning, (1700, 1500), borderValue=255, flags=cv2.INTER_CUBIC), np.float32)
    noise = np.random.default_rng(1).normal(0, 2, page.shape)
    return np.clip(page + noise, 0, 255).astype(np.uint8)


def drawn(
    population: Population,
    slap: Slap,
    askew: float = 0.0,
    missing: Sequence[FingerPosition] = (),
    *,
    person: int = 0,
    impression: int = 1,
    phalanges: bool = True,
) -> ByteArray:
    """A slap of a made-up person."""
    shown = [
        (population.impression(person, finger, impression).image.pixels, down)
        for finger, down in zip(FINGERS_OF_SLAP[slap], LOWER[slap], strict=True)
        if finger not in missing
    ]
    return composed([tip for tip, _ in shown], [down for _, down in shown], askew, phalanges)


def written_on(page: ByteArray, seed: int) -> ByteArray:
    """Write on a page: a name, a signature, crossed-out lines, at the top and at the bottom."""
    rng = np.random.default_rng(seed)
    page = page.copy()
    height = page.shape[0]
    for line, top in enumerate((40, height - 190)):
        left, pen = int(rng.integers(60, 900)), int(rng.integers(4, 9))
        steps = np.linspace(0, 1, 300)
        loops = [left + 500 * steps + 40 * np.sin(60 * steps), top + 80 + 55 * np.sin(66 * steps + line)]
        lines = [np.stack(loops, axis=1).astype(np.int32)]
        cv2.polylines(page, lines, isClosed=False, color=40, thickness=pen, lineType=cv2.LINE_AA)
        crossed = [(left + 520 + 9 * index, top + 130 * (index % 2)) for index in range(30)]
        lines = [np.array(crossed, np.int32)]
        cv2.polylines(page, lines, isClosed=False, color=30, thickness=pen, lineType=cv2.LINE_AA)
        cv2.putText(page, "Tran 01/02/99", (60, top + 110), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 2.2, 20, pen, cv2.LINE_AA)
    return page
