"""Servers for the tests to talk to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from tests.databases import KINDS, Databases
from tests.e2e.harness import RunningServer, enrolment, local_settings, start_server
from tests.e2e.stubs import Stubs


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run on each kind what asks for ``databases``: marked ``long`` on others than files where the kind matters not.

    The contract of the store is held on each kind by tests of its own; what locks, kills, counts or repeats, and one
    whole way, are marked ``every_database``.
    """
    if "databases" in metafunc.fixturenames:
        matters = metafunc.definition.get_closest_marker("every_database") is not None
        marks = [pytest.mark.postgresql] if matters else [pytest.mark.postgresql, pytest.mark.long]
        others = [pytest.param(kind, marks=marks) for kind in KINDS[1:]]
        metafunc.parametrize("databases", [*KINDS[:1], *others], indirect=True, scope="module")


@pytest.fixture(scope="module")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Databases of each kind, for the servers of a module."""
    made = Databases(request.param)
    yield made
    made.drop()


@pytest.fixture
def server(tmp_path: Path, databases: Databases) -> Iterator[RunningServer]:
    """A server without TLS, empty."""
    running = start_server(local_settings(tmp_path / "data", databases))
    yield running
    running.stop()


@pytest.fixture
def stubs(server: RunningServer) -> Iterator[Stubs]:
    """Its services."""
    with grpc.insecure_channel(server.address) as channel:
        yield Stubs(channel)


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Stubs]:
    """The services of a server that knows Alice; shared by tests that change nothing."""
    running = start_server(local_settings(tmp_path_factory.mktemp("data"), databases))
    with grpc.insecure_channel(running.address) as channel:
        services = Stubs(channel)
        services.enrolment.EnrolCitizen(enrolment())
        yield services
    running.stop()
