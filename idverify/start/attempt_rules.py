"""The limits on tries, from what the operator has set."""

from __future__ import annotations

from datetime import timedelta

from idverify.domain.attempts import AttemptRules, Limit, Scope
from idverify.domain.factors.pins import PIN_TRIES
from idverify.settings import Settings


def attempt_rules(settings: Settings) -> AttemptRules:
    """Return the rules.

    What a lock takes to open by itself forgives as many failures as are free, so that after it nothing is as new: the
    next ones wait. A citizen bears more than any one client may fail with them: no client keeps a citizen from others.
    """
    lasts = timedelta(hours=settings.attempts_lock_hours)
    per_hour = settings.attempts_free / settings.attempts_lock_hours
    pair, citizen = settings.attempts_lock, settings.attempts_citizen_lock
    return AttemptRules(
        {
            Scope.CLIENT_AND_CITIZEN: Limit(settings.attempts_free, pair, per_hour, lasts),
            Scope.CITIZEN: Limit((pair + citizen) / 2, citizen, 2 * per_hour, lasts),
            Scope.PIN: Limit(PIN_TRIES, PIN_TRIES, 0.0, None),
            Scope.CLIENT: Limit(
                settings.attempts_client_free, settings.attempts_client_lock, settings.attempts_client_per_hour, None
            ),
        },
        timedelta(seconds=settings.attempts_delay_seconds),
        timedelta(seconds=settings.attempts_longest_delay_seconds),
    )
