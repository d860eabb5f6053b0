"""Images of enrolled impressions: sealed under their citizen's key, each at the place of its template."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from idverify.domain.errors import StoredDataError
from idverify.domain.model import Advice, FingerPosition, ImageFormat, ImageSample, Quality
from idverify.domain.model.images import KeptImage
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.tables import AnyRow, images, templates
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal


class ImagesView:
    """Images, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def of_template(self, template_id: int) -> KeptImage | None:
        """Return the image that a template was made of; None: none is kept, or there is no such template."""
        beside = (images.c.encounter_id == templates.c.encounter_id) & (images.c.place == templates.c.place)
        query = select(images).join(templates, beside).where(templates.c.template_id == template_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        key = find_data_key(self._connection, self._vault, row.subject_id)
        if key is None:
            raise StoredDataError("an image belongs to a citizen who is not there")
        return _read(_opened(row, key))

    def count(self, among: Collection[str] | None = None) -> int:
        """Return how many are kept, of some subjects; None: of all."""
        query = select(func.count()).select_from(images)
        if among is not None:
            query = query.where(images.c.subject_id.in_(among))
        return int(self._connection.execute(query).scalar_one())

    def keep(self, subject_id: str, encounter_id: str, kept: Sequence[KeptImage | None]) -> None:
        """Refuse."""
        del subject_id, encounter_id, kept
        raise refuse_write()

    def erase_some(self, limit: int, held: Collection[str] = ()) -> int:
        """Refuse."""
        del limit, held
        raise refuse_write()


class SqlImages(ImagesView):
    """Images, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes
        self.erased = False

    def keep(self, subject_id: str, encounter_id: str, kept: Sequence[KeptImage | None]) -> None:
        """Keep the images of an encounter, in the order of its templates; None: that one has none.

        Raises:
            DomainError: SUBJECT_NOT_FOUND.
        """
        key = hold_data_key(self._connection, self._vault, subject_id)
        for place, image in enumerate(kept):
            if image is not None:
                row = {"encounter_id": encounter_id, "place": place, "subject_id": subject_id}
                sealed = seal(key, _written(image), *_place(subject_id, encounter_id, place))
                self._connection.execute(insert(images).values(row | {"image_sealed": sealed}))
                self._changes.added("images", encounter_id, place, subject_id)

    def erase_some(self, limit: int, held: Collection[str] = ()) -> int:
        """Erase at most so many, whomever they are of but subjects who are held; return how many."""
        these = select(images.c.encounter_id, images.c.place, images.c.subject_id)
        if held:
            these = these.where(images.c.subject_id.not_in(held))
        some = self._connection.execute(these.limit(limit)).all()
        for row in some:
            this = (images.c.encounter_id == row.encounter_id) & (images.c.place == row.place)
            self._connection.execute(delete(images).where(this))
            self._changes.removed("images", *row)
        self.erased |= bool(some)
        return len(some)


def move_images(connection: Connection, vault: Vault, changes: RowChanges, encounter_id: str, taker: str) -> None:
    """Give the images of an encounter to another citizen: they are sealed anew, under the key of that one."""
    key = hold_data_key(connection, vault, taker)
    places = select(images.c.place).where(images.c.encounter_id == encounter_id).order_by(images.c.place)
    for place in connection.execute(places).scalars().all():
        this = (images.c.encounter_id == encounter_id) & (images.c.place == place)
        row = connection.execute(select(images).where(this)).one()
        former = find_data_key(connection, vault, row.subject_id)
        if former is None:
            raise StoredDataError("an image belongs to a citizen who is not there")
        sealed = seal(key, _opened(row, former), *_place(taker, encounter_id, place))
        connection.execute(update(images).where(this).values(subject_id=taker, image_sealed=sealed))
        changes.removed("images", encounter_id, place, row.subject_id)
        changes.added("images", encounter_id, place, taker)


def _opened(row: AnyRow, key: bytes) -> bytes:
    return unseal(key, row.image_sealed, *_place(row.subject_id, row.encounter_id, row.place))


def _place(subject_id: str, encounter_id: str, place: int) -> tuple[str, ...]:
    return ("images", "image", subject_id, encounter_id, str(place))


def _written(kept: KeptImage) -> bytes:
    """What was said of an image in one line of JSON, and its bytes: as they are, they are what takes the room."""
    image, quality = kept.image, kept.quality
    said = {
        "position": int(kept.position),
        "format": image.format.value if image.format else None,
        "width": image.width,
        "height": image.height,
        "resolution_ppi": image.resolution_ppi,
        "quality": [quality.score, quality.algorithm, quality.minutiae, [a.value for a in quality.advice]],
        "usable": quality.usable,
        "counter_id": kept.counter_id,
        "attestation": kept.attestation,
        "captured": kept.captured.isoformat(),
    }
    return json.dumps(said).encode() + b"\n" + image.data


def _read(content: bytes) -> KeptImage:
    line, _, data = content.partition(b"\n")
    with decoding("image"):
        said: dict[str, Any] = json.loads(line)
        score, algorithm, minutiae, advice = said["quality"]
        file_format = ImageFormat(said["format"]) if said["format"] else None
        return KeptImage(
            FingerPosition(said["position"]),
            ImageSample(data, file_format, said["width"], said["height"], said["resolution_ppi"]),
            Quality(score, algorithm, minutiae, tuple(map(Advice, advice)), said["usable"]),
            said["counter_id"],
            said["attestation"],
            datetime.fromisoformat(said["captured"]),
        )
