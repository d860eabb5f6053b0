"""A gallery in shards finds what one in a process finds, and says how much of it was searched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from idverify.cluster.buckets import bucket_of
from idverify.cluster.messages import Message, ShardKeys, opened_question
from idverify.domain.errors import DomainError, Reason
from idverify.ports import Among
from tests.fakes import PastDeadline
from tests.service_kit import refused
from tests.unit.idverify.cluster.cluster_kit import SECRET, ClusterWorld, probe

PEOPLE = 12


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ClusterWorld]:
    world = ClusterWorld(tmp_path, replicas=2)
    world.people = [world.enrol(seed)[0] for seed in range(1, PEOPLE + 1)]
    yield world
    world.end()


def shard_of(world: ClusterWorld, subject_id: str) -> int:
    return world.gallery.places[bucket_of(subject_id)]


def stop(world: ClusterWorld, shard: int) -> None:
    for copy in range(2):
        world.replicas[shard, copy].cut = True


def test_everybody_is_found_whatever_shard_they_are_in(world: ClusterWorld) -> None:
    assert len({shard_of(world, person) for person in world.people}) == 4
    assert [world.found(seed) for seed in range(1, PEOPLE + 1)] == world.people
    found = world.search(1)
    assert (found.searched_fingers, found.searched_share, len(world.gallery)) == (2 * PEOPLE, 1.0, 2 * PEOPLE)
    assert world.search(1, exclude=world.people[0]).searched_fingers == 2 * PEOPLE - 2
    world.delete(world.people[0])
    assert (world.found(1), world.search(1).searched_fingers) == ("", 2 * PEOPLE - 2)


def test_shards_are_told_where_to_look_once_all_have_said_how_much_they_have(world: ClusterWorld) -> None:
    heard: list[Message] = []

    def listening(ask: Callable[[bytes], Future[bytes]], sealed: bytes) -> Future[bytes]:
        heard.append(opened_question(ShardKeys.of(SECRET).wire, sealed))
        return ask(sealed)

    for replica in world.replicas.values():
        replica.ask = partial(listening, replica.ask)  # type: ignore[method-assign]
    assert world.found(1) == world.people[0]
    codes = {shard: world.replicas[shard, 0].shard._gallery.codes for shard in range(4)}
    assert (world.gallery._codes, {message.parts[-1] for message in heard}) == (codes, {b""})
    heard.clear()
    world.gallery._codes = dict.fromkeys(range(4), 1_000_000)
    assert world.found(1) == world.people[0]
    assert len({tuple(message.parts) for message in heard}) == 1
    minutiae, lists = (len(part) // 2 for part in heard[0].parts[-2:])
    assert lists == 55_000 * 16_384 // 4_000_000 * minutiae


def test_a_shard_that_is_cut_off_is_told_of(world: ClusterWorld) -> None:
    gone = shard_of(world, world.people[0])
    there = [person for person in world.people if shard_of(world, person) != gone]
    stop(world, gone)
    found = world.search(1)
    assert found.searched_fingers == 2 * len(there)
    assert found.searched_share == pytest.approx(len(there) / PEOPLE)
    assert world.found(world.people.index(there[0]) + 1) == there[0]
    for copy in range(2):
        world.replicas[gone, copy].cut = False
    world.settle()
    assert (world.found(1), world.search(1).searched_share) == (world.people[0], 1.0)


def test_one_copy_of_two_is_not_missed(world: ClusterWorld) -> None:
    for shard in range(4):
        world.replicas[shard, 0].cut = True
    assert [world.found(seed) for seed in range(1, PEOPLE + 1)] == world.people
    assert world.search(1).searched_share == 1.0
    late = world.enrol(50)[0]
    assert world.found(50) == late
    for shard in range(4):
        world.replicas[shard, 0].cut = False
        world.replicas[shard, 1].cut = True
    # Those that missed it are not believed until it was brought to them.
    assert world.search(50).searched_share < 1.0
    for shard in range(4):
        world.replicas[shard, 1].cut = False
    world.settle()
    for shard in range(4):
        world.replicas[shard, 1].cut = True
    assert (world.found(50), world.search(50).searched_share) == (late, 1.0)


def test_a_copy_that_says_nothing_is_overtaken_by_the_other(world: ClusterWorld) -> None:
    for shard in range(4):
        world.replicas[shard, 0].stopped = True
    found = world.search(1)
    assert (found.hits[0].subject_id, found.searched_share) == (world.people[0], 1.0)


def test_a_shard_that_was_started_again_is_not_believed(world: ClusterWorld) -> None:
    own = shard_of(world, world.people[0])
    for copy in range(2):
        world.replicas[own, copy].restart()
    assert world.search(1).searched_share < 1.0
    world.settle()
    assert (world.found(1), world.search(1).searched_share) == (world.people[0], 1.0)


def test_who_is_listed_is_searched_alone_and_the_share_is_theirs(world: ClusterWorld) -> None:
    ids = np.array([1, 2, 3, 4], np.int64)  # the first two people
    assert world.search(1, Among(ids, 2)).searched_fingers == 4
    assert world.search(3, Among(ids, 2)).searched_fingers == 4
    assert world.search(1, Among(ids, PEOPLE - 2, listed=False)).searched_fingers == 2 * PEOPLE - 4
    gone = next(s for s in range(4) if s not in {shard_of(world, p) for p in world.people[:2]})
    stop(world, gone)
    assert world.search(1, Among(ids, 2)).searched_share == 1.0
    assert world.search(1, Among(ids, PEOPLE - 2, listed=False)).searched_share < 1.0


def test_what_is_rolled_back_is_in_no_shard(world: ClusterWorld) -> None:
    add = world.gallery.add

    def added_and_failed(templates: object) -> None:
        add(templates)  # type: ignore[arg-type]
        raise OSError

    world.gallery.add = added_and_failed  # type: ignore[method-assign]
    with pytest.raises(OSError, match=r"^$"):
        world.enrol(60)
    world.gallery.add = add  # type: ignore[method-assign]
    assert (world.found(60), len(world.gallery)) == ("", 2 * PEOPLE)
    assert world.found(1) == world.people[0]


def test_a_shard_without_room_refuses_and_stays_what_it_was(world: ClusterWorld) -> None:
    for replica in world.replicas.values():
        replica.shard._budget = 1
    with refused(Reason.GALLERY_FULL):
        world.enrol(70)
    found = world.search(1)
    assert (found.searched_share, found.searched_fingers) == (1.0, 2 * PEOPLE)
    assert world.found(1) == world.people[0]


def test_a_call_that_is_over_ends(world: ClusterWorld) -> None:
    with pytest.raises(DomainError, match=r"^DEADLINE_EXCEEDED"):
        world.gallery.search(probe(1), position=None, limit=1, deadline=PastDeadline())
