"""Shapes of OSIA's JSON: what is refused by its place, and that what is long is looked at once."""

from __future__ import annotations

from typing import Any

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.osia.bodies import BIOMETRIC, GALLERIES


@pytest.mark.parametrize("value", [10**400, 1e300, 10**9, -(10**9), 1.5, True, "500"])
def test_a_number_that_measures_nothing_is_refused(value: Any) -> None:
    with pytest.raises(DomainError, match=r"item\.resolution must be a whole number") as error:
        BIOMETRIC({"biometricType": "FINGER", "resolution": value}, "item")
    assert error.value.reason is Reason.FIELD_INVALID


def test_whole_numbers_are_taken_as_json_writes_them() -> None:
    BIOMETRIC({"biometricType": "FINGER", "resolution": 500.0, "width": 300}, "item")


class Counted(str):
    """A text that counts how often it is compared."""

    __slots__ = ()
    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)


def test_a_long_list_is_looked_at_once() -> None:
    GALLERIES([Counted(number) for number in range(1000)], "body")
    assert Counted.compared < 10_000
    with pytest.raises(DomainError, match="nothing twice"):
        GALLERIES(["a", "b", "a"], "body")
