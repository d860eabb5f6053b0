"""Open a test set whatever its layout."""

from __future__ import annotations

from pathlib import Path

from enroll_tools.datasets.fvc import is_fvc_name, load_fvc
from enroll_tools.datasets.manifest import MANIFEST_NAME, load_manifest
from enroll_tools.datasets.sample import DatasetError, DatasetSample, Listing
from enroll_tools.datasets.socofing import is_socofing_name, load_socofing

_MANIFEST = "manifest"
_LOADERS = {"fvc": load_fvc, "socofing": load_socofing}

LAYOUTS = (*_LOADERS, _MANIFEST)
"""The layouts that can be named."""


def open_dataset(
    folder: Path | str, layout: str | None = None, resolution_ppi: float | None = None
) -> list[DatasetSample]:
    """List the impressions of a test set: the samples of :func:`open_listing`.

    Raises:
        DatasetError: not such a folder; the text says what was expected.
    """
    return open_listing(folder, layout, resolution_ppi).samples


def open_listing(folder: Path | str, layout: str | None = None, resolution_ppi: float | None = None) -> Listing:
    """List the impressions of a test set, and who its people are where a list says so.

    Args:
        folder: a folder, or the CSV file of a manifest.
        layout: one of ``LAYOUTS``; None tells it by the names of the files, a manifest before the others.
        resolution_ppi: pixels per inch as the caller knows it; see each layout for what happens without.

    Raises:
        DatasetError: not such a folder; the text says what was expected.
    """
    place = Path(folder)
    name = layout if layout is not None else _layout_of(place)
    if name == _MANIFEST:
        return load_manifest(place, resolution_ppi)
    if name not in _LOADERS:
        raise DatasetError(f"unknown layout; expected one of {', '.join(LAYOUTS)}")
    return Listing(_LOADERS[name](place, resolution_ppi))


def _layout_of(place: Path) -> str:
    if place.is_file() or (place / MANIFEST_NAME).is_file():
        return _MANIFEST
    if not place.is_dir():
        raise DatasetError(f"{place} does not exist")
    names = [path.name for path in place.iterdir()]
    if any(map(is_fvc_name, names)):
        return "fvc"
    if any(map(is_socofing_name, names)):
        return "socofing"
    raise DatasetError(
        f"nothing usable in {place}: expected {MANIFEST_NAME}, or files such as 101_1.tif (FVC) "
        "or 1__M_Left_index_finger.BMP (SOCOFing)"
    )
