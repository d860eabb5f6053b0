"""Hints below a refusal: in the language asked for, and the remedy that fits."""

from __future__ import annotations

import pytest

from idverify.commands.telling.advice import next_step
from idverify.domain.model import Language


@pytest.mark.parametrize("cause", ["SAME_OFFICER", "SAME_CLIENT", "OWN_ENTRY", "OWN_FAILURES"])
def test_where_another_person_is_needed_no_other_role_is_asked_for(cause: str) -> None:
    assert "Another person" in next_step("CLIENT_NOT_AUTHORIZED", {"cause": cause})
    assert "Người khác" in next_step("CLIENT_NOT_AUTHORIZED", {"cause": cause}, Language.VI)
    assert "role" in next_step("CLIENT_NOT_AUTHORIZED", {})


def test_nothing_is_said_of_a_reason_that_says_all() -> None:
    assert next_step("FIELD_INVALID", {}) == ""
