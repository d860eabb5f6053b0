"""Agencies by their names: whoever agrees to something, or reads a paper, knows no codes."""

from __future__ import annotations

from collections.abc import Mapping

from idverify.domain.guidance.language import Text

Agencies = Mapping[str, Text]
"""Names by code."""

NOBODY: Agencies = {}
"""Everybody is called by their code."""


def agency_text(agencies: Agencies, code: str) -> Text:
    """Return the name of an agency with its code; of one that nobody named the code alone."""
    name = agencies.get(code)
    return Text(code, code) if name is None else Text(f"{name.vi} ({code})", f"{name.en} ({code})")
