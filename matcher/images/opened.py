"""An image file whose headers were read and whose pixels were not yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matcher.types import ByteArray


@dataclass(frozen=True, slots=True, eq=False)
class OpenedImage:
    """What its headers say, before a pixel is decoded: so size and resolution can be judged first.

    Attributes:
        width, height: in pixels, as it is shown.
        stated_ppi: pixels per inch in x and y, as the file states them; None if it does not.
        read: decodes it to grey, uint8 (height, width), and tells how many levels its samples can tell apart.
    """

    width: int
    height: int
    stated_ppi: tuple[float, float] | None
    read: Callable[[], tuple[ByteArray, int]]
