"""Images of impressions, kept so that templates can be made anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from idverify.domain.model.prints import FingerPosition, ImageSample, Quality, Sample


@dataclass(frozen=True, slots=True)
class KeptImage:
    """An impression as it was received at enrolment: the same bytes make the same template, or a later one's.

    Attributes:
        position: as it was stated.
        image: as received: the file or pixels, with format, size and resolution where the client stated them.
        quality: as it was assessed then.
        counter_id: the counter that sent it; empty: not stated.
        attestation: what the scanner signed of it, as received; empty: nothing.
        captured: when it was enrolled, UTC.
    """

    position: FingerPosition
    image: ImageSample = field(repr=False)
    quality: Quality
    counter_id: str
    attestation: str = field(repr=False)
    captured: datetime

    @property
    def sample(self) -> Sample:
        """The sample that it came as."""
        return Sample(self.position, self.image)
