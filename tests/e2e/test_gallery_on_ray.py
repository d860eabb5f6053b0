"""The gallery on a Ray cluster: what is killed, or says nothing, is not missed, or is told of."""

from __future__ import annotations

import importlib.util
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import grpc
import pytest
from typer.testing import CliRunner

from enroll_tools.synthetic.templates.population import TemplatePopulation
from idverify.cli import build_app
from idverify.cluster.buckets import bucket_of, held_by
from idverify.cluster.gallery import ShardedGallery
from idverify.cluster.keeping import ClusterKeeper
from idverify.cluster.messages import ShardKeys
from idverify.v1 import enrolment_pb2, types_pb2, verification_pb2
from tests.e2e.gallery_process import build_with_records_only
from tests.e2e.harness import RunningServer, context, local_settings, record_of, refusal
from tests.e2e.stubs import Stubs
from tests.ray_kit import RayCluster, go_on, ray_cluster, stop
from tests.unit.idverify.cluster.cluster_kit import SECRET, ClusterWorld, sweeping, swept
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="make install-cluster has Ray"),
]
PEOPLE = 8


class RayWorld(ClusterWorld):
    """The same database and people, with shards that are actors."""

    def __init__(self, folder: Path, cluster: RayCluster) -> None:
        from idverify.cluster.actors import ClusterPlan

        self.cluster = cluster
        key_file = folder / "shards.key"
        key_file.write_bytes(SECRET)
        key_file.chmod(0o600)
        self.plan = ClusterPlan(2, 2, key_file, 1, 1 << 30, f"file://{folder}/snapshots", cpus=0.5)
        super().__init__(folder, 2, 2)

    def start(self, shards: int) -> None:
        from idverify.cluster.actors import agreed_shards, join, opener, secret_of

        join(self.cluster.address)
        self.gallery = ShardedGallery(opener(self.plan), shards, ShardKeys.of(secret_of(self.plan.key_file)))
        self.keeper = ClusterKeeper(self.gallery, self.store, 1e6, agreed_shards, self.plan.snapshots)
        self.keeper.open(120)

    def process(self, shard: int, copy: int) -> int:
        return self.cluster.process(f"idverify-shard-{shard}-{copy}")

    def whole(self) -> bool:
        return all(copy.can_search(copy.wanted) for copy in self.gallery.copies())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RayWorld]:
    folder = tmp_path_factory.mktemp("ray")
    with ray_cluster() as cluster:
        world = RayWorld(folder, cluster)
        world.people = [world.enrol(seed)[0] for seed in range(1, PEOPLE + 1)]
        yield world
        world.end()


def everybody(world: RayWorld) -> None:
    """See that all are found; on a busy machine a copy may be too slow for a while, and then that is told."""

    def finds(seed: int, person: str) -> bool:
        result = world.search(seed)
        found = bool(result.hits) and (result.hits[0].subject_id, result.hits[0].likeness.fmr < 1e-4) == (person, True)
        assert found or result.searched_share < 1.0
        return found

    for seed, person in enumerate(world.people, 1):
        wait_until(partial(finds, seed, person))
    wait_until(lambda: world.search(1).searched_share == 1.0)
    assert world.search(1).searched_fingers <= 2 * len(world.people)


def test_everybody_is_found_and_what_ray_carries_is_sealed(world: RayWorld) -> None:
    everybody(world)
    assert world.found(99) == ""


def test_a_shard_does_not_give_way_to_what_else_its_machine_does(world: RayWorld) -> None:
    assert os.getpriority(os.PRIO_PROCESS, world.process(0, 0)) == os.getpriority(os.PRIO_PROCESS, 0)


def test_a_copy_that_is_killed_is_not_missed_and_comes_back(world: RayWorld) -> None:
    for shard in range(2):
        os.kill(world.process(shard, 0), signal.SIGKILL)
    everybody(world)
    world.people.append(world.enrol(len(world.people) + 1)[0])
    everybody(world)
    wait_until(world.whole)
    everybody(world)


def test_a_copy_that_is_stopped_is_not_missed_and_misses_nothing(world: RayWorld) -> None:
    stopped = world.process(0, 0)
    stop(stopped)
    try:
        everybody(world)
        world.people.append(world.enrol(len(world.people) + 1)[0])
        everybody(world)
    finally:
        go_on(stopped)
    wait_until(world.whole)
    everybody(world)


def test_a_shard_without_any_copy_is_told_of_until_it_is_filled_again(world: RayWorld) -> None:
    assert world.keeper.save() == 0
    gone = world.gallery.places[bucket_of(world.people[0])]
    there = [person for person in world.people if world.gallery.places[bucket_of(person)] != gone]
    processes = [world.process(gone, copy) for copy in range(2)]
    for process in processes:
        stop(process)
    found = world.search(1)
    assert (found.searched_fingers, found.hits == () or found.hits[0].subject_id in there) == (2 * len(there), True)
    assert found.searched_share == pytest.approx(len(there) / len(world.people))
    for process in processes:
        os.kill(process, signal.SIGKILL)
    wait_until(world.whole)
    everybody(world)


def test_a_search_of_everybody_goes_on_after_shards_were_killed(world: RayWorld) -> None:
    twice = world.enrol(99, of=1)[0]
    killed: list[int] = []

    def progress(done: int, _total: int, _found: int) -> None:
        if done == 3 and not killed:
            killed.extend(world.process(0, copy) for copy in range(2))
            for process in killed:
                os.kill(process, signal.SIGKILL)

    searching = sweeping(world, at_once=4)
    sweep, tries = searching.begun(None), 1
    while (ended := swept(searching, sweep, progress)) is None:
        tries += 1
        wait_until(world.whole)
        sweep = searching.going_on(sweep.encoded(), None)
    world.delete(twice)
    assert (tries > 1, ended.people) == (True, len(world.people) + 1)
    assert [{pair.subject_id, pair.other_subject_id} for pair in ended.pairs] == [{world.people[0], twice}]


def test_shards_are_added_by_a_command_while_it_serves(world: RayWorld, tmp_path: Path) -> None:
    config = tmp_path / "idverify.toml"
    config.write_text(
        f'gallery = "ray"\ngallery_address = "{world.cluster.address}"\ngallery_key_file = "{world.plan.key_file}"\n'
    )
    told = CliRunner().invoke(build_app(), ["gallery", "shards", "3", "--config", str(config)])
    assert (told.exit_code, told.stderr) == (0, "")
    wait_until(lambda: world.gallery.places.count(2))
    everybody(world)
    assert CliRunner().invoke(build_app(), ["gallery", "shards", "2", "--config", str(config)]).exit_code == 0
    wait_until(lambda: not world.gallery.places.count(2))
    everybody(world)
    local = CliRunner().invoke(build_app(), ["gallery", "shards", "3"])
    assert (local.exit_code, "gallery = ray" in local.stderr) == (2, True)


def test_the_service_says_what_it_does_not_know(world: RayWorld, tmp_path: Path) -> None:
    """Over gRPC, with another database than the shards were filled from."""
    world.keeper.close()
    settings = local_settings(
        tmp_path,
        gallery="ray",
        gallery_address=world.cluster.address,
        gallery_shards=2,
        gallery_replicas=2,
        gallery_key_file=world.plan.key_file,
        gallery_shard_gigabytes=1.0,
    )
    server = RunningServer(settings, build_with_records_only(settings)).start()
    with ExitStack() as ending:
        ending.callback(server.stop)
        channel = ending.enter_context(grpc.insecure_channel(server.address))
        stubs = Stubs(channel)
        people = [enrolled(stubs, person) for person in range(6)]
        whole = identified(stubs, 1)
        assert (whole.decision, whole.complete, whole.searched_share) == (types_pb2.DECISION_MATCH, True, 1.0)
        assert (whole.candidates[0].subject_id, whole.searched_fingers) == (people[1], 6)
        processes = [world.process(0, copy) for copy in range(2)]
        for process in processes:
            stop(process)
        try:
            there = sum(bucket_of(person) in held_by(1, 2) for person in people)
            partial = identified(stubs, 50)
            assert (partial.decision, partial.complete) == (types_pb2.DECISION_INCONCLUSIVE, False)
            assert partial.searched_fingers == there
            assert partial.searched_share == pytest.approx(there / 6)
            assert refusal(stubs.enrolment.EnrolCitizen, enrolment(7)).reason == "GALLERY_INCOMPLETE"
            assert stubs.count() == 6
        finally:
            for process in processes:
                go_on(process)
        wait_until(lambda: identified(stubs, 60).complete)
        assert identified(stubs, 61).decision == types_pb2.DECISION_NO_MATCH
        people.append(enrolled(stubs, 7))
        assert identified(stubs, 7).candidates[0].subject_id == people[-1]


def print_of(person: int, touch: int) -> types_pb2.FingerprintSample:
    return record_of(TemplatePopulation(7).batch(person, 1, touch).template(0))


def enrolment(person: int) -> enrolment_pb2.EnrolCitizenRequest:
    return enrolment_pb2.EnrolCitizenRequest(
        context=context(),
        citizen_number=f"0271990000{person:02}",
        samples=[print_of(person, 0)],
        personal_data=enrolment_pb2.PersonalData(full_name="Người Thử"),
    )


def enrolled(stubs: Stubs, person: int) -> str:
    return str(stubs.enrolment.EnrolCitizen(enrolment(person), timeout=60).subject_id)


def identified(stubs: Stubs, person: int) -> verification_pb2.IdentifyResponse:
    request = verification_pb2.IdentifyRequest(context=context(), sample=print_of(person, 1))
    answer: verification_pb2.IdentifyResponse = stubs.verification.Identify(request, timeout=60)
    return answer
