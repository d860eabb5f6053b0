"""The provinces that citizen numbers name, from the file that comes with the package: ``catalogue/provinces.json``."""

from __future__ import annotations

from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from idverify.domain.citizens.provinces import Province, Provinces
from idverify.records.files import CatalogueError
from idverify.trust.strict_json import parse_strict


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Province(_Strict):
    code: str = Field(pattern=r"^[0-9]{3}$")
    name: str = Field(min_length=1, max_length=100)
    until: date | None = None
    now: str = Field(default="", max_length=100)


class _File(_Strict):
    sources: list[str] = Field(min_length=1)
    provinces: list[_Province]


def load_provinces(file: Traversable | None = None) -> Provinces:
    """Load and check the provinces.

    Args:
        file: None: the one of the package.

    Raises:
        CatalogueError: the file is missing or malformed, or has a code twice, or a province that ended and is
            part of nothing.
    """
    file = resources.files("idverify") / "catalogue" / "provinces.json" if file is None else file
    try:
        read = _File.model_validate(parse_strict(file.read_text(encoding="utf-8")))
    except (ValidationError, OSError, ValueError) as error:
        raise CatalogueError(f"{file.name}: {error}") from error
    found = {p.code: Province(p.code, p.name, p.until, p.now) for p in read.provinces}
    if len(found) < len(read.provinces):
        raise CatalogueError(f"{file.name}: a code is there twice")
    if any((p.until is None) != (not p.now) for p in read.provinces):
        raise CatalogueError(f"{file.name}: until and now go together")
    return found
