"""Facts of law from a file: the one that comes with the package, ``catalogue/law.json``, or the operator's own."""

from __future__ import annotations

from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from idverify.domain.law.facts import Certainty, Fact, FactCode, LawFacts, Unit
from idverify.records.files import CatalogueError
from idverify.trust.strict_json import parse_strict


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Fact(_Strict):
    code: FactCode
    count: int = Field(ge=1, le=2_400, strict=True)
    unit: Unit
    source: str = Field(min_length=1, max_length=300)
    certainty: Certainty
    valid_from: date
    valid_until: date | None = None


class _File(_Strict):
    sources: list[str] = Field(min_length=1)
    days_off: list[date] = []
    facts: list[_Fact]


def load_law(file: Traversable | None = None) -> LawFacts:
    """Load and check the facts.

    Args:
        file: None: the one of the package.

    Raises:
        CatalogueError: the file is missing or malformed, two facts of one code hold on one day, one ends before it
            begins, or data are kept for working days or so long that no calendar reaches back.
    """
    file = resources.files("idverify") / "catalogue" / "law.json" if file is None else file
    try:
        read = _File.model_validate(parse_strict(file.read_text(encoding="utf-8")))
    except (ValidationError, OSError, ValueError) as error:
        raise CatalogueError(f"{file.name}: {error}") from error
    facts = LawFacts(
        [Fact(f.code, f.count, f.unit, f.source, f.certainty, f.valid_from, f.valid_until) for f in read.facts],
        frozenset(read.days_off),
    )
    for fact in facts.facts:
        if fact.valid_until is not None and fact.valid_until < fact.valid_from:
            raise CatalogueError(f"{file.name}: {fact.code.value} ends before it begins")
        if fact.code.value.startswith("keep.") and fact.unit is Unit.WORKING_DAYS:
            raise CatalogueError(f"{file.name}: {fact.code.value} cannot be counted in working days")
        if fact.unit is Unit.YEARS and fact.count > _MOST_YEARS:
            raise CatalogueError(f"{file.name}: {fact.code.value} is longer than {_MOST_YEARS} years")
    if (code := facts.overlapping()) is not None:
        raise CatalogueError(f"{file.name}: two facts of {code.value} hold on one day")
    return facts


_MOST_YEARS = 200
