"""Queues are those of the textbook, and a register of nobody is one that the service takes over."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from benchmarks.capacity.__main__ import main
from benchmarks.capacity.model import Costs, Machine, Use, needs
from benchmarks.capacity.queueing import poisson, responses
from benchmarks.capacity.register import FINGERS, fill_database, is_made, seal_gallery, subject_id_of
from benchmarks.capacity.room import room
from benchmarks.capacity.served import main as ask_served
from benchmarks.identification.distractors import made_blocks
from idverify.matching.gallery import MatcherGallery
from idverify.matching.snapshot import SnapshotFolder
from idverify.storage.store import open_store
from idverify.trust.key_file import load_or_create_master_keys
from idverify.trust.sealing import Purpose
from matcher.comparison.calibration import default_calibration
from matcher.search.params import GalleryParams


def test_calls_share_the_cores_and_none_has_more_than_it_can_use() -> None:
    work = np.array([2.0, 2.0, 1.0])
    assert responses(np.array([0.0, 50.0, 99.0]), work, 4.0, 2.0).tolist() == pytest.approx([1, 1, 0.5])
    # Both at full speed, then three at two thirds of it until the last that came is done.
    assert responses(np.array([0.0, 0.0, 1.0]), work, 2.0, 1.0).tolist() == pytest.approx([2.5, 2.5, 1.5])


def test_a_queue_of_chance_takes_what_the_textbook_says() -> None:
    """Processor sharing on one core: the mean is that of the work, over the part that is idle."""
    random = np.random.default_rng(5)
    taken = responses(poisson(random, 0.5, 20_000), random.exponential(1.0, 20_000), 1.0, 1.0)
    assert taken.mean() == pytest.approx(2.0, rel=0.1)


def test_more_people_need_more_and_no_machine_holds_more_than_it_can() -> None:
    costs, machine = Costs(), Machine()
    of = [needs(people, costs, Use(), machine) for people in (10_000, 2_000_000, 30_000_000, 100_000_000)]
    assert [one.shards for one in of] == sorted(one.shards for one in of)
    assert of[0].shards == 1 < of[-1].shards
    for one in of:
        assert one.busy <= machine.busy
        assert 1e9 * one.memory_gb / one.shards <= machine.memory * machine.used_for_gallery
        assert 0 < one.median_s < one.late_s


def test_a_register_of_nobody_has_everybody_in_both_its_database_and_its_gallery(tmp_path: Path) -> None:
    params, told = GalleryParams(largest_segment=131_072), list[int]()
    data, fingers = tmp_path / "data", 4 * FINGERS
    blocks = [own for own, _ in made_blocks(fingers, tmp_path / "blocks", params, told.append)]
    data.mkdir()
    for _ in range(2):  # the second time nothing is left to do
        fill_database(data, blocks, told.append, lambda: False)
    assert told == [fingers, 0, fingers, fingers]
    seal_gallery(data, blocks)
    assert is_made(data)
    keys, gallery = load_or_create_master_keys(data / "keys.json"), MatcherGallery(default_calibration())
    gallery.turn(keys.subkey(Purpose.INDEX_CODES))
    picture = SnapshotFolder(data / "gallery", keys.subkey(Purpose.GALLERY_SNAPSHOT)).load(gallery.index_ids)
    gallery.restore(picture)
    with closing(open_store(f"sqlite:///{data / 'idverify.db'}", keys)) as store:
        np.testing.assert_array_equal(gallery.entry_ids(), store.template_ids())
        with store.reading() as view:
            assert view.audit.holds(picture.watermark)
            assert [int(t.position) for t in view.subjects.templates(subject_id_of(3))] == list(range(1, FINGERS + 1))


def test_a_register_whose_making_was_broken_off_goes_on(tmp_path: Path) -> None:
    params, told = GalleryParams(largest_segment=131_072), list[int]()
    blocks = [own for own, _ in made_blocks(3000, tmp_path / "blocks", params, lambda _: None)]
    fill_database(tmp_path, blocks, told.append, lambda: len(told) > 1)
    assert 0 < sum(told) < 3000
    before = sum(told)
    told.clear()
    fill_database(tmp_path, blocks, told.append, lambda: False)
    assert (told[0], sum(told)) == (before, 3000)


def test_a_register_for_which_there_is_no_room_is_refused_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not room(1000, tmp_path / "not" / "made").lacking
    assert ask_served(["--out", str(tmp_path), "--store", str(tmp_path), "--fingers", str(10**12)]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "memory: 1220002.4 GB wanted" in told
    assert not (tmp_path / f"register-{10**12}").exists()


def test_a_register_of_too_few_fingers_to_show_each_once_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--out", str(tmp_path), "--fingers", "1000", "--searches", "400"]) == 2
    assert "3200" in capsys.readouterr().err
