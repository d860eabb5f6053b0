"""The same minutiae have one form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matcher.templates.canonical import canonical_minutiae
from matcher.types import Template

RNG = np.random.default_rng(5)


def template(n: int = 20) -> Template:
    return Template(
        x=(RNG.integers(100, 3000, n) / 8).astype(np.float32),
        y=(RNG.integers(100, 3000, n) / 8).astype(np.float32),
        angle=RNG.uniform(-3, 3, n).astype(np.float32),
        kind=RNG.integers(0, 3, n).astype(np.uint8),
        quality=RNG.uniform(0, 1, n).astype(np.float32),
        width=400,
        height=400,
        extractor="a",
    )


def test_order_place_and_wording_change_nothing() -> None:
    one = template()
    order = RNG.permutation(len(one))
    other = replace(
        one,
        x=one.x[order] + 7.5,
        y=one.y[order] - 3.25,
        angle=one.angle[order],
        kind=np.zeros_like(one.kind),
        quality=None,
        width=999,
        extractor="b",
    )
    assert canonical_minutiae(other) == canonical_minutiae(one)


@pytest.mark.parametrize("field", ["x", "y", "angle"])
def test_one_minutia_moved_is_another_form(field: str) -> None:
    one = template()
    moved = getattr(one, field).copy()
    moved[3] += 0.25
    assert canonical_minutiae(replace(one, **{field: moved})) != canonical_minutiae(one)


def test_nothing_has_no_form() -> None:
    assert canonical_minutiae(template(0)) == b""
