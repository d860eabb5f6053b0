"""Fields that people fill in, in their own words; by their name in the API, without the path to it."""

from __future__ import annotations

import re

from idverify.domain.guidance.language import Text, worded
from idverify.texts import has

_INDEX = re.compile(r"\[[0-9]+\]$")


def field_text(path: str) -> Text:
    """Return what people call a field, e.g. ``personal_data.birth_date``; one that nobody fills in is its path."""
    name = _INDEX.sub("", path.rpartition(".")[2])
    return worded("fields", name) if has("fields", name) else Text(path, path)
