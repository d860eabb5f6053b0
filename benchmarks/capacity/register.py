"""A register of people who are nobody: a database with ten fingers of each, and its gallery, sealed beside it.

What a service finds at its start that ran with so many people. Both are made of the blocks of
:mod:`benchmarks.identification.distractors`; a making that was interrupted goes on.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from idverify.domain.model import AuditEntry, Features, FingerPosition, PersonalData, Quality, RequestContext
from idverify.matching.picture import GalleryPicture, SegmentPicture
from idverify.matching.snapshot import SnapshotFolder
from idverify.storage.store import SqlStore, open_store
from idverify.trust.key_file import load_or_create_master_keys
from idverify.trust.sealing import MasterKeys, Purpose
from matcher.search import folder as gallery_folder
from matcher.search.gallery import Gallery
from matcher.search.impressions import impressions
from matcher.search.segment import Segment
from matcher.templates import compact

FINGERS = 10
"""Of a person, the ten positions."""

_Print: TypeAlias = tuple[bytes, str]

_AT_A_TIME = 200
_MADE = "register-made"
_NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_ENTRY = AuditEntry(
    _NOW, "counter-7", "EnrolCitizen", "ENROLLED", str(uuid.UUID(int=7, version=4)), RequestContext(), {}
)
_QUALITY = Quality(80, "made-up", 40, (), usable=True)


def fill_database(
    data: Path, blocks: Iterable[Path], progress: Callable[[int], None], stopped: Callable[[], bool]
) -> None:
    """Enrol the fingers of some blocks, as far as they are not there.

    Args:
        data: the ``data_dir`` of a service that was started once.
        blocks: folders of galleries.
        progress: called with how many fingers more are in the database.
        stopped: whether to leave off.
    """
    with closing(_opened(data, load_or_create_master_keys(data / "keys.json"))) as store:
        there = store.template_ids().size
        progress(there)
        people = iter(partial(_next, islice(_prints(blocks), there, None), FINGERS), [])
        enrolled = enumerate(people, there // FINGERS)
        while not stopped() and (some := list(islice(enrolled, _AT_A_TIME))):
            _enrol(store, some)
            progress(sum(len(prints) for _, prints in some))


def seal_gallery(data: Path, blocks: Sequence[Path]) -> None:
    """Seal the gallery of some blocks whose fingers are all in the database; the register is made then."""
    keys = load_or_create_master_keys(data / "keys.json")
    with closing(_opened(data, keys)) as store:
        with store.reading() as view:
            watermark = view.audit.head()
        segments = list(_renamed(blocks, store))
    picture = GalleryPicture(Gallery().index_id, watermark, _NOW, segments)
    SnapshotFolder(data / "gallery", keys.subkey(Purpose.GALLERY_SNAPSHOT)).save(picture)
    (data / _MADE).touch()


def is_made(data: Path) -> bool:
    """Tell whether there is nothing left to do."""
    return (data / _MADE).exists()


def subject_id_of(person: int) -> str:
    """Return the internal identifier of a person, who are numbered from 0."""
    return str(uuid.UUID(int=person, version=4))


def _segments(blocks: Iterable[Path]) -> Iterator[Segment]:
    index_id = Gallery().index_id
    for block in blocks:
        read = gallery_folder.read(block, index_id, mapped=True)
        yield from sorted(read, key=lambda segment: int(segment.impressions.entry_ids[0]))


def _prints(blocks: Iterable[Path]) -> Iterator[tuple[bytes, str]]:
    """Yield every template in its storage form, and its extractor."""
    for segment in _segments(blocks):
        columns = segment.templates
        extractors = (columns.extractors[number] for number in columns.extractor.tolist())
        yield from zip(compact.encode_each(columns), extractors, strict=True)


def _next(prints: Iterator[_Print], count: int) -> list[_Print]:
    return list(islice(prints, count))


def _opened(data: Path, keys: MasterKeys) -> SqlStore:
    return open_store(f"sqlite:///{data / 'idverify.db'}", keys)


def _enrol(store: SqlStore, people: Sequence[tuple[int, Sequence[_Print]]]) -> None:
    with store.transaction() as uow:
        for person, prints in people:
            uow.subjects.add(subject_id_of(person), f"0271{person:08}", PersonalData("Nobody", "1990", "F"), _NOW)
            features = [
                Features(FingerPosition(n), template, _QUALITY, extractor)
                for n, (template, extractor) in enumerate(prints, 1)
            ]
            uow.subjects.add_encounter(subject_id_of(person), str(uuid.uuid4()), _NOW, features)
        uow.audit.append(_ENTRY)


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
