"""A server is started anew while it is asked: the client's calls survive that, and nothing is done twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from idverify.client import AsyncClient, Client
from tests.e2e.harness import NUMBER, OTHER_NUMBER, enrolment, local_settings, start_server
from tests.e2e.relay import Relay
from tests.waiting import PATIENCE, wait_until


def enrol(address: str, connected: Barrier) -> str:
    request = enrolment(NUMBER, "alice")
    with Client(address, timeout=PATIENCE) as client:
        assert client.wait_until_serving(PATIENCE)
        connected.wait(PATIENCE)
        connected.wait(PATIENCE)
        return client.enrol(NUMBER, request.personal_data, request.samples).subject_id


def enrol_awaited(address: str, connected: Barrier) -> str:
    async def play() -> str:
        request = enrolment(OTHER_NUMBER, "bob")
        async with AsyncClient(address, timeout=PATIENCE) as client:
            assert await client.wait_until_serving(PATIENCE)
            connected.wait(PATIENCE)
            connected.wait(PATIENCE)
            answer = await client.enrol(OTHER_NUMBER, request.personal_data, request.samples)
            return answer.subject_id

    return asyncio.run(play())


def outcomes(address: str) -> Counter[str]:
    with Client(address) as client:
        return Counter(event.outcome for event in client.audit_events() if event.action == "EnrolCitizen")


def test_answers_that_were_lost_come_from_the_next_server_and_nobody_is_enrolled_twice(tmp_path: Path) -> None:
    settings = local_settings(tmp_path / "data")
    server = start_server(settings)
    try:
        with Relay(server.address) as relay, ThreadPoolExecutor(2) as pool:
            connected = Barrier(3)
            asked = [pool.submit(call, relay.address, connected) for call in (enrol, enrol_awaited)]
            connected.wait(PATIENCE)
            relay.losing = True
            connected.wait(PATIENCE)
            wait_until(lambda: outcomes(server.address)["ENROLLED"] == 2)
            relay.leave_server()
            server.stop()
            server = start_server(settings)
            relay.upstream, relay.losing = server.address, False
            relay.cut()
            told = {one.result(PATIENCE) for one in asked}
            assert outcomes(server.address) == {"ENROLLED": 2, "REPEATED": 2}
        with Client(server.address) as client:
            assert {event.subject_id for event in client.audit_events() if event.outcome == "ENROLLED"} == told
    finally:
        server.stop()
