"""Names of sets of constants: what was stored with one is still found by it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import pytest

from enroll_tools.synthetic import default_population_model
from matcher.comparison.params import comparator_id, default_params
from matcher.params import params_id
from matcher.search.codes import default_codebook
from matcher.search.lists import default_centres


class Named(NamedTuple):
    size: int
    reaches: tuple[float, ...]


@dataclass(frozen=True)
class Fielded:
    size: int
    reaches: tuple[float, ...]


@dataclass(frozen=True)
class Both:
    inner: Named | Fielded


def test_the_names_that_calibrations_and_galleries_are_bound_to_stay() -> None:
    """A change here is a change of the comparator or the index: calibrations and galleries have to be made anew."""
    assert comparator_id() == "mcc-evidence-cf299a62cc93"
    book = default_codebook()
    assert book.id == "itq256-v1-9dd489faa834"
    assert default_centres(book.id).id == "lists16384-v1-itq256-v1-9dd489faa834"
    assert default_population_model().id == "population-bd46f708930b"


def test_equal_values_have_equal_names_however_they_are_kept() -> None:
    assert params_id(Both(Named(1, (2.0,)))) == params_id(Both(Fielded(1, (2.0,))))
    assert params_id(Both(Named(1, (2.0,)))) != params_id(Both(Named(2, (2.0,))))
    assert params_id(Named(1, (2.0,))) != params_id(Fielded(1, (2.0,))), "the name of the set counts"


def test_every_constant_counts() -> None:
    params = default_params()
    changed = [
        replace(params, cylinder_quality=0.3),
        replace(params, local=params.local._replace(rounds=3)),
        replace(params, alignment=params.alignment._replace(reaches=(24.0, 18.0, 14.0))),
        replace(params, evidence=params.evidence._replace(cylinders=1.0)),
        replace(params, cylinders=replace(params.cylinders, radius=71.0)),
    ]
    names = {comparator_id(each) for each in (params, *changed)}
    assert len(names) == len(changed) + 1


@pytest.mark.parametrize("wrong", [3, {"size": 1}, (1, 2), Fielded])
def test_what_has_no_fields_has_no_name(wrong: object) -> None:
    with pytest.raises(TypeError, match="dataclass"):
        params_id(wrong)
