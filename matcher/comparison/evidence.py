"""What two prints laid over each other show: a log likelihood ratio of one finger against two.

Every minutia in the overlap of both prints speaks. A pair says how well position, direction and kind agree, against
what chance would do. A minutia without a pair, where the other print should show it, speaks against, the louder the
surer the extractor was of it. How far one print had to be turned speaks a little too. The constants are fitted
(``benchmarks/training/evidence.py``) and stored as JSON with what they were fitted to.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, NamedTuple

from matcher.errors import MatcherError

EVIDENCE_FORMAT = "idverify-evidence-1"


class EvidenceModelInvalidError(MatcherError):
    """A stored evidence model is damaged or of another format."""

    reason = "EVIDENCE_MODEL_INVALID"


class EvidenceModel(NamedTuple):
    """Constants of the evidence. Distances in pixels at 500 dpi, angles in radians.

    Attributes:
        narrow, wide: standard deviations of a mated pair's residual position, mostly and sometimes.
        narrow_turn, wide_turn: of its residual direction.
        wide_share: how often "sometimes" is.
        chance_density: minutiae per square pixel that an unrelated print shows.
        floor: least log likelihood ratio of one pair.
        trust: power of the lower quality of a pair that its evidence is multiplied by.
        agreement: log odds that kinds agreeing, instead of differing, are worth.
        chance_agreement: how often kinds agree by chance.
        belief, doubt: a minutia of quality q missing from the other print has the log likelihood ratio
            ``log(1 - belief q^doubt)``.
        turn_spread: standard deviation of the turn between two prints of a finger, mostly.
        turn_share: how often it is any turn instead.
        upside_down: how often one of them lies upside down; not fitted, as nearly none of the sets' do: with it a print
            turned by 180 degrees loses 2 of 4.4, and none that is not turned is lost at FMR 0.1 %.
        cylinders: weight of the score of the local comparison, which is in [0, 1].
        noise, noise_turn: standard deviations of a mated pair's place and direction, mostly, where the skin's
            displacement is known; ``narrow`` and ``narrow_turn`` hold them and what a search does not know of the skin.
        elastic_cost: log odds against skin that is pressed or twisted.
    """

    narrow: float
    wide: float
    narrow_turn: float
    wide_turn: float
    wide_share: float
    chance_density: float
    floor: float
    trust: float
    agreement: float
    chance_agreement: float
    belief: float
    doubt: float
    turn_spread: float
    turn_share: float
    upside_down: float
    cylinders: float
    noise: float
    noise_turn: float
    elastic_cost: float


def read_model(text: str) -> EvidenceModel:
    """Read a stored model.

    Raises:
        EvidenceModelInvalidError: damaged, or of another format.
    """
    try:
        stored: dict[str, Any] = json.loads(text)
        if stored["format"] != EVIDENCE_FORMAT:
            raise EvidenceModelInvalidError(f"the evidence model has another format than {EVIDENCE_FORMAT}")
        model = EvidenceModel(**{name: float(value) for name, value in stored["constants"].items()})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise EvidenceModelInvalidError("the evidence model cannot be read; train it again or reinstall") from None
    if not all(map(isfinite, model)) or not 0 <= model.belief < 1:
        raise EvidenceModelInvalidError("the evidence model holds a value out of range")
    return model


def write_model(model: EvidenceModel, provenance: dict[str, Any]) -> str:
    """Return the JSON of a model, with what it was fitted to."""
    constants = {name: round(value, 6) for name, value in model._asdict().items()}
    content = {"format": EVIDENCE_FORMAT, "constants": constants, "provenance": provenance}
    return json.dumps(content, indent=2) + "\n"
