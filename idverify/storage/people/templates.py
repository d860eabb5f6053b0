"""Templates: sealed under their citizen's key, each bound to its finger, its extractor and its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, insert

from idverify.domain.errors import StoredDataError
from idverify.domain.model import Advice, Features, FingerPosition, Impression, Quality, StoredTemplate
from idverify.storage.failures import decoding
from idverify.storage.statement import Statement
from idverify.storage.tables import AnyRow, templates
from idverify.trust.sealing import seal, unseal

QUALITY_COLUMNS = (
    templates.c.quality_score,
    templates.c.quality_algorithm,
    templates.c.quality_minutiae,
    templates.c.quality_advice,
    templates.c.quality_usable,
)
"""What :func:`quality_of` needs."""

_ADD = Statement(
    insert(templates).returning(templates.c.template_id),
    [column.name for column in templates.c if column is not templates.c.template_id],
)


def add_template(
    connection: Connection, key: bytes, subject_id: str, encounter_id: str, place: int, feature: Features
) -> StoredTemplate:
    """Store a template as number ``place`` of its encounter; return it with its id."""
    if feature.position is None:
        raise ValueError("an enrolled template needs its finger position")
    quality = feature.quality
    where = _place(subject_id, encounter_id, place, feature.position, feature.extractor)
    row = {
        "subject_id": subject_id,
        "encounter_id": encounter_id,
        "place": place,
        "position": int(feature.position),
        "extractor": feature.extractor,
        "quality_score": quality.score,
        "quality_algorithm": quality.algorithm,
        "quality_minutiae": quality.minutiae,
        "quality_advice": " ".join(advice.value for advice in quality.advice),
        "quality_usable": quality.usable,
        "template_sealed": seal(key, feature.template, *where),
    }
    (added,) = _ADD.all(connection, **row)
    return StoredTemplate(added.template_id, subject_id, feature.position, feature.template, quality, feature.extractor)


def read_templates(rows: Iterable[AnyRow], keys: Mapping[str, bytes]) -> list[StoredTemplate]:
    """Unseal rows of ``templates``, given the data keys of their citizens.

    Raises:
        StoredDataError: one does not open, or its citizen has no key.
    """
    return [_read(row, keys) for row in rows]


def impression_of(stored: StoredTemplate) -> Impression:
    """Return what is shown of a template."""
    return Impression(stored.position, stored.quality, stored.extractor)


def quality_of(row: AnyRow) -> Quality:
    """Return the quality from the columns of :data:`QUALITY_COLUMNS`."""
    with decoding("quality"):
        advice = tuple(Advice(code) for code in row.quality_advice.split())
    return Quality(row.quality_score, row.quality_algorithm, row.quality_minutiae, advice, row.quality_usable)


def position_of(row: AnyRow) -> FingerPosition:
    """Return the finger from the column ``position``."""
    with decoding("finger position"):
        return FingerPosition(row.position)


def _read(row: AnyRow, keys: Mapping[str, bytes]) -> StoredTemplate:
    key = keys.get(row.subject_id)
    if key is None:
        raise StoredDataError("a template belongs to a citizen who is not there")
    position = position_of(row)
    where = _place(row.subject_id, row.encounter_id, row.place, position, row.extractor)
    template = unseal(key, row.template_sealed, *where)
    return StoredTemplate(row.template_id, row.subject_id, position, template, quality_of(row), row.extractor)


def _place(subject_id: str, encounter_id: str, place: int, position: FingerPosition, extractor: str) -> tuple[str, ...]:
    return ("templates", "template", subject_id, encounter_id, str(place), str(int(position)), extractor)
