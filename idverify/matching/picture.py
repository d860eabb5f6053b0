"""The gallery as it was at one moment, whatever it is kept on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idverify.domain.model import TrailHead

AnyArray = NDArray[Any]
Arrays = Mapping[str, AnyArray]


@dataclass(frozen=True, slots=True)
class SegmentPicture:
    """A segment as it was at one moment.

    Attributes:
        name: unique for ever: equal names, equal arrays.
        arrays: everything in it, by name.
        present: which of its impressions were still there.
    """

    name: str
    arrays: Arrays = field(repr=False)
    present: NDArray[np.bool_] = field(repr=False)


@dataclass(frozen=True, slots=True)
class GalleryPicture:
    """The gallery as it was at one moment.

    Attributes:
        index_id: what made it: only a gallery of the same name can take it over.
        watermark: end of the audit trail at that moment.
        time: when.
        segments: what it consists of.
    """

    index_id: str
    watermark: TrailHead
    time: datetime
    segments: Sequence[SegmentPicture]
