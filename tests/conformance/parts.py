"""What is held against which contract."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the table.

    Attributes:
        name: of the part, for ``--only``.
        contract: whose it is, and which version.
        shows: what a part that held has shown.
        command: as the table of threats has commands: ``pytest ...``.
    """

    name: str
    contract: str
    shows: str
    command: str


PARTS = (
    Part(
        "osia-description",
        "OSIA ABIS 1.6.0 and third-party services 1.2.0, OpenAPI",
        "schemathesis finds no answer that the published descriptions do not have",
        "pytest tests/e2e/test_osia_conformance.py -k description",
    ),
    Part(
        "osia-client",
        "OSIA ABIS 1.6.0, OpenAPI",
        "a client that another program generates of it enrols, identifies, merges and verifies",
        "pytest tests/e2e/test_osia_conformance.py -k client",
    ),
    Part(
        "mosip-bio-sdk",
        "MOSIP Bio-SDK service 1.0, schemas of its compliance toolkit",
        "every answer is valid by its schema, by HTTP, of the true matcher too",
        "pytest tests/e2e/test_mosip_bio_sdk.py",
    ),
    Part(
        "mosip-abis",
        "MOSIP ABIS 0.9, testing kit and compliance toolkit",
        "the eleven cases, over ActiveMQ; answers valid by both schemas",
        "pytest tests/e2e/test_mosip_abis.py -k test_case",
    ),
    Part(
        "mosip-abis-killed",
        "MOSIP ABIS 0.9",
        "nothing is lost when the service or the broker is killed; asked again, answered as first; failures by number",
        "pytest tests/e2e/test_mosip_abis.py -k 'not test_case'",
    ),
)
