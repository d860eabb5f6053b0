"""Calls over a real connection to a real server, with mutual TLS."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
from grpc_status import rpc_status

from tests.attack.mutate.dispatching import LAST_IN_LINE
from tests.attack.mutate.mutants import STREAM, Mutant
from tests.attack.mutate.outcomes import GONE, Outcome, Refused, refused, refused_in_stream
from tests.attack.mutate.rpcs import RPCS
from tests.attack.mutate.target import Target
from tests.e2e.harness import RunningServer

_MOST_ANSWERS = 50
_PATIENCE = 30.0
_OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class Wired:
    """A server of the target's application, and connections of all its clients."""

    def __init__(self, target: Target) -> None:
        self._folder = target.settings.data_dir.parent
        self._server = RunningServer(target.settings, target.application).start()
        self._channels: dict[str, grpc.Channel] = {}

    def call(self, mutant: Mutant) -> Outcome:
        """Make a call; when it returns nothing of it is being worked on any more."""
        channel = self._channel(mutant.who)
        call = _begun(channel, mutant)
        if mutant.gone_after is not None:
            time.sleep(mutant.gone_after / 1000)
            call.cancel()
        outcome = _ended(call, mutant)
        if outcome.code in {GONE, "DEADLINE_EXCEEDED"}:
            self._settled()
        return outcome

    def close(self) -> None:
        """Hang up, and stop the server; the application stays open."""
        for channel in self._channels.values():
            channel.close()
        self._server.stop()

    def _settled(self) -> None:
        """Give the server a moment to see that nobody waits, and wait until its threads are free again."""
        time.sleep(0.05)
        for rpc in LAST_IN_LINE:
            last: Any = self._channel("tester").unary_unary(f"/{rpc}")
            last(b"", timeout=_PATIENCE)

    def _channel(self, who: str) -> grpc.Channel:
        if who not in self._channels:
            read = self._read
            credentials = grpc.ssl_channel_credentials(read("ca.crt"), read(f"{who}.key"), read(f"{who}.crt"))
            self._channels[who] = grpc.secure_channel(self._server.address, credentials, _OPTIONS)
        return self._channels[who]

    def _read(self, name: str) -> bytes:
        return Path(self._folder / name).read_bytes()


def _begun(channel: grpc.Channel, mutant: Mutant) -> Any:
    """Begin a call. Whatever the RPC is, on the wire requests are a stream of one and answers a stream."""
    made: Any = channel.stream_stream(f"/{mutant.rpc}")
    seconds = _PATIENCE if mutant.seconds is None else min(mutant.seconds, 1e6)
    return made(iter(mutant.bodies), timeout=seconds, metadata=mutant.metadata)


def _ended(call: Any, mutant: Mutant) -> Outcome:
    answers: list[bytes] = []
    try:
        answers += itertools.islice(_until_enough(call, mutant), _MOST_ANSWERS)
    except grpc.RpcError as error:
        told = _told(error)
        if told.code == "CANCELLED" and mutant.gone_after is not None:
            return Outcome(GONE)
        return Outcome(told.code, [told, *_refused(mutant, answers)], answers)
    return Outcome("OK", _refused(mutant, answers), answers)


def _refused(mutant: Mutant, answers: list[bytes]) -> list[Refused]:
    return refused_in_stream(answers) if mutant.rpc == STREAM else []


def _until_enough(call: Any, mutant: Mutant) -> Iterator[bytes]:
    """Yield the answers; of what goes on for ever the first."""
    for answer in call:
        yield answer
        if RPCS[mutant.rpc].name == "Watch":
            call.cancel()
            return


def _told(error: Any) -> Refused:
    try:
        status = rpc_status.from_call(error)
    except ValueError:  # gRPC ended the call at the same moment, in words of its own
        status = None
    if status is not None:
        return refused(status)
    return Refused(error.code().name, "", error.details() or "", {})
