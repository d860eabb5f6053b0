"""A gallery on disk: it comes back as it was, and a folder that is not whole is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matcher.search import folder as gallery_folder
from matcher.search.folder import MANIFEST, GalleryFolderError
from matcher.search.gallery import Gallery
from matcher.search.params import GalleryParams, RetrievalParams
from matcher.search.segment import FLAT_UP_TO
from tests import prints
from tests.places import GOLDEN

PARAMS = GalleryParams(RetrievalParams(exhaustive_up_to=0), merged_at_once=4)
MANY = FLAT_UP_TO + 6


def filled() -> Gallery:
    gallery = Gallery(params=PARAMS)
    fingers = [prints.finger(seed) for seed in range(MANY)]
    fingers[8] = replace(fingers[8], quality=None)
    gallery.add(range(MANY), fingers, [f"Người {i}" for i in range(MANY)], [i % 3 for i in range(MANY)])
    gallery.add([500, 501], [prints.finger(500), prints.EMPTY], ["x", ""], [1, 0])
    gallery.remove([3, 501])
    return gallery


def reopened(folder: Path, *, mapped: bool = False) -> Gallery:
    segments = gallery_folder.read(folder, Gallery(params=PARAMS).index_id, mapped=mapped)
    return Gallery(params=PARAMS, segments=segments)


@pytest.mark.parametrize("mapped", [False, True])
def test_a_gallery_comes_back_as_it_was(tmp_path: Path, mapped: bool) -> None:
    gallery = filled()
    gallery_folder.write(tmp_path, gallery.freeze(), gallery.index_id)
    again = reopened(tmp_path, mapped=mapped)
    assert again.entry_ids().tolist() == gallery.entry_ids().tolist()
    for seed in (0, 8, 500):
        probe = prints.impression(prints.finger(seed), 1)
        for position in (None, seed % 3):
            a, b = (g.search(probe, limit=5, position=position) for g in (gallery, again))
            assert [(h.entry_id, h.group, h.label, h.score) for h in a.hits] == [
                (h.entry_id, h.group, h.label, h.score) for h in b.hits
            ]
            assert (a.searched, a.verified) == (b.searched, b.verified)


@pytest.mark.parametrize("mapped", [False, True])
def test_a_folder_from_before_it_was_kept_whether_qualities_are_reported(mapped: bool) -> None:
    """Written at commit 6de0fd2: of three fingers ``prints.finger(n, 16)`` the middle one has quality 1 throughout."""
    old = reopened(GOLDEN / "gallery_v1", mapped=mapped)
    templates = old.freeze()[0].segment.templates
    assert old.entry_ids().tolist() == [10, 11, 13]
    assert templates.reported.tolist() == [True, False, True, True]
    silent = replace(prints.finger(1, 16), quality=None)
    for probe, expected in ((prints.finger(0, 16), [189.469, 4.862]), (silent, [170.121, 4.512])):
        hits = old.search(probe, limit=5).hits
        assert [hit.score for hit in hits] == pytest.approx(expected, abs=1e-3), "as if it were enrolled today"


@pytest.mark.parametrize("mapped", [False, True])
def test_what_is_opened_can_be_changed_and_the_files_stay(tmp_path: Path, mapped: bool) -> None:
    gallery = filled()
    gallery_folder.write(tmp_path, gallery.freeze(), gallery.index_id)
    changed = reopened(tmp_path, mapped=mapped)
    changed.remove(range(0, MANY, 2))
    while changed.merge():
        pass
    changed.add([900], [prints.finger(900)], ["new"], [1])
    assert changed.search(prints.finger(900), limit=1).hits[0].group == "new"
    assert reopened(tmp_path).entry_ids().tolist() == gallery.entry_ids().tolist()


def test_only_new_segments_are_written_and_unused_ones_go(tmp_path: Path) -> None:
    gallery = filled()
    gallery_folder.write(tmp_path, gallery.freeze(), gallery.index_id)
    written = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("postings.codes.npy")}
    gallery.add([700], [prints.finger(700)], ["later"], [1])
    gallery_folder.write(tmp_path, gallery.freeze(), gallery.index_id)
    kept = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("postings.codes.npy") if file in written}
    assert kept
    assert all(written[file] == time for file, time in kept.items())
    names = {frozen.segment.name for frozen in gallery.freeze()}
    assert {entry.name for entry in tmp_path.iterdir()} == {*names, MANIFEST}
    assert 700 in reopened(tmp_path)


def _cut(folder: Path) -> None:
    file = next(folder.rglob("postings.places.npy"))
    file.write_bytes(file.read_bytes()[:-8])


def _turn_over(folder: Path) -> None:
    file = max(folder.rglob("templates.x.npy"), key=lambda f: f.stat().st_size)
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(bytes(content))


def _lose(folder: Path) -> None:
    next(folder.rglob("present.npy")).unlink()


def _no_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def _other_format(folder: Path) -> None:
    (folder / MANIFEST).write_text(json.dumps({"format": "another"}))


def _no_json(folder: Path) -> None:
    (folder / MANIFEST).write_text("{")


@pytest.mark.parametrize("spoil", [_cut, _turn_over, _lose, _no_manifest, _other_format, _no_json])
def test_a_folder_that_is_not_whole_is_refused(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    gallery = filled()
    gallery_folder.write(tmp_path, gallery.freeze(), gallery.index_id)
    spoil(tmp_path)
    with pytest.raises(GalleryFolderError) as caught:
        reopened(tmp_path)
    assert caught.value.reason == "GALLERY_FOLDER_INVALID"


def test_a_gallery_for_another_index_is_refused(tmp_path: Path) -> None:
    gallery = filled()
    gallery_folder.write(tmp_path, gallery.freeze(), "another")
    with pytest.raises(GalleryFolderError, match="another index"):
        reopened(tmp_path)


def test_a_picture_does_not_change_with_the_gallery() -> None:
    gallery = filled()
    frozen = gallery.freeze()
    before = [part.present.copy() for part in frozen]
    gallery.remove(range(MANY))
    for part, present in zip(frozen, before, strict=True):
        np.testing.assert_array_equal(part.present, present)
