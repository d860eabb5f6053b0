"""A gallery of lines of text that can be kept on disk."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idverify.domain.model import FingerPosition, Quality, StoredTemplate
from idverify.matching.picture import GalleryPicture, SegmentPicture
from tests.fakes import FakeGallery


class KeptGallery(FakeGallery):
    """Freezes all there is into a new segment each time."""

    index_id = "lines"
    index_ids = ("lines",)
    changes = 0

    def add(self, templates: Sequence[StoredTemplate]) -> None:
        super().add(templates)
        self.changes += len(templates)

    def remove(self, template_ids: Sequence[int]) -> None:
        super().remove(template_ids)
        self.changes += len(template_ids)

    def entry_ids(self) -> NDArray[np.int64]:
        return np.sort(np.fromiter(self.templates, np.int64))

    def merge(self) -> bool:
        return False

    def erase(self) -> None:
        """Nothing is left of what was removed."""

    def freeze(self) -> Sequence[SegmentPicture]:
        rows = [asdict(t) | {"template": t.template.decode()} for t in self.templates.values()]
        content = np.frombuffer(json.dumps(rows).encode(), np.uint8)
        return [SegmentPicture(uuid.uuid4().hex, {"rows": content}, np.ones(len(rows), np.bool_))]

    def turn(self, key: bytes) -> None:
        """Lines have no codes."""

    def restore(self, picture: GalleryPicture) -> None:
        for segment in picture.segments:
            for row in json.loads(segment.arrays["rows"].tobytes()):
                template = _template(row)
                self.templates[template.template_id] = template


def _template(row: dict[str, Any]) -> StoredTemplate:
    quality = Quality(**row["quality"] | {"advice": tuple(row["quality"]["advice"])})
    position = FingerPosition(row["position"])
    return StoredTemplate(**row | {"template": row["template"].encode(), "quality": quality, "position": position})
