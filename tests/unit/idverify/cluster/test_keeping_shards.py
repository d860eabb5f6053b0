"""Whatever became of the shards: they are what the database is before anybody believes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from idverify.cluster.buckets import bucket_of, held_by
from idverify.cluster.gallery import ShardedGallery
from idverify.cluster.keeping import ClusterKeeper
from idverify.cluster.messages import ShardKeys
from idverify.matching.picture import GalleryPicture
from tests.contract.store_kit import entry
from tests.unit.idverify.cluster.cluster_kit import SECRET, ClusterWorld
from tests.waiting import wait_until

PEOPLE = 6


@dataclass
class KeptAway:
    """Implements the port ``PutAway`` in memory."""

    picture: GalleryPicture | None = None
    url: str = "memory"

    def save(self, picture: GalleryPicture, key: bytes) -> None:
        self.picture = picture

    def load(self, key: bytes, index_ids: Sequence[str]) -> GalleryPicture | None:
        return self.picture


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ClusterWorld]:
    world = ClusterWorld(tmp_path, shards=2, away={0: KeptAway(), 1: KeptAway()})
    world.people = [world.enrol(seed)[0] for seed in range(1, PEOPLE + 1)]
    yield world
    world.end()


def whole(world: ClusterWorld) -> bool:
    return (world.search(1).searched_share, world.search(1).searched_fingers) == (1.0, 2 * len(world.people))


def look_through(world: ClusterWorld) -> None:
    while world.keeper._unlooked:
        world.settle()
    world.settle()


def restart(world: ClusterWorld) -> None:
    for replica in world.replicas.values():
        replica.restart()


def test_a_server_that_starts_finds_the_shards_as_they_are(world: ClusterWorld) -> None:
    world.settle()
    world.keeper.close()
    shards = [replica.shard for replica in world.replicas.values()]
    world.start(2)
    assert whole(world)
    assert [replica.shard._life for replica in world.replicas.values()] == [shard._life for shard in shards]
    assert world.found(3) == world.people[2]


def test_what_the_gallery_was_not_told_of_is_found_by_comparing(world: ClusterWorld) -> None:
    world.settle()
    add, remove = world.gallery.add, world.gallery.remove
    world.gallery.add = world.gallery.remove = lambda *_: None  # type: ignore[method-assign, assignment]
    late = world.enrol(90)[0]
    world.delete(world.people[0])
    world.gallery.add, world.gallery.remove = add, remove  # type: ignore[method-assign]
    assert (world.found(90), world.found(1)) == ("", world.people[0])
    world.keeper.compare()
    world.people[0] = late
    assert (whole(world), world.found(90), world.found(1)) == (True, late, "")


def test_a_copy_that_is_not_what_it_is_taken_for_is_mended_by_comparing(
    world: ClusterWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.settle()
    with monkeypatch.context() as meanwhile:  # shards confirm what they did not do
        meanwhile.setattr(world.gallery, "_tell", lambda _: set())
        late = world.enrol(90)[0]
        world.delete(world.people[0])
    assert (world.found(90), world.found(1)) == ("", world.people[0])
    world.keeper.compare()
    look_through(world)
    world.people[0] = late
    assert (whole(world), world.found(90), world.found(1)) == (True, late, "")
    told = [r for r in caplog.records if r.message == "a copy of a shard was not what the database is"]
    assert {record.__dict__["copy"] for record in told} <= {"0-0", "1-0"}
    assert sum(record.__dict__["templates"] for record in told) == 4
    caplog.clear()
    world.keeper.compare()
    look_through(world)
    assert not caplog.records


def test_a_shard_that_puts_its_snapshots_elsewhere_is_told_of(
    world: ClusterWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world.settle()
    world.keeper.close()
    for away, told in (("memory", 0), ("s3://another", 2)):
        caplog.clear()
        world.gallery = ShardedGallery(world.opened, 2, ShardKeys.of(SECRET))
        world.keeper = ClusterKeeper(world.gallery, world.store, 1e6, snapshots=away)
        world.keeper.learn()
        world.settle()
        warned = [r.__dict__["copy"] for r in caplog.records if r.message.endswith("puts its snapshots elsewhere")]
        assert sorted(warned) == ["0-0", "1-0"][:told]
        world.keeper.close()


def test_an_old_snapshot_is_brought_up_to_date_before_it_is_believed(world: ClusterWorld) -> None:
    world.keeper.tick()  # which marks them
    assert world.keeper.save() == 0
    gone = world.people.pop(0)
    world.delete(gone)
    late = world.enrol(20)[0]
    world.people.append(late)
    restart(world)
    assert world.search(2).searched_share < 1.0  # nobody believes what has begun anew
    world.settle()
    assert (whole(world), world.found(1), world.found(20)) == (True, "", late)


def test_a_snapshot_has_nothing_that_was_not_committed_when_it_was_marked(world: ClusterWorld) -> None:
    world.keeper.tick()
    late = world.enrol(20)[1]
    assert world.keeper.save() == 0
    for away in world.put_away.values():
        assert isinstance(away, KeptAway)
        assert away.picture is not None
        for segment in away.picture.segments:
            assert not set(segment.arrays["impressions.entry_ids"][segment.present].tolist()) & set(late)


def test_shards_of_another_history_are_emptied_first(world: ClusterWorld, tmp_path: Path) -> None:
    world.keeper.tick()
    assert world.keeper.save() == 0
    world.keeper.close()
    world.store.close()
    (tmp_path / "other").mkdir()
    other = ClusterWorld(tmp_path / "other", shards=2)
    # The same ids, of other people.
    other.people = [other.enrol(seed)[0] for seed in range(31, 31 + PEOPLE)]
    other.keeper.close()
    other.replicas = world.replicas
    for again in (False, True):
        if again:
            restart(other)  # and from its snapshots
        other.start(2)
        assert (whole(other), other.found(1), other.found(31)) == (True, "", other.people[0])
        other.keeper.close()
    other.store.close()


def test_what_was_never_committed_is_not_taken_for_who_got_its_number(world: ClusterWorld) -> None:
    """The server dies between telling a shard of somebody and committing them; the database gives their ids again."""
    world.keeper.tick()
    held = {number: set(replica.shard._directory.arrays()[0].tolist()) for number, replica in world.replicas.items()}

    class DiesError(Exception):
        pass

    def dies(*_: object) -> None:
        raise DiesError

    add, remove = world.gallery.add, world.gallery.remove
    world.gallery.remove = dies  # type: ignore[method-assign, assignment]

    def added_then_dies(templates: object) -> None:
        add(templates)  # type: ignore[arg-type]
        raise DiesError

    world.gallery.add = added_then_dies  # type: ignore[method-assign]
    with pytest.raises(DiesError):
        world.enrol(40)
    world.gallery.add, world.gallery.remove = add, remove  # type: ignore[method-assign]
    now = {number: set(replica.shard._directory.arrays()[0].tolist()) for number, replica in world.replicas.items()}
    assert now != held
    world.keeper.close()
    world.start(2)
    assert (whole(world), world.found(40)) == (True, "")
    world.people.append(world.enrol(50)[0])
    assert (whole(world), world.found(50), world.found(40)) == (True, world.people[-1], "")


def test_shards_are_added_while_it_serves(world: ClusterWorld) -> None:
    world.keeper.resize(3)
    assert whole(world)  # who holds them is asked until the new ones do
    world.settle()
    world.keeper.tick()
    assert (len(world.gallery.shards), whole(world), world.gallery.places.count(2)) == (3, True, 85)
    moved = [person for person in world.people if world.gallery.places[bucket_of(person)] == 2]
    assert world.keeper.let_go(0.0)
    assert len(world.replicas[2, 0].shard._directory) == 2 * len(moved)
    assert sum(len(replica.shard._directory) for replica in world.replicas.values()) == 2 * PEOPLE
    assert [world.found(seed) for seed in range(1, PEOPLE + 1)] == world.people
    world.people.append(world.enrol(60)[0])
    assert (whole(world), world.found(60)) == (True, world.people[-1])


def test_the_keeper_goes_by_how_many_shards_are_wanted(world: ClusterWorld) -> None:
    wanted: list[int | None] = [None]
    world.keeper.close()
    world.keeper = ClusterKeeper(world.gallery, world.store, 0.0, lambda _: wanted[0])
    world.keeper.open(60.0)
    wanted[0] = 3
    wait_until(lambda: world.gallery.places.count(2))
    assert whole(world)
    wait_until(lambda: all(away.picture for away in world.put_away.values() if isinstance(away, KeptAway)))


def test_what_is_on_its_way_is_searched_once(world: ClusterWorld) -> None:
    """A bucket that is in two shards is searched, and counted, in the one that is asked for it."""
    world.keeper.resize(3)
    world.settle()
    for replica in world.replicas.values():  # not let go of yet
        assert set(replica.shard._directory.arrays()[1].tolist()) - held_by(0, 3) or replica.name == "0-0"
    assert world.search(1).searched_fingers == 2 * PEOPLE


def test_shards_are_taken_away_while_it_serves(world: ClusterWorld) -> None:
    world.keeper.resize(1)
    world.settle()
    world.keeper.tick()
    assert world.gallery.places == (0,) * 256
    asked = world.replicas[1, 0].asked
    assert (whole(world), [world.found(seed) for seed in range(1, PEOPLE + 1)]) == (True, world.people)
    assert world.replicas[1, 0].asked == asked
    assert world.keeper.let_go(0.0)
    assert world.keeper.end_shards()
    assert (len(world.gallery.shards), world.replicas[1, 0].gone, world.replicas[0, 0].gone) == (1, True, False)
    world.people.append(world.enrol(80)[0])
    assert (whole(world), world.found(80)) == (True, world.people[-1])


def test_a_shard_that_another_server_still_asks_does_not_end(world: ClusterWorld) -> None:
    world.keeper.resize(1)
    world.settle()
    world.keeper.tick()
    assert not world.keeper.end_shards()  # it has not let go yet
    assert not world.replicas[1, 0].gone
    assert world.keeper.let_go(0.0)
    world.replicas[1, 0].gone = True  # by another server
    assert world.keeper.end_shards()
    assert len(world.gallery.shards) == 1


def test_a_mark_follows_what_happens(world: ClusterWorld) -> None:
    with world.store.transaction() as uow:
        uow.audit.append(entry(world.people[0], "ReadCitizen", "READ"))
    world.people.append(world.enrol(70)[0])
    world.keeper.tick()
    with world.store.reading() as view:
        head, newest = view.audit.head(), view.subjects.newest_template()
    for replica in world.replicas.values():
        assert replica.shard._mark == {"sequence": head.sequence, "hash": head.hash, "newest": newest}


def test_a_shard_without_room_is_not_believed_and_says_why(
    world: ClusterWorld, caplog: pytest.LogCaptureFixture
) -> None:
    for replica in world.replicas.values():
        replica.put_away = None
        replica.restart()
        replica.shard._budget = 1
    assert world.search(1).searched_share < 1.0
    for _ in range(3):
        world.keeper.tick()
        world.keeper._pool.submit(int).result()
    world.keeper.close()
    assert {record.__dict__.get("cause") for record in caplog.records} >= {"OVER_BUDGET"}
    assert all(copy.trouble == "OVER_BUDGET" for copy in world.gallery.copies())
