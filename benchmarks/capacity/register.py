"""A register of people who are nobody: a database with ten fingers of each, and its gallery, sealed beside it.

What a service finds at its start that ran with so many people. Both are made of the blocks of
:mod:`benchmarks.identification.distractors`; a making that was interrupted goes on.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from idverify.domain.model import AuditEntry, Features, FingerPosition, PersonalData, Quality, RequestContext
from idverify.matching.picture import GalleryPicture, SegmentPicture
from idverify.matching.snapshot import SnapshotFolder
from idverify.storage.store import SqlStore, open_store
from idverify.trust.key_file import load_or_create_master_keys
from idverify.trust.sealing import Purpose
from matcher.search import folder as gallery_folder
from matcher.search.gallery import Gallery
from matcher.search.impressions import impressions
from matcher.search.segment import Segment
from matcher.templates import compact
from matcher.types import Template

FINGERS = 10
"""Of a person, the ten positions."""

_AT_A_TIME = 200
_NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_ENTRY = AuditEntry(
    _NOW, "counter-7", "EnrolCitizen", "ENROLLED", str(uuid.UUID(int=7, version=4)), RequestContext(), {}
)
_QUALITY = Quality(80, "made-up", 40, (), usable=True)


def make_register(data: Path, blocks: Sequence[Path], fingers: int, progress: Callable[[int], None]) -> None:
    """Fill the database with the fingers of some blocks, and seal the gallery, as far as that is not done.

    Args:
        data: the ``data_dir`` of a service that was started once.
        blocks: folders of galleries.
        fingers: in them.
        progress: called with how many fingers more are in the database.
    """
    done = data / "register-made"
    if done.exists():
        progress(fingers)
        return
    keys = load_or_create_master_keys(data / "keys.json")
    with closing(open_store(f"sqlite:///{data / 'idverify.db'}", keys)) as store:
        there = store.template_ids().size
        progress(there)
        _enrol(store, islice(_templates(blocks), there, None), there // FINGERS, progress)
        with store.reading() as view:
            watermark = view.audit.head()
        segments = list(_renamed(blocks, store))
    picture = GalleryPicture(Gallery().index_id, watermark, _NOW, segments)
    SnapshotFolder(data / "gallery", keys.subkey(Purpose.GALLERY_SNAPSHOT)).save(picture)
    done.touch()


def subject_id_of(person: int) -> str:
    """Return the internal identifier of a person, who are numbered from 0."""
    return str(uuid.UUID(int=person, version=4))


def _segments(blocks: Sequence[Path]) -> Iterator[Segment]:
    index_id = Gallery().index_id
    for block in blocks:
        read = gallery_folder.read(block, index_id, mapped=True)
        yield from sorted(read, key=lambda segment: int(segment.impressions.entry_ids[0]))


def _templates(blocks: Sequence[Path]) -> Iterator[Template]:
    for segment in _segments(blocks):
        yield from segment.templates


def _enrol(store: SqlStore, templates: Iterator[Template], first: int, progress: Callable[[int], None]) -> None:
    people = iter(lambda: list(islice(templates, FINGERS)), [])
    while some := list(islice(people, _AT_A_TIME)):
        with store.transaction() as uow:
            for person, fingers in enumerate(some, first):
                uow.subjects.add(subject_id_of(person), f"0271{person:08}", PersonalData("Nobody", "1990", "F"), _NOW)
                features = [
                    Features(FingerPosition(n), compact.encode(finger), _QUALITY, finger.extractor)
                    for n, finger in enumerate(fingers, 1)
                ]
                uow.subjects.add_encounter(subject_id_of(person), str(uuid.uuid4()), _NOW, features)
            uow.audit.append(_ENTRY)
        first += len(some)
        progress(sum(map(len, some)))


def _renamed(blocks: Sequence[Path], store: SqlStore) -> Iterator[SegmentPicture]:
    """Yield the segments with the numbers and the people that the database has."""
    owners = store.template_owners()
    number = 0
    for segment in _segments(blocks):
        rows = list(islice(owners, len(segment)))
        labels = [(number + row) % FINGERS + 1 for row in range(len(rows))]
        own = impressions([i for i, _ in rows], [person for _, person in rows], labels)
        renamed = Segment(uuid.uuid4().hex, own, segment.templates, segment.postings, segment.present)
        yield SegmentPicture(renamed.name, renamed.arrays(), renamed.present)
        number += len(rows)
