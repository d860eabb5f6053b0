"""What a counter does, awaited: two counters at once, a folder of prints looked for, and calls that end when told to.

python docs/examples/counter_async.py NUMBER enrolled.png shown.png [HOST:PORT]

Every method of ``Client`` is here too, with the same arguments and answers. Both are prints of one right index finger.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable

from idverify.client import AsyncClient, Desk, ServiceError, read_sample, read_samples, verify_assertion
from idverify.v1.enrolment_pb2 import PersonalData
from idverify.v1.types_pb2 import Decision, Purpose
from idverify.v1.verification_pb2 import IdentifyRequest

AGENCY = "H05.12"


async def enrol(client: AsyncClient, number: str, file: str) -> None:
    """Enrol a citizen. Called again with the same request_id, as after a crash, it enrols nobody twice."""
    person = PersonalData(full_name="Nguyễn Thị Thử", birth_date="1999-05-01", sex="F")
    context = client.new_context()
    first = await client.enrol(number, person, read_samples({"right-index": file}), context)
    again = await client.enrol(number, person, read_samples({"right-index": file}), context)
    assert first == again


async def verify(client: AsyncClient, number: str, file: str) -> str:
    """Verify a citizen within five seconds; return the assertion, checked."""
    sample = await asyncio.to_thread(read_sample, file, "right-index")
    answer = await client.within(5).verify(number, [sample], client.new_context(procedure="1.001193"))
    if answer.decision != Decision.DECISION_MATCH:
        raise SystemExit("not the citizen, or the print was too poor")
    keys = await client.key_set()
    token = answer.disclosure.assertion.jwt
    verify_assertion(token, keys.jwks_json, issuer=keys.issuer, audience=AGENCY)
    return token


async def look_for(client: AsyncClient, files: Iterable[str]) -> None:
    """Identify many over one stream; answers come as they are ready, and a refusal ends nothing."""

    async def requests() -> AsyncIterator[IdentifyRequest]:
        for file in files:
            yield client.identify_request(await asyncio.to_thread(read_sample, file))

    async for found in client.identify_many(requests()):
        if found.error:
            print(found.place, found.error.reason)
        elif found.response:
            print(found.place, [candidate.subject_id for candidate in found.response.candidates])


async def main(number: str, enrolled: str, shown: str, server: str = "127.0.0.1:50051") -> None:
    """Do every step."""
    async with AsyncClient(server, desk=Desk(AGENCY, "officer-3", "counter-7", language="en")) as client:
        if not await client.wait_until_serving(10):
            raise SystemExit(f"nobody serves at {server}")
        await enrol(client, number, enrolled)
        first, second = await asyncio.gather(*(verify(client, number, shown) for _ in range(2)))
        assert first != second
        await look_for(client, [enrolled, shown])
        async for citizen in client.citizens(Purpose.PURPOSE_CITIZEN_REQUEST):
            print(citizen.subject_id, len(citizen.encounters))
        try:
            await client.get_citizen("001099000000", purpose=Purpose.PURPOSE_CITIZEN_REQUEST)
        except ServiceError as error:
            print(error.reason, error.told)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
