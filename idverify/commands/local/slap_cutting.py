"""What ``idverify segment`` does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import degrees
from typing import Any

from idverify.commands.session import RefusedError
from matcher.errors import MatcherError
from matcher.images.decoding import decode_image, encode_png
from matcher.images.slap import SLAP_LIMITS, Slap, SlapFinger, cut_slap

_SLAPS = {"right": Slap.RIGHT_FOUR, "left": Slap.LEFT_FOUR, "thumbs": Slap.TWO_THUMBS}


@dataclass(frozen=True, slots=True)
class CutFinger:
    """One finger: its name, such as ``right-index``, its code, its upright image, and where it was."""

    name: str
    position: int
    png: bytes
    facts: Mapping[str, Any]


def fingers_of(data: bytes, hand: str, resolution_ppi: float | None) -> list[CutFinger]:
    """Cut a slap into its fingers; ``hand``: ``right``, ``left`` or ``thumbs``.

    Raises:
        RefusedError: the image cannot be read, or not all fingers are found apart.
    """
    try:
        image = decode_image(data, resolution_ppi=resolution_ppi, limits=SLAP_LIMITS)
        return [_cut(finger) for finger in cut_slap(image, _SLAPS[hand])]
    except MatcherError as error:
        raise RefusedError(error.reason, str(error)) from None


def _cut(finger: SlapFinger) -> CutFinger:
    facts = {
        "centre": [round(value, 1) for value in finger.centre],
        "size": [round(value, 1) for value in finger.size],
        "angle_degrees": round(degrees(finger.angle), 1),
    }
    name = finger.position.name.lower().replace("_", "-")
    return CutFinger(name, int(finger.position), encode_png(finger.image), facts)
