"""What agencies are called."""

from __future__ import annotations

from idverify.domain.errors import SettingsError
from idverify.domain.guidance.agencies import Agencies
from idverify.records.agencies import load_agencies
from idverify.records.files import CatalogueError
from idverify.settings import Settings


def agencies_of(settings: Settings) -> Agencies:
    """Return the operator's names of agencies. Raises SettingsError."""
    try:
        return load_agencies(settings.agencies_file)
    except CatalogueError as error:
        raise SettingsError(f"agencies_file: {error}") from None
