"""Who is enrolled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from idverify.domain.model.prints import FingerPosition, Quality


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Personal data of a citizen; ``birth_date`` YYYY-MM-DD or YYYY or empty, ``sex`` M, F or empty."""

    full_name: str = field(repr=False)
    birth_date: str = field(default="", repr=False)
    sex: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Impression:
    """One stored impression, without its template."""

    position: FingerPosition
    quality: Quality
    extractor: str


@dataclass(frozen=True, slots=True)
class Encounter:
    """One occasion on which impressions were taken."""

    encounter_id: str
    created: datetime
    impressions: tuple[Impression, ...]


@dataclass(frozen=True, slots=True)
class Citizen:
    """An enrolled citizen. ``subject_id`` is random and says nothing; ``ordinal`` is the order of enrolment."""

    subject_id: str
    ordinal: int
    citizen_number: str = field(repr=False)
    personal_data: PersonalData = field(repr=False)
    encounters: tuple[Encounter, ...]
    created: datetime
