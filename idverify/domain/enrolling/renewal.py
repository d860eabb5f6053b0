"""Templates that are made anew of kept images, by the extractor of now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from idverify.domain.model import FingerPosition, Quality

MOST_LISTED = 1000
"""Templates, and people, that a report names; all are counted."""


class KeptWhy(Enum):
    """Why a template was left as it is, though there is an image."""

    UNLIKE = "UNLIKE"  # the new one is not of the same finger, as far as a comparison can tell
    UNUSABLE = "UNUSABLE"  # the new extractor finds too little in the image
    FAILED = "FAILED"  # the image is refused
    CHANGED = "CHANGED"  # the citizen was changed or deleted meanwhile


@dataclass(frozen=True, slots=True)
class KeptTemplate:
    """A template that was left as it is; ``reason``: of a refusal, its code, else empty."""

    subject_id: str
    position: FingerPosition
    extractor: str
    why: KeptWhy
    reason: str = ""


@dataclass(frozen=True, slots=True)
class QualityChange:
    """Sums of the qualities of templates before and after, and how many became better and worse."""

    former: int = 0
    renewed: int = 0
    better: int = 0
    worse: int = 0

    def with_(self, former: Quality, renewed: Quality) -> QualityChange:
        """Return it with another template."""
        return QualityChange(
            self.former + former.score,
            self.renewed + renewed.score,
            self.better + (renewed.score > former.score),
            self.worse + (renewed.score < former.score),
        )


@dataclass(frozen=True, slots=True)
class RenewalReport:
    """What came of a renewal, or would come of it.

    Attributes:
        extractor: of now; id.
        dry_run: nothing was changed.
        people: looked at.
        current: templates that were of this extractor before.
        renewed: templates in whose place there is a new one, or would be.
        kept_count: templates left as they are though there is an image; ``kept``: the first of them.
        need_capture_count: people with a template of another extractor and no image of it, who need a new capture;
            ``need_capture``: the first of them, by subject id.
        quality: of the renewed.
    """

    extractor: str
    dry_run: bool
    people: int = 0
    current: int = 0
    renewed: int = 0
    kept_count: int = 0
    kept: tuple[KeptTemplate, ...] = ()
    need_capture_count: int = 0
    need_capture: tuple[str, ...] = ()
    quality: QualityChange = QualityChange()

    def leaving(self, kept: KeptTemplate) -> RenewalReport:
        """Return it with a template that was left as it is."""
        listed = (*self.kept, kept) if len(self.kept) < MOST_LISTED else self.kept
        return replace(self, kept_count=self.kept_count + 1, kept=listed)

    def needing_capture(self, subject_id: str) -> RenewalReport:
        """Return it with somebody who needs a new capture."""
        listed = (*self.need_capture, subject_id) if len(self.need_capture) < MOST_LISTED else self.need_capture
        return replace(self, need_capture_count=self.need_capture_count + 1, need_capture=listed)
