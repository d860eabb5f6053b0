"""Where the catalogue is read from at a start."""

from __future__ import annotations

from pathlib import Path

from idverify.domain.catalogue.content import Origin
from idverify.domain.catalogue.drafts import Draft
from idverify.domain.errors import SettingsError
from idverify.records.files import CatalogueError, load_files
from idverify.services.catalogue.opening import Files
from idverify.settings import Settings


def catalogue_files(settings: Settings) -> Files:
    """Return the operator's files, or those of the package."""
    folder = settings.catalogue_dir
    if folder is None:
        return Files(Origin.PACKAGE, load_files)
    return Files(Origin.FILES, lambda: _read(folder))


def _read(folder: Path) -> Draft:
    try:
        return load_files(folder)
    except CatalogueError as error:
        raise SettingsError(f"catalogue_dir: {error}") from None
