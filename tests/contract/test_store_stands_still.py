"""PostgreSQL that stands still: nothing is cancelled, all that is sent is confirmed, and yet no call waits for ever."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, make_url, text

from idverify.domain.errors import DomainError, Reason
from idverify.storage import postgresql
from idverify.storage.failures import translated
from idverify.storage.postgresql import ServerLimits, reading_engine, unhurried, writing_engine
from tests.postgres_kit import PostgresServer, place_for_servers

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with place_for_servers("PostgreSQL that stands still") as place:
        server = PostgresServer(place)
        server.make()
        server.start()
        yield server
        server.stop()


@pytest.fixture(params=[reading_engine, writing_engine])
def engine(server: PostgresServer, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(postgresql, "_SLACK_SECONDS", 0.2)
    engine = request.param(make_url(server.url), 5.0, ServerLimits(4, statement_seconds=0.3, idle_seconds=60.0))
    yield engine
    engine.dispose()


def test_a_statement_is_given_up_and_the_next_connection_is_another(engine: Engine) -> None:
    with engine.connect() as connection:
        process = int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
        os.kill(process, signal.SIGSTOP)
        try:
            with pytest.raises(DomainError) as caught, translated():
                connection.execute(text("SELECT 1"))
        finally:
            os.kill(process, signal.SIGCONT)
    assert (caught.value.reason, caught.value.metadata) == (Reason.STORE_UNAVAILABLE, {"cause": "NO_ANSWER"})
    with engine.connect() as connection:
        assert int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one()) != process


def test_one_that_takes_long_is_cancelled_by_postgresql_itself(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(DomainError) as caught, translated():
        connection.execute(text("SELECT pg_sleep(30)"))
    assert caught.value.metadata == {"cause": "STATEMENT_TIMEOUT"}


def test_what_goes_through_whole_tables_has_time_for_its_transaction(engine: Engine) -> None:
    with engine.connect() as connection:
        with connection.begin():
            unhurried(connection)
            connection.execute(text("SELECT pg_sleep(0.8)"))
        with connection.begin(), pytest.raises(DomainError), translated():
            connection.execute(text("SELECT pg_sleep(30)"))
