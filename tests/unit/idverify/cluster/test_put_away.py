"""Snapshots of shards, in a folder and in S3."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fsspec", reason="make install-cluster has fsspec")

from idverify.cluster.put_away import ObjectStorage
from tests.unit.idverify.cluster.cluster_kit import ClusterWorld

BUCKET = "gallery"


@pytest.fixture(
    params=[
        "file",
        pytest.param(
            "s3",
            marks=[
                pytest.mark.long,
                pytest.mark.skipif(importlib.util.find_spec("moto") is None, reason="pip install s3fs moto[server]"),
            ],
        ),
    ]
)
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "file":
        yield f"file://{tmp_path}/away"
        return
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    s3fs.S3FileSystem().mkdir(BUCKET)
    yield f"s3://{BUCKET}/idverify"
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


def test_shards_begin_anew_with_what_was_put_away(tmp_path: Path, url: str) -> None:
    away = {number: ObjectStorage(url, number, 2) for number in range(2)}
    world = ClusterWorld(tmp_path, 2, away=away)
    people = [world.enrol(seed)[0] for seed in range(1, 7)]
    for last in (7, 8):  # the second snapshot takes the place of the first
        world.keeper.tick()
        assert world.keeper.save() == 0
        people.append(world.enrol(last)[0])
    world.keeper._store = None  # type: ignore[assignment]  # what is found then is of the snapshots alone
    for number, replica in enumerate(world.replicas.values()):
        replica.restart()
        assert replica.shard._put_away is away[number]
        told = replica.shard._load(None)  # type: ignore[arg-type]
        assert told.facts == {"loaded": True}
    held = {i for replica in world.replicas.values() for i in replica.shard._directory.arrays()[0].tolist()}
    assert held == set(range(1, 15))  # all but who came after it
    world.keeper._store = world.store
    world.settle()
    assert [world.found(seed) for seed in range(1, 9)] == people
    world.end()


def test_what_is_damaged_is_not_used(tmp_path: Path) -> None:
    away = {0: ObjectStorage(f"file://{tmp_path}/away", 0, 1)}
    world = ClusterWorld(tmp_path, 1, away=away)
    person = world.enrol(1)[0]
    world.keeper.tick()
    assert world.keeper.save() == 0
    for path in (tmp_path / "away" / "shard-0-of-1").glob("*.segment"):
        path.write_bytes(path.read_bytes()[:-1])
    world.replicas[0, 0].restart()
    assert world.replicas[0, 0].shard._load(None).facts == {"loaded": False}  # type: ignore[arg-type]
    world.gallery.copies()[0].doubt()
    world.settle()
    assert (world.found(1), world.search(1).searched_share) == (person, 1.0)
    assert away[0].load(b"\x01" * 32, [world.replicas[0, 0].shard._gallery.index_id]) is None
    assert ObjectStorage(f"file://{tmp_path}/none", 0, 1).load(b"\x01" * 32, []) is None
    world.end()
