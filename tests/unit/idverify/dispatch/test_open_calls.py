"""How many connections, calls and streams may be open at the same time."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from idverify.dispatch.open_calls import OpenCalls, OpenLimits
from idverify.domain.errors import DomainError, Reason

LIMITS = OpenLimits(client_connections=2, client_calls=4, max_calls=6, client_streams=2, max_streams=3)


def limit(opened: OpenCalls, client: str, connection: str, *, stream: bool = False) -> str:
    """Return which limit a call meets; empty: none, and it has ended."""
    try:
        with opened.one_more(client, connection, stream=stream):
            return ""
    except DomainError as refusal:
        met = refusal.metadata["limit"]
        told = {"limit": met, "most": str(getattr(LIMITS, met))}
        return met if (refusal.reason, refusal.metadata) == (Reason.TOO_MANY_OPEN, told) else "wrong"


def test_a_client_has_so_many_connections_calls_and_streams() -> None:
    opened = OpenCalls(LIMITS)
    with ExitStack() as one, ExitStack() as rest:
        one.enter_context(opened.one_more("a", "1"))
        rest.enter_context(opened.one_more("a", "2"))
        assert limit(opened, "a", "3") == "client_connections"
        assert limit(opened, "a", "2") == ""
        for _ in range(2):
            rest.enter_context(opened.one_more("a", "2"))
        assert limit(opened, "a", "1") == "client_calls"
        assert limit(opened, "b", "3") == ""
        one.close()
        assert limit(opened, "a", "3") == "", "the connection without a call counts no more"
    with opened.one_more("a", "1", stream=True), opened.one_more("a", "1", stream=True):
        assert limit(opened, "a", "1", stream=True) == "client_streams"
        assert limit(opened, "a", "1") == ""


def test_all_clients_together_have_so_many_calls_and_streams() -> None:
    opened = OpenCalls(LIMITS)
    with ExitStack() as streams:
        for client in "aab":
            streams.enter_context(opened.one_more(client, "1", stream=True))
        assert limit(opened, "c", "1", stream=True) == "max_streams"
        for client in "bcc":
            streams.enter_context(opened.one_more(client, "1"))
        assert limit(opened, "d", "1") == "max_calls"
    assert limit(opened, "d", "1", stream=True) == ""


def test_nothing_is_left_of_calls_that_ended_or_were_refused() -> None:
    opened = OpenCalls(OpenLimits(1, 1, 1, 1, 1))
    with opened.one_more("a", "1", stream=True):
        assert limit_of_other(opened)
    with pytest.raises(KeyError), opened.one_more("a", "1", stream=True):
        raise KeyError("what a call may end with")
    assert (opened._clients, opened._calls, opened._streams) == ({}, 0, 0)


def limit_of_other(opened: OpenCalls) -> bool:
    with pytest.raises(DomainError), opened.one_more("b", "1"):
        pass
    return True
