"""Whom we sent to the provider: their own browser keeps it, sealed; it is of use once, there, and in time."""

from __future__ import annotations

from idverify.access.officers import sent_away
from idverify.access.officers.sent_away import SentAway, WaysToTheProvider

SENT = SentAway("state-1", "nonce-1", "verifier-1", "/auditor?language=vi", "transaction:t-1", 1_700_000_000)


class Seconds:
    """A clock that a test sets."""

    now = 5.0

    def __call__(self) -> float:
        return self.now


def test_who_comes_back_is_who_was_sent_and_only_once() -> None:
    ways = WaysToTheProvider(Seconds())
    kept = ways.sealed(SENT)
    assert "nonce-1" not in kept
    assert ways.returned("state-1", kept) == SENT
    assert ways.returned("state-1", kept) is None


def test_neither_another_state_nor_what_was_changed_nor_another_process_s_is_taken() -> None:
    ways = WaysToTheProvider(Seconds())
    kept = ways.sealed(SENT)
    middle = len(kept) // 2
    changed = kept[:middle] + ("A" if kept[middle] != "A" else "B") + kept[middle + 1 :]
    assert ways.returned("state-2", kept) is None
    assert ways.returned("état", kept) is None
    assert [ways.returned("state-1", wrong) for wrong in ("", "x", "é", changed, kept[:-4])] == [None] * 5
    assert WaysToTheProvider(Seconds()).returned("state-1", kept) is None
    assert ways.returned("state-1", kept) == SENT


def test_a_way_ends_after_ten_minutes() -> None:
    seconds = Seconds()
    ways = WaysToTheProvider(seconds)
    kept = ways.sealed(SENT)
    seconds.now += sent_away.WAIT_SECONDS + 1
    assert ways.returned("state-1", kept) is None


def test_strangers_who_begin_push_nobody_out() -> None:
    ways = WaysToTheProvider(Seconds())
    kept = ways.sealed(SENT)
    for number in range(2000):
        ways.sealed(SentAway(f"stranger-{number}", "n", "v", "/", "", 0))
    assert ways.returned("state-1", kept) == SENT


def test_of_those_who_came_back_a_bounded_number_is_remembered() -> None:
    ways = WaysToTheProvider(Seconds())
    for number in range(sent_away._MOST_RETURNED + 5):
        ways._remember(f"state-{number}")
    assert len(ways._returned) == sent_away._MOST_RETURNED
