"""What every stage makes of two prints of a synthetic finger and one of another, in a few numbers each.

A stage's product is told as the mean over each of 8 x 8 fields, in steps that are far below what any change of a
constant does, and far above the last digits in which machines differ: equal to one step, it is the same product.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from enroll_tools.synthetic import PatternClass, make_impression, make_master
from matcher import Gallery, Template, compare, decode_image, decode_template, prepare
from matcher.comparison.params import default_params
from matcher.comparison.prints import CELL_WORDS, WORDS
from matcher.extraction.ridge import RidgeExtractor, RidgeFields
from matcher.search.codes import default_codebook
from matcher.templates.columnar import of_templates
from matcher.types import Image
from tests.places import GOLDEN

FOLDER = GOLDEN / "stages"
PRINTS = {"one": (3, 1), "again": (3, 2), "other": (4, 1)}
"""Seeds of the finger and of the impression."""

_FIELDS = 8

Numbers = list[list[int]]


def told(values: NDArray[Any], step: float) -> Numbers:
    """Return the mean of each of the fields of an array of two dimensions, in steps."""
    rows = np.array_split(np.asarray(values, np.float64), _FIELDS, axis=0)
    fields = [[float(part.mean()) for part in np.array_split(row, _FIELDS, axis=1)] for row in rows]
    return [[round(mean / step) for mean in row] for row in fields]


def drawn(name: str) -> Image:
    """Let the generator draw a print."""
    finger, impression = PRINTS[name]
    return make_impression(make_master(finger, PatternClass.WHORL), impression).image


def stored_image(name: str) -> Image:
    """Return a print as it was drawn once: what comes after it starts from the same grey levels everywhere."""
    return decode_image((FOLDER / f"{name}.png").read_bytes(), resolution_ppi=500.0)


def stored_template(name: str) -> Template:
    """Return its minutiae as they were found once."""
    return decode_template((FOLDER / f"{name}.template").read_bytes())


def extraction(stages: RidgeFields) -> dict[str, Numbers]:
    """Tell the stages of the extraction without a network."""
    on_finger = stages.mask_cells
    return {
        "normalised": told(np.abs(stages.normalised), 1e-4),
        "mask": told(stages.mask, 1e-3),
        "orientation cosine": told(stages.orientation.cosine * on_finger, 1e-4),
        "orientation sine": told(stages.orientation.sine * on_finger, 1e-4),
        "coherence": told(stages.orientation.coherence * on_finger, 1e-4),
        "period": told(stages.period * on_finger, 1e-3),
        "wave": told(stages.wave * on_finger, 1e-4),
        "enhanced": told(np.abs(stages.enhanced), 2e-4),
        "ridge lines": told(stages.ridge_lines > 0, 1e-3),
        "valley lines": told(stages.valley_lines > 0, 1e-3),
    }


def minutiae(template: Template) -> Numbers:
    """Tell minutiae, in the order of their places: x, y in eighths of a pixel, angle in 1/256 turn, kind, quality."""
    columns = of_templates([template])
    rows = np.column_stack([columns.x, columns.y, columns.angle >> 8, columns.kind, columns.quality]).astype(int)
    return sorted(rows.tolist())


def comparison() -> dict[str, Any]:
    """Tell the stages of the comparison of all pairs of stored templates."""
    prepared = {name: prepare(stored_template(name)) for name in PRINTS}
    found: dict[str, Any] = {}
    for name, one in prepared.items():
        cylinders = one.cylinders
        ones = np.bitwise_count(cylinders.words)
        set_bits, valid_cells = (
            ones[:, rows].sum(axis=1).ravel()[: len(cylinders.minutia)]
            for rows in (slice(WORDS), slice(-CELL_WORDS, None))
        )
        found[f"cylinders of {name}"] = {
            "minutia": np.asarray(cylinders.minutia).tolist(),
            "set": np.asarray(set_bits).tolist(),
            "valid": (default_params().cylinders.directions * np.asarray(valid_cells)).tolist(),
        }
    for probe, reference in product(PRINTS, PRINTS):
        result = compare(prepared[probe], prepared[reference])
        found[f"{probe} against {reference}"] = {
            "pairs": sorted(result.pairs.tolist()),
            "contributions": {name: round(value, 3) for name, value in result.contributions.items()},
            "score": round(result.score, 3),
        }
    return found


def index() -> dict[str, Any]:
    """Tell the index's codes of the stored templates, how far they are from each other, and what a search finds."""
    names = list(PRINTS)
    features = default_codebook().describe(of_templates([stored_template(name) for name in names]))
    gallery = Gallery()
    gallery.add(range(2), [stored_template(name) for name in names[1:]], names[1:], [1, 1])
    outcome = gallery.search(stored_template("one"), limit=2)
    return {
        "codes": [format(int(word), "016x") for word in features.codes.ravel()],
        "owner": features.owner.tolist(),
        "minutia": features.minutia.tolist(),
        "hits": [[hit.group, hit.entry_id, round(hit.score, 3)] for hit in outcome.hits],
    }


def products() -> Mapping[str, Any]:
    """Tell all stages, from what is stored of the stage before."""
    extractor, found = RidgeExtractor(), {}
    for name in PRINTS:
        stages = extractor.fields(stored_image(name))
        found[name] = extraction(stages) | {"minutiae": minutiae(extractor.template(stages))}
    return {"extraction": found, "comparison": comparison(), "index": index()}


def golden() -> Any:
    """Return what was told once."""
    return json.loads((FOLDER / "stages.json").read_text(encoding="utf-8"))
