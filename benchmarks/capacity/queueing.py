"""Calls that share cores: a simulation from event to event.

Processor sharing: all calls that are there are worked on at once, none by more than so many cores, as one search has no
more threads. A library for such simulations would add a process a call to these thirty lines.
"""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]


def responses(arrivals: Times, work: Times, cores: float, most: float) -> Times:
    """Return how long each call takes, in seconds, float64, shape (n,).

    Args:
        arrivals: seconds at which the n calls come, ascending.
        work: seconds of a core that each needs.
        cores: that there are; may be a fraction, of what cannot be had at once.
        most: cores that one call is worked on by.
    """
    left: dict[int, float] = {}
    taken = np.empty(len(arrivals))
    now, coming = 0.0, 0
    while coming < len(arrivals) or left:
        speed = min(most, cores / len(left)) if left else 0.0
        first = min(left, key=lambda call: left[call], default=-1)
        ends = now + left[first] / speed if left else inf
        comes = float(arrivals[coming]) if coming < len(arrivals) else inf
        done = (min(ends, comes) - now) * speed
        left = {call: seconds - done for call, seconds in left.items()}
        now = min(ends, comes)
        if ends <= comes:
            del left[first]
            taken[first] = now - arrivals[first]
        else:
            left[coming] = float(work[coming])
            coming += 1
    return taken


def poisson(random: np.random.Generator, rate: float, count: int) -> Times:
    """Return when so many calls come that nobody arranges, so many a second."""
    return np.cumsum(random.exponential(1 / rate, count))
