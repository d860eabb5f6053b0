"""When a source is left in peace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from idverify.domain.sources.circuit import FAILURES, REST, Circuit

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def opened() -> Circuit:
    circuit = Circuit()
    for _ in range(FAILURES):
        assert circuit.admits(NOW)
        circuit.silent(NOW)
    return circuit


def test_after_some_silences_in_a_row_nobody_is_let_through_for_a_while() -> None:
    circuit = opened()
    assert not circuit.admits(NOW)
    assert not circuit.admits(NOW + REST - timedelta(seconds=1))


def test_an_answer_between_silences_begins_anew() -> None:
    circuit = Circuit()
    for _ in range(3 * FAILURES):
        circuit.silent(NOW)
        circuit.answered()
    assert circuit.admits(NOW)


def test_then_one_is_let_through_whose_fate_decides() -> None:
    circuit, later = opened(), NOW + REST
    assert circuit.admits(later)
    assert not circuit.admits(later)
    circuit.silent(later)
    assert not circuit.admits(later + REST - timedelta(seconds=1))
    assert circuit.admits(later + REST)
    circuit.answered()
    assert all(circuit.admits(later + REST) for _ in range(3))
