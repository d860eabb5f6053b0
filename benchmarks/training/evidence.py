"""Fit the constants of the evidence: which weights of pairs, missing minutiae and turns tell mated pairs apart best?

All pairs are laid over each other once, with the model that ships; then the constants are changed one after the other
as long as the objective falls: the number of mated pairs lost at FMR 1e-4, softly counted, under an exponential tail
fitted to the best hundredth of the non-mated scores. The optimum is flat: what counts is that constants found without a
database, or without a fifth of the fingers, do as well on what was left out. Those error rates stand in the model.

python -m benchmarks.training.evidence --dataset FOLDER[:PPI] [--dataset ...] --out matcher/models/evidence_v1.json
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from benchmarks.command_line import Datasets, run
from benchmarks.impressions import Impression
from benchmarks.measures.error_rates import error_rates
from benchmarks.measures.losses import losses
from benchmarks.named_sets import load_named
from benchmarks.sources import from_images
from enroll_tools.command_line import people
from matcher._compiled import compiled
from matcher.comparison._evidence_kernels import alone, known, turn_evidence
from matcher.comparison._skin_kernels import chance_of, expected, residual_evidence, residuals
from matcher.comparison.compare import lay, stands_first
from matcher.comparison.evidence import EvidenceModel, write_model
from matcher.comparison.params import Skin, default_params
from matcher.comparison.prepared import PreparedTemplate, prepare
from matcher.extraction.leader import load_leader

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]

STEPS = (0.7, 0.85, 1.15, 1.4)
"""Factors by which a constant is tried to change."""

FITTED = (
    "noise",
    "wide",
    "noise_turn",
    "wide_turn",
    "wide_share",
    "trust",
    "agreement",
    "doubt",
    "turn_spread",
    "turn_share",
    "cylinders",
)
"""Not what elastic skin costs: of prints that lie as they fell it would be too much. It was chosen on warped ones."""

ROUNDS = 2
FINGER_FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """What comparisons show, before any of it is weighed. Rows of pairs and of missing minutiae name their comparison.

    Attributes:
        mated, database, fold: one an entry a comparison; ``fold`` numbers its fingers' fold, -1 if they are of two.
        cylinders, turn: one a comparison: score of the local comparison, turn in radians.
        pair_of: comparison of every pair.
        stiff, elastic: of every pair: squared distance, turn, variance of the place, as skin of either kind lets
            expect it.
        pair: of every pair: agreement of kinds, lower quality, how common minutiae like these are there.
        missing_of: comparison of every minutia without a pair.
        missing: its quality, and how well its place is known on elastic skin.
    """

    mated: Mask
    database: NDArray[np.int64]
    fold: NDArray[np.int64]
    cylinders: Float
    turn: Float
    pair_of: NDArray[np.int64]
    stiff: Float
    elastic: Float
    pair: Float
    missing_of: NDArray[np.int64]
    missing: Float


Seen = tuple[float, float, Float, Float, Float, Float]
_NOTHING: Seen = (0.0, np.pi, np.zeros((0, 3)), np.zeros((0, 3)), np.zeros((0, 3)), np.zeros((0, 2)))


def observe(a: PreparedTemplate, b: PreparedTemplate) -> Seen:
    """Compare, and return cylinders' score, turn, rows of pairs (see ``Observations``) and of missing minutiae."""
    if not stands_first(a, b):
        a, b = b, a
    params = default_params()
    found = lay(a, b, params)
    if found is None or not len(found[1].pairs):
        return _NOTHING
    contributions, laid = found
    i, j = laid.pairs.T
    stiff, elastic = (
        expected(laid.flat, a.print, b.print, laid.pairs, laid.middle, skin, params.evidence)
        for skin in (params.growth.stiff, params.growth.elastic)
    )
    agree = (a.print.kind[i] == b.print.kind[j]).astype(np.float64)
    common = (a.print.common[i] + b.print.common[j]) / 2
    pair = np.stack([agree, np.minimum(a.print.quality[i], b.print.quality[j]), common], axis=1)
    missing = [
        np.stack([side.print.quality, known(side.print.pose, paired, params.growth.fade)], axis=1)[
            alone(lying, other.print, paired) > 0
        ]
        for side, other, lying, paired in ((a, b, laid.over, i), (b, a, laid.back, j))
    ]
    cylinders = contributions["cylinders"] / params.evidence.cylinders
    return cylinders, laid.movement[0], stiff, elastic, pair, np.concatenate(missing)


def gather(databases: Sequence[Sequence[Impression]]) -> Observations:
    """Observe every pair of impressions within each database."""
    heads: list[tuple[bool, int, int]] = []
    seen: list[Seen] = []
    for number, impressions in enumerate(databases):
        prepared = [(i.finger, prepare(i.template)) for i in impressions if i.template is not None]
        fingers = sorted({finger for finger, _ in prepared})
        folds = {finger: n % FINGER_FOLDS for n, finger in enumerate(fingers)}
        for (fa, a), (fb, b) in combinations(prepared, 2):
            heads.append((fa == fb, number, folds[fa] if folds[fa] == folds[fb] else -1))
            seen.append(observe(a, b))
    mated, database, fold = zip(*heads, strict=True)
    cylinders, turn, stiff, elastic, pair, missing = zip(*seen, strict=True)
    each = np.arange(len(seen))
    return Observations(
        np.array(mated),
        np.array(database),
        np.array(fold),
        np.array(cylinders),
        np.array(turn),
        np.repeat(each, [len(rows) for rows in pair]),
        np.concatenate(stiff),
        np.concatenate(elastic),
        np.concatenate(pair),
        np.repeat(each, [len(rows) for rows in missing]),
        np.concatenate(missing),
    )


def scores(seen: Observations, model: EvidenceModel) -> Float:
    """Weigh all observations with a model; float64, one a comparison."""
    growth, count = default_params().growth, seen.mated.size
    agree, quality, common = seen.pair.T
    weight = quality**model.trust
    lost = np.log(1 - model.belief * seen.missing[:, 0] ** model.doubt)
    kinds = np.bincount(seen.pair_of, weight * model.agreement * (agree - model.chance_agreement), count)

    def under(rows: Float, skin: Skin, share: Float | float) -> Float:
        matched = np.bincount(seen.pair_of, weight * (_ratios(rows, skin, model) - common), count)
        return np.asarray(matched + np.bincount(seen.missing_of, share * lost, count))

    stiff = under(seen.stiff, growth.stiff, 1.0)
    elastic = under(seen.elastic, growth.elastic, seen.missing[:, 1]) - model.elastic_cost
    total = model.cylinders * seen.cylinders + _turns(seen.turn, model) + kinds + np.maximum(stiff, elastic)
    return np.where(seen.cylinders > 0, np.maximum(total, 0.0), 0.0)


@compiled
def _ratios(rows: Float, skin: Skin, model: EvidenceModel) -> Float:
    ratio, chance = np.empty(rows.shape[0]), chance_of(model)
    for k in range(rows.shape[0]):
        ratio[k], _ = residual_evidence(rows[k, 0], rows[k, 1], residuals(rows[k, 2], chance, skin, model), model)
    return ratio


@compiled
def _turns(turn: Float, model: EvidenceModel) -> Float:
    evidence = np.empty(turn.shape[0])
    for k in range(turn.shape[0]):
        evidence[k] = turn_evidence(turn[k], model)
    return evidence


def fit(seen: Observations, used: Mask, start: EvidenceModel) -> EvidenceModel:
    """Search the constants one after the other on the comparisons that are ``used``."""
    best, least = start, losses(scores(seen, start)[used], seen.mated[used])
    for _ in range(ROUNDS):
        for name in FITTED:
            for step in STEPS:
                tried = best._replace(**{name: getattr(best, name) * step})
                lost = losses(scores(seen, tried)[used], seen.mated[used])
                if lost < least * 0.99:
                    best, least = tried, lost
    return best


def out_of_fold(seen: Observations, fold: NDArray[np.int64], start: EvidenceModel) -> Float:
    """Score every comparison with constants fitted without its fold; those of fold -1 with the starting ones."""
    result = scores(seen, start)
    for number in sorted(set(fold.tolist()) - {-1}):
        # A comparison between folds shows a finger of each: it is left out with either.
        result[fold == number] = scores(seen, fit(seen, (fold != number) & (fold != -1), start))[fold == number]
    return result


def rates(score: Float, seen: Observations) -> dict[str, float]:
    """Return mean error rates over the databases, in percent."""
    each = [
        error_rates(score[seen.mated & (seen.database == n)], score[~seen.mated & (seen.database == n)])
        for n in sorted(set(seen.database.tolist()))
    ]
    return {name: round(float(np.mean([asdict(r)[name] for r in each])), 3) for name in ("eer", "fmr1000", "zero_fmr")}


def evidence(
    dataset: Datasets,
    out: Annotated[Path, typer.Option(help="Where to write the model, .json.")],
) -> None:
    """Fit and cross-validate the constants, and write them with their provenance."""
    extractor = load_leader()
    databases = load_named(dataset, from_images(extractor), people())
    seen = gather(list(databases.values()))
    start = default_params().evidence
    model = fit(seen, np.ones(seen.mated.size, np.bool_), start)
    provenance = {
        "extractor": extractor.id,
        "databases": sorted(databases),
        "mated_pairs": int(seen.mated.sum()),
        "non_mated_pairs": int((~seen.mated).sum()),
        "objective": "mated pairs lost at FMR 1e-4, softly counted",
        "mean_error_rates_percent": {
            "start": rates(scores(seen, start), seen),
            "all": rates(scores(seen, model), seen),
            "without_the_database": rates(out_of_fold(seen, seen.database, start), seen),
            "without_the_fingers": rates(out_of_fold(seen, seen.fold, start), seen),
        },
    }
    out.write_text(write_model(model, provenance), encoding="utf-8")
    people().print(provenance)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the training; return the exit status."""
    return run(arguments, evidence)


if __name__ == "__main__":
    sys.exit(main())
