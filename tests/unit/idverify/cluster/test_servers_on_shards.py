"""What one server does to shards is never taken by another for what it was."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest

from idverify.cluster.buckets import bucket_of, placed
from idverify.cluster.copies import NoAnswerError
from idverify.cluster.gallery import ShardedGallery
from idverify.cluster.keeping import ClusterKeeper
from idverify.cluster.messages import Message, ids_part
from tests.unit.idverify.cluster.cluster_kit import ClusterWorld, LocalReplica

PEOPLE = 8
Server = tuple[ShardedGallery, ClusterKeeper]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ClusterWorld]:
    world = ClusterWorld(tmp_path, shards=2, replicas=2)
    world.people = [world.enrol(seed)[0] for seed in range(1, PEOPLE + 1)]
    world.settle()
    yield world
    world.end()


@pytest.fixture
def servers(world: ClusterWorld) -> Iterator[list[Server]]:
    """Those that were started, to be closed; the first is the world's."""
    servers = [(world.gallery, world.keeper)]
    yield servers
    for _, keeper in servers:
        keeper.close()


def at(world: ClusterWorld, server: Server) -> ClusterWorld:
    world.gallery, world.keeper = server
    return world


def starts(world: ClusterWorld, servers: list[Server], shards: int) -> Server:
    world.start(shards)
    servers.append((world.gallery, world.keeper))
    return servers[-1]


def everybody(world: ClusterWorld) -> bool:
    """Whether all are found; who is not, a search must say so of."""
    result = world.search(1)
    missed = [seed for seed, person in enumerate(world.people, 1) if world.found(seed) != person]
    assert not missed or result.searched_share < 1.0
    return not missed and (result.searched_share, result.searched_fingers) == (1.0, 2 * len(world.people))


def doubt(world: ClusterWorld) -> None:
    for copy in world.gallery.copies():
        copy.doubt()


def test_a_server_with_another_number_of_shards_takes_nobody_from_the_others(
    world: ClusterWorld, servers: list[Server]
) -> None:
    assert any(placed(3)[bucket_of(person)] == 2 for person in world.people)
    other = starts(world, servers, 3)
    assert everybody(world)
    assert everybody(at(world, servers[0]))
    doubt(at(world, other))
    world.settle()
    assert everybody(world)
    assert everybody(at(world, servers[0]))


def test_who_moved_and_mends_a_copy_takes_nobody_from_who_did_not_yet(
    world: ClusterWorld, servers: list[Server]
) -> None:
    other = starts(world, servers, 2)
    at(world, servers[0]).keeper.resize(3)
    world.settle()
    world.keeper.tick()
    doubt(world)
    world.settle()
    assert everybody(world)
    assert everybody(at(world, other))


def test_buckets_that_others_search_are_not_let_go_of(world: ClusterWorld, servers: list[Server]) -> None:
    other = starts(world, servers, 3)
    assert everybody(at(world, servers[0]))
    assert not at(world, other).keeper.let_go(60.0)
    assert everybody(at(world, servers[0]))
    assert at(world, other).keeper.let_go(0.0)
    assert world.search(1).searched_share == 1.0
    assert at(world, servers[0]).search(1).searched_share < 1.0  # and is told, where it is none of the others' number
    world.settle()
    assert everybody(world)


def test_who_fills_buckets_while_they_go_does_not_believe_them(world: ClusterWorld, servers: list[Server]) -> None:
    """A copy was listed with all that it should have, and lets go of some before it is told that it holds them."""
    copy = world.gallery.shards[0][0]
    told = copy.ask(Message({"do": "ids"}), 5.0).facts
    copy.ask(Message({"do": "drop_buckets", "buckets": sorted(copy.wanted), "seconds": 0.0}), 5.0)
    hold = {"do": "hold", "buckets": sorted(copy.wanted), "mark": {"newest": 0}}
    with pytest.raises(NoAnswerError, match="ANOTHER_LIFE"):
        copy.ask(Message({**hold, "life": told["life"], "drops": told["drops"]}), 5.0)


def test_what_a_server_does_not_know_yet_and_takes_out_the_others_do_not_believe(
    world: ClusterWorld, servers: list[Server]
) -> None:
    """One enrolled two people; another learned of the later alone, and mends every copy."""
    other = starts(world, servers, 2)
    at(world, servers[0])
    early, ids = world.enrol(20)
    late = world.enrol(21)[0]
    world.people = [*world.people, early, late]
    world.keeper.tick()  # which marks them
    gallery = at(world, other).gallery
    gallery.directory.add((i, bucket_of(late)) for i in (ids[-1] + 1, ids[-1] + 2))
    doubt(world)
    for _ in range(3):
        world.keeper.tick()
        world.keeper._pool.submit(int).result()
    assert at(world, servers[0]).found(20) == early or world.search(20).searched_share < 1.0


def lives(world: ClusterWorld) -> list[str]:
    return [replica.shard._life for replica in world.replicas.values()]


def test_a_server_that_starts_takes_no_copy_from_the_others(world: ClusterWorld, servers: list[Server]) -> None:
    """People were enrolled since the copies were last marked."""
    world.people += [world.enrol(seed)[0] for seed in range(PEOPLE + 1, PEOPLE + 5)]
    before = lives(world)
    starts(world, servers, 2)
    assert everybody(world)
    assert lives(world) == before
    assert everybody(at(world, servers[0]))


def test_a_server_that_starts_mends_one_copy_of_a_shard_after_another(
    world: ClusterWorld, servers: list[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody is in all of them who was never committed: a server died."""
    monkeypatch.setattr("idverify.cluster.keeping._MOMENT_SECONDS", 0.0)
    gallery = world.gallery
    world.gallery.remove, remove = lambda _: None, gallery.remove  # type: ignore[method-assign, assignment]
    add = gallery.add

    def added_then_dies(templates: object) -> None:
        add(templates)  # type: ignore[arg-type]
        raise OSError

    gallery.add = added_then_dies  # type: ignore[method-assign]
    with pytest.raises(OSError, match=r"^$"):
        world.enrol(40)
    gallery.add, gallery.remove = add, remove  # type: ignore[method-assign]
    gallery.directory.discard({*gallery.directory.arrays()[0].tolist()} - {i for i, _ in world.store.template_owners()})
    before = lives(world)
    monkeypatch.setattr(world, "settle", lambda: None)
    starts(world, servers, 2)
    for _ in range(5):
        world.keeper.tick()
        while any(copy.busy for copy in world.gallery.copies()):
            world.keeper._pool.submit(int).result()
    changed = [life != former for life, former in zip(lives(world), before, strict=True)]
    assert sum(changed) == 1  # of two copies with somebody too many
    assert everybody(world)
    at(world, servers[0])  # in whose second copy they still are
    assert ([world.found(seed) for seed in range(1, PEOPLE + 1)], world.search(1).searched_share) == (world.people, 1.0)


def kept(replica: LocalReplica, seen: list[tuple[LocalReplica, bytes]]) -> None:
    """Have somebody keep what is sent to a shard."""
    ask = replica.ask

    def asked(sealed: bytes) -> Future[bytes]:
        seen.append((replica, sealed))
        return ask(sealed)

    replica.ask = asked  # type: ignore[method-assign]


def test_a_change_is_taken_once(world: ClusterWorld) -> None:
    seen: list[tuple[LocalReplica, bytes]] = []
    for replica in world.replicas.values():
        kept(replica, seen)
    world.delete(world.enrol(30)[0])
    told = list(seen)
    held = [len(replica.shard._directory) for replica in world.replicas.values()]
    for replica, sealed in told:
        replica.shard.answer(sealed)
    assert (len(told), [len(replica.shard._directory) for replica in world.replicas.values()]) == (4, held)
    assert everybody(world)
    for replica, sealed in told:  # nor by one that began anew
        replica.restart()
        replica.shard.answer(sealed)
        assert len(replica.shard._directory) == 0


def test_a_change_may_be_overtaken_but_not_by_many(world: ClusterWorld) -> None:
    copy = world.gallery.shards[0][0]
    late = copy._sender.next()
    shard = world.replicas[0, 0].shard
    nothing = [ids_part(np.empty(0, np.int64))]
    for _ in range(3):
        copy.ask(Message({"do": "drop"}, nothing), 5.0)
    assert shard._turns.take(late)
    assert not shard._turns.take(late)
    later = copy._sender.next()
    for _ in range(3000):
        assert shard._turns.take(copy._sender.next())
    assert not shard._turns.take(later)
