"""What every server says in the end, when all is mended and nobody writes."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from idverify.client import Client
from idverify.v1.types_pb2 import Purpose
from tests.chaos.clerks import STRANGERS, ask, found
from tests.chaos.judge import Register
from tests.chaos.people import touch
from tests.chaos.told import ADDED, ENROLLED, Told
from tests.waiting import wait_until

_PATIENCE = 120.0
_AT_ONCE = 4


def await_whole(servers: Mapping[str, str]) -> None:
    """Return when every server serves, and searches everybody."""
    for number, address in enumerate(servers.values()):
        with Client(address, timeout=_PATIENCE) as client:
            assert client.wait_until_serving(_PATIENCE), f"{address} does not serve"
            choice = random.Random(number)

            def is_whole(client: Client = client, choice: random.Random = choice) -> bool:
                stranger = touch(STRANGERS - 1, 0, choice)
                return ask(client.identify, (stranger, client.new_context()), found, act="identify", clerk=-1).complete

            wait_until(is_whole)


def registers(servers: Mapping[str, str]) -> dict[str, Register]:
    """Return what each server lists: entries with internal identifiers, by its name.

    Raises:
        ServiceError: a server does not answer.
    """
    listed: dict[str, Register] = {}
    for name, address in servers.items():
        with Client(address, timeout=_PATIENCE) as client:
            everybody = client.citizens(Purpose.PURPOSE_TEST, page_size=1000)
            listed[name] = {int(each.citizen_number[-6:]): each.subject_id for each in everybody}
    return listed


def searches(tells: Sequence[Told], servers: Mapping[str, str], seed: int) -> list[Told]:
    """Search for every finger that was acknowledged, each at the next server, and tell what came of it."""
    wanted = [(told.body, told.place) for told in tells if told.answer in {ENROLLED, ADDED}]
    clients = [Client(address, timeout=_PATIENCE) for address in servers.values()]
    try:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(_search, itertools.cycle(clients), wanted, itertools.count(seed)))
    finally:
        for client in clients:
            client.close()


def _search(client: Client, finger: tuple[int, int], seed: int) -> Told:
    body, place = finger
    asked = touch(body, place, random.Random(seed)), client.new_context()
    return ask(client.identify, asked, found, act="identify", clerk=-1, body=body, place=place)
