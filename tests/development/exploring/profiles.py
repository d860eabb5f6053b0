"""How examples are drawn: the fixed way of every test run, and that of :mod:`tests.development.exploring`."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

EXPLORE = "explore"


def load_fixed_profile() -> None:
    """Draw the same examples everywhere and every time; ``--hypothesis-profile=explore`` draws others.

    They are derived from each test's own text: no database of former failures, which differs between machines, has a
    say. How long an example takes says nothing about the code, as a first call compiles or loads.
    """
    untimed = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("fixed", untimed, derandomize=True)
    settings.register_profile(EXPLORE, untimed, derandomize=False, max_examples=300)
    settings.load_profile("fixed")
