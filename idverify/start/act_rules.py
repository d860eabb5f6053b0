"""Which acts need a second person, from what the operator has set."""

from __future__ import annotations

from datetime import timedelta

from idverify.domain.model import Act
from idverify.services.acts.holding import ActRules
from idverify.settings import Settings


def act_rules(settings: Settings) -> ActRules:
    """Return the rules."""
    return ActRules(frozenset(map(Act, settings.second_person)), timedelta(hours=settings.second_person_hours))
