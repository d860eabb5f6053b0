"""One log, one order: checkpoints of every server while all went on, and its trail at the end, held to each other.

Checked by the definitions of RFC 6962 and RFC 9162 alone, see :mod:`tests.tlog_reference`.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature

from idverify.client import Client, ServiceError
from idverify.v1 import audit_pb2
from tests.chaos.told import Told
from tests.tlog_reference import RefusedError, checkpoint, consistent, proven

_EACH_SECONDS = 2.0
_GLIMPSE_SECONDS = 5.0
_PATIENCE = 300.0
_PROVEN = 100
"""Of the events that answers named so many, drawn, are proven."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """The log as a server once showed it."""

    server: str
    checkpoint: str
    keys: tuple[str, ...]


class Watcher(threading.Thread):
    """Looks at the log of each server all the while.

    Args:
        servers: addresses by name.
    """

    def __init__(self, servers: Mapping[str, str]) -> None:
        super().__init__(name="watcher")
        self.seen: list[Glimpse] = []
        self._servers = servers
        self._ended = threading.Event()

    def run(self) -> None:
        clients = {name: Client(address, timeout=_GLIMPSE_SECONDS) for name, address in self._servers.items()}
        while not self._ended.wait(_EACH_SECONDS):
            for name, client in clients.items():
                try:
                    self.seen.append(_glimpse(name, client))
                except ServiceError:  # it is down, or cut off
                    continue
        for client in clients.values():
            client.close()

    def stop(self) -> None:
        """Have it end, and wait for that."""
        self._ended.set()
        self.join(_PATIENCE)


def disorder(tells: Sequence[Told], seen: Sequence[Glimpse], servers: Mapping[str, str], seed: int) -> list[str]:
    """Return what is wrong with trail and log, now that nothing is written any more.

    Args:
        tells: what was answered.
        seen: glimpses of the log.
        servers: addresses by name.
        seed: of which events are proven.

    Raises:
        ServiceError: a server does not answer.
    """
    wrong: list[str] = []
    trails: list[Sequence[audit_pb2.AuditEvent]] = []
    for name, address in servers.items():
        with Client(address, timeout=_PATIENCE) as client:
            trails.append(list(client.audit_events()))
            last = _glimpse(name, client)
            wrong += _of_another_log(client, [*seen, last], last)
            wrong += [f"at {name}: {each}" for each in _unproven(client, tells, random.Random(seed), last.keys[0])]
            check = client.check_audit_trail(full=True)
            if not check.intact:
                wrong += [f"at {name} event {check.first_broken_sequence} is broken", *check.findings]
    if any([event.hash for event in trail] != [event.hash for event in trails[0]] for trail in trails):
        wrong.append("servers tell different trails")
    return [*wrong, *_misplaced(tells, trails[0])]


def _glimpse(name: str, client: Client) -> Glimpse:
    answer = client.log_checkpoint()
    return Glimpse(name, answer.checkpoint, tuple(answer.verifier_keys))


def _of_another_log(client: Client, seen: Sequence[Glimpse], last: Glimpse) -> Iterator[str]:
    """Tell which glimpses are of a log that does not go on to the last."""
    now = checkpoint(last.checkpoint, last.keys[0])
    checked: dict[tuple[int, bytes], bool] = {}
    for glimpse in seen:
        then = checkpoint(glimpse.checkpoint, glimpse.keys[0])
        state = then.size, then.root
        if state not in checked:
            path = list(client.consistency_proof(then.size, now.size).hashes) if 0 < then.size < now.size else []
            checked[state] = then.size <= now.size and consistent(then.size, then.root, now.size, now.root, path)
        if not checked[state]:
            yield f"{last.server} has not the log that {glimpse.server} had with {then.size} entries"


def _unproven(client: Client, tells: Sequence[Told], choice: random.Random, key: str) -> Iterator[str]:
    answered = [told for told in tells if told.event]
    for told in choice.sample(answered, min(_PROVEN, len(answered))):
        try:
            event = proven(client.event_proof(told.event).proof, key)
        except (RefusedError, InvalidSignature) as error:
            yield f"event {told.event} is not proven: {error}"
            continue
        if (event["sequence"], event["outcome"]) != (told.event, told.answer):
            yield f"event {told.event} is another one than was answered"


def _misplaced(tells: Sequence[Told], trail: Sequence[audit_pb2.AuditEvent]) -> Iterator[str]:
    """Tell which places of the trail are empty, or another's than was answered."""
    if [event.sequence for event in trail] != list(range(1, len(trail) + 1)):
        yield "the trail has gaps"
    of = {event.sequence: event for event in trail}
    for told in tells:
        if not told.event:
            continue
        event = of.get(told.event)
        if event is None or (event.outcome, json.loads(event.context_json).get("request_id")) != (
            told.answer,
            told.request,
        ):
            yield f"event {told.event} is not that of request {told.request}"
