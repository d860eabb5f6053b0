"""What ``idverify segment`` does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import degrees
from typing import Any

from idverify.commands.session import RefusedError
from matcher.errors import MatcherError
from matcher.images.decoding import decode_image, encode_png
from matcher.slaps.cutting import SLAP_LIMITS, SlapFinger, cut_slap
from matcher.slaps.hands import FINGERS_OF_SLAP, Slap
from matcher.types import FingerPosition

_SLAPS = {"right": Slap.RIGHT_FOUR, "left": Slap.LEFT_FOUR, "thumbs": Slap.TWO_THUMBS}


@dataclass(frozen=True, slots=True)
class CutFinger:
    """One finger: its name, such as ``right-index``, its code, its upright image, and where it was."""

    name: str
    position: int
    png: bytes
    facts: Mapping[str, Any]


def fingers_of(data: bytes, hand: str, resolution_ppi: float | None, missing: Collection[str] = ()) -> list[CutFinger]:
    """Cut a slap into its fingers.

    Args:
        data: the image file.
        hand: ``right``, ``left`` or ``thumbs``.
        resolution_ppi: as the caller knows it; None: the file says.
        missing: names of fingers that are not on it, such as ``right-ring``.

    Raises:
        ValueError: a name is that of no finger of the hand, or all are missing.
        RefusedError: the image cannot be read, or not all fingers are found apart.
    """
    slap = _SLAPS[hand]
    names = {_name(position): position for position in FINGERS_OF_SLAP[slap]}
    if not set(missing) < set(names):
        raise ValueError(f"some of {', '.join(names)} may be missing, not all")
    try:
        image = decode_image(data, resolution_ppi=resolution_ppi, limits=SLAP_LIMITS)
        return [_cut(finger) for finger in cut_slap(image, slap, missing=[names[name] for name in missing])]
    except MatcherError as error:
        raise RefusedError(error.reason, str(error)) from None


def _cut(finger: SlapFinger) -> CutFinger:
    facts = {
        "centre": [round(value, 1) for value in finger.centre],
        "size": [round(value, 1) for value in finger.size],
        "angle_degrees": round(degrees(finger.angle), 1),
    }
    return CutFinger(_name(finger.position), int(finger.position), encode_png(finger.image), facts)


def _name(position: FingerPosition) -> str:
    return position.name.lower().replace("_", "-")
