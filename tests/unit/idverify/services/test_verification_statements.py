"""What a verification asks of the database: few statements, all of them prepared, as verifications come most often."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, event

from idverify.domain.model import Decision, FingerPosition, Role
from idverify.storage.statement import _Compiled
from tests.service_kit import AN, BIRTH, RESIDENCE, World, prints_of

INDEX = FingerPosition.RIGHT_INDEX

_DOES = re.compile(
    r"^(SELECT|INSERT|UPDATE|DELETE)\b(?:.*?(?:FROM|INTO))? (?!citizen_changes|former_numbers)(\w+)", re.DOTALL
)
_ASKED = [
    # In the view.
    "SELECT replies",
    "SELECT subjects",
    "SELECT attempts",
    "SELECT templates",
    "SELECT recent_probes",
    # In the transaction.
    "SELECT subjects",
    "INSERT recent_probes",
    "DELETE recent_probes",
    "SELECT attempts",
    "SELECT records",
    "INSERT disclosures",
    "INSERT disclosures",
    "SELECT audit_head",
    "INSERT audit",
    "INSERT reply_bodies",
    "INSERT replies",
    "INSERT log_hashes",
    "UPDATE audit_head",
]
"""Of real prints, samples that were seen are looked for besides, and noted."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


@contextmanager
def _asked() -> Iterator[tuple[list[str], list[str]]]:
    """Note the statements that are prepared, and those that are built as they are asked."""
    prepared: list[str] = []
    built: list[str] = []
    values = _Compiled.values

    def noted(self: _Compiled, given: Any) -> Any:
        prepared.append(self.text)
        return values(self, given)

    def execute(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        built.append(text)

    event.listen(Engine, "before_cursor_execute", execute)
    try:
        with patch.object(_Compiled, "values", noted):
            yield prepared, built
    finally:
        event.remove(Engine, "before_cursor_execute", execute)


def test_a_verification_for_a_procedure_asks_little(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    world.put(AN, "residence", RESIDENCE)
    for _ in range(2):  # the first forgets what was shown long ago
        call = world.call("Verify", procedure_code=BIRTH, roles=frozenset({Role.COUNTER}))
        with _asked() as (prepared, built):
            answer = world.verify(AN, prints_of("an", INDEX), call=call)
        assert answer.decision is Decision.MATCH
        assert answer.disclosure is not None
        assert len(answer.disclosure.records) == 2
    assert built == []
    assert [" ".join(_DOES.findall(text)[0]) for text in prepared] == _ASKED
