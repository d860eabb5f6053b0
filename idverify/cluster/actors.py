"""Shards as actors of Ray, which places them, starts them again when they die, and carries sealed messages.

The one file that knows Ray. An actor is told where its secret lies on its machine, never the secret: what it is made
with is kept by Ray.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import ray
from ray.experimental import internal_kv

from idverify.cluster.copies import Replica
from idverify.cluster.put_away import ObjectStorage
from idverify.cluster.shard import GalleryShard
from idverify.domain.errors import SettingsError
from idverify.trust.sealing import KEY_BYTES
from idverify.trust.secret_file import read_secret_file

NAMESPACE = "idverify"
_CALLS_AT_ONCE = 32
_TIDY_SECONDS = 1.0
_ANSWER_SECONDS = 5.0
_WANTED = b"gallery shards"


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """What shards are made with.

    Attributes:
        shards: how many.
        replicas: copies of each, each on another node where there are enough.
        key_file: the secret, at the same path on every machine.
        threads: that one search of a shard computes with.
        budget: bytes that the gallery of a shard may take.
        snapshots: where they are put away, a URL for fsspec; empty: nowhere.
        options: for fsspec.
        cpus: of a node that an actor takes for its own, by which Ray spreads them.
    """

    shards: int
    replicas: int
    key_file: Path
    threads: int
    budget: int
    snapshots: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    cpus: float = 1.0


def secret_of(path: Path) -> bytes:
    """Read what the service and its shards share. Raises SettingsError."""
    try:
        secret = read_secret_file(path)
    except OSError as error:
        raise SettingsError(f"gallery_key_file: {path}: {error.strerror}") from None
    if len(secret) != KEY_BYTES:
        raise SettingsError(f"gallery_key_file: {path} holds {len(secret)} bytes, and should hold {KEY_BYTES}")
    return secret


class ShardActor:
    """A shard in a process of its own."""

    def __init__(self, number: int, plan: ClusterPlan) -> None:
        away = ObjectStorage(plan.snapshots, number, plan.shards, dict(plan.options)) if plan.snapshots else None
        self._shard = GalleryShard(secret_of(plan.key_file), plan.shards, plan.threads, plan.budget, away)
        self._stop = Event()
        Thread(target=self._tidy, name="tidy", daemon=True).start()

    def ask(self, sealed: bytes) -> bytes:
        """Answer a sealed question; see :meth:`GalleryShard.answer`."""
        return self._shard.answer(sealed)

    def process(self) -> int:
        """Return the number of the process, for tests that end it."""
        return os.getpid()

    def _tidy(self) -> None:
        while not self._stop.wait(_TIDY_SECONDS):
            self._shard.tidy()


class ActorReplica:
    """Implements :class:`idverify.cluster.copies.Replica`.

    An actor that was ended for good, since another server had no use for it, is made anew when this one asks for it.

    Args:
        name: of the actor.
        find: returns it, made if it is not there.
    """

    def __init__(self, name: str, find: Callable[[], Any]) -> None:
        self.name = name
        self._find = find
        self._actor: Any = find()

    @property
    def gone(self) -> bool:
        """Whether it ended for good."""
        return self._actor is None

    def ask(self, sealed: bytes) -> Future[bytes]:
        """Begin to ask; what Ray cannot deliver ends with one of its errors."""
        actor = self._actor
        if actor is None:
            try:
                actor = self._actor = self._find()
            except (ray.exceptions.RayError, ValueError) as error:
                failed: Future[bytes] = Future()
                failed.set_exception(error)
                return failed
        asked: Future[bytes] = actor.ask.remote(sealed).future()
        asked.add_done_callback(self._look)
        return asked

    def end(self) -> None:
        """End the actor, and have Ray not start it again."""
        actor, self._actor = self._actor, None
        if actor is not None:
            ray.kill(actor)

    def _look(self, asked: Future[bytes]) -> None:
        if not asked.cancelled() and isinstance(asked.exception(), ray.exceptions.ActorDiedError):
            self._actor = None


def join(address: str) -> None:
    """Become a client of a Ray cluster. Raises SettingsError if there is none."""
    if ray.is_initialized():
        return
    _anybody_at(address)
    try:
        ray.init(address=address, namespace=NAMESPACE, log_to_driver=False, configure_logging=False)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise SettingsError(f"gallery_address: no Ray cluster at {address}: {type(error).__name__}") from None
    except ray.exceptions.AuthenticationError:
        raise SettingsError("gallery_address: Ray refuses the token of RAY_AUTH_TOKEN_PATH, or lacks one") from None


def _anybody_at(address: str) -> None:
    """Raise SettingsError if nothing listens there: Ray itself tries for minutes, and says nothing."""
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal() or "/" in host:
        return  # auto, or a form that Ray alone knows
    try:
        socket.create_connection((host.strip("[]"), int(port)), _ANSWER_SECONDS).close()
    except (OSError, OverflowError):
        raise SettingsError(f"gallery_address: no Ray cluster answers at {address}") from None


def cpus() -> float:
    """Return how many CPUs the nodes of the cluster have that are there now, by Ray's count."""
    return float(ray.cluster_resources().get("CPU", 0.0))


def opener(plan: ClusterPlan) -> Callable[[int], Sequence[Replica]]:
    """Return what finds the copies of a shard by its number, and makes those that are not there yet."""
    made = ray.remote(ShardActor)

    def opened(number: int) -> Sequence[Replica]:
        return [copy_of(number, f"idverify-shard-{number}-{copy}") for copy in range(plan.replicas)]

    def copy_of(number: int, name: str) -> Replica:
        actor = made.options(
            name=name,
            namespace=NAMESPACE,
            lifetime="detached",
            get_if_exists=True,
            max_restarts=-1,
            max_concurrency=_CALLS_AT_ONCE,
            num_cpus=plan.cpus,
            scheduling_strategy="SPREAD",
        )
        return ActorReplica(name, lambda: actor.remote(number, plan))

    return opened


def want_shards(count: int) -> None:
    """Tell every server on the cluster how many shards there are to be."""
    internal_kv._internal_kv_put(_WANTED, str(count).encode(), namespace=NAMESPACE.encode())  # noqa: SLF001 - no other


def agreed_shards(count: int) -> int | None:
    """Return how many there are to be, on the word of whoever said it first: so many, if nobody did.

    None: Ray does not say.
    """
    space = NAMESPACE.encode()
    try:
        internal_kv._internal_kv_put(_WANTED, str(count).encode(), overwrite=False, namespace=space)  # noqa: SLF001
        told = internal_kv._internal_kv_get(_WANTED, namespace=space)  # noqa: SLF001 - no other
    except ray.exceptions.RayError:
        return None
    return int(told) if told else None


def let_go(plan: ClusterPlan) -> None:
    """End the actors of a plan, and what is in their memory; for tests, and for a gallery that is given up."""
    for number in range(plan.shards):
        for copy in range(plan.replicas):
            ray.kill(ray.get_actor(f"idverify-shard-{number}-{copy}", NAMESPACE))
