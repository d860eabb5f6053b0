"""What a PIN may be."""

from __future__ import annotations

import pytest

from idverify.domain.errors import Reason
from idverify.domain.factors.pins import require_good_pin, require_pin_form
from tests.service_kit import refused


@pytest.mark.parametrize("pin", ["802915", "112233", "123457", "000001", "9" * 11 + "8"])
def test_digits_that_are_not_tried_first_are_a_pin(pin: str) -> None:
    require_good_pin(pin)


@pytest.mark.parametrize("pin", ["", "80291", "8" * 13, "80291a", "８０２９１５", "802915\n", " 802915"])
def test_another_form_is_refused(pin: str) -> None:
    with refused(Reason.FIELD_INVALID) as caught:
        require_pin_form(pin)
    assert caught.value.metadata == {"field": "pin"}
    assert not pin or pin not in str(caught.value)


@pytest.mark.parametrize("pin", ["111111", "123456", "654321", "890123", "321098"])
def test_what_everybody_tries_first_is_refused(pin: str) -> None:
    require_pin_form(pin)
    with refused(Reason.FIELD_INVALID):
        require_good_pin(pin)
