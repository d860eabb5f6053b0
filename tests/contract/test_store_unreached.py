"""Why a PostgreSQL database is not reached, without what names somebody."""

from __future__ import annotations

import socket

import pytest
from sqlalchemy import create_engine, text

from idverify.domain.errors import DomainError
from idverify.storage.failures import translated


def _cause(url: str) -> str:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), connect_args={"connect_timeout": 5})
    with pytest.raises(DomainError) as caught, translated(), engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    assert "secret" not in str(caught.value)
    return caught.value.metadata["cause"]


def test_a_host_that_is_not_there_and_a_port_where_nobody_listens_are_told_apart() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        assert _cause(f"postgresql://secret@127.0.0.1:{held.getsockname()[1]}/secret") == "NOBODY_LISTENS"
    assert _cause("postgresql://secret@secret.invalid/secret") == "HOST_UNKNOWN"
    assert _cause("postgresql://secret@127.0.0.1/secret?sslmode=bogus") == "URL_INVALID"
