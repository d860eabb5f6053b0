"""Who is told how near a comparison came: what is more than the decision helps whoever tries prints until one fits.

Hill climbing (U. Uludag and A. K. Jain, "Attacks on biometric systems: a case study in fingerprints", SPIE 5306, 2004)
needs nothing but a score for each try. The audit trail keeps all figures.
"""

from __future__ import annotations

from idverify.domain.model import Caller, Decision, Likeness, Role
from idverify.domain.policy import DEFAULT_TARGET_FMR


def sees_all(caller: Caller) -> bool:
    """Tell whether a caller measures the service: it sees every figure, and may try as often as it likes."""
    return Role.TESTER in caller.roles


def is_sure_match(decision: Decision, likeness: Likeness) -> bool:
    """Tell whether this is a match by the service's own measure too, and not only by a laxer one that was asked for."""
    return decision is Decision.MATCH and likeness.fmr <= DEFAULT_TARGET_FMR


def sees_figures(caller: Caller, decision: Decision, likeness: Likeness) -> bool:
    """Tell whether a caller is told scores and error rates of this decision."""
    return sees_all(caller) or is_sure_match(decision, likeness)
