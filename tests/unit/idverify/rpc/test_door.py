"""gRPC as a door."""

from __future__ import annotations

import math

import pytest

from idverify.rpc.door import stated_seconds


@pytest.mark.parametrize(
    ("remaining", "stated"), [(None, None), (math.inf, None), (1e12, None), (2.5, 2.5), (0.0, 0.0), (-1.0, 0.0)]
)
def test_a_client_states_its_time_or_nothing(remaining: float | None, stated: float | None) -> None:
    assert stated_seconds(remaining) == stated
