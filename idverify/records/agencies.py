"""The names of agencies, from the operator's file."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from idverify.domain.client_rules import LONGEST_AGENCY
from idverify.domain.guidance.agencies import Agencies
from idverify.domain.guidance.language import Text
from idverify.records.files import CatalogueError
from idverify.trust.strict_json import parse_strict

_LONGEST = 100
"""Characters: what a slip has room for in one line."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Agency(_Strict):
    code: str = Field(min_length=1, max_length=LONGEST_AGENCY)
    name: str = Field(min_length=1, max_length=_LONGEST)
    name_en: str = Field(default="", max_length=_LONGEST)


class _File(_Strict):
    agencies: list[_Agency]


def load_agencies(path: Path | None) -> Agencies:
    """Load and check the names; one without English is called in Vietnamese there too.

    Args:
        path: None: nobody is named.

    Raises:
        CatalogueError: the file is missing or malformed, or has a code twice.
    """
    if path is None:
        return {}
    try:
        read = _File.model_validate(parse_strict(path.read_text(encoding="utf-8")))
    except (ValidationError, OSError, ValueError) as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    found = {agency.code: Text(agency.name, agency.name_en or agency.name) for agency in read.agencies}
    if len(found) < len(read.agencies):
        raise CatalogueError(f"{path.name}: a code is there twice")
    return found
