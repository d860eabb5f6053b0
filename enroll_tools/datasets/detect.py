"""Open a test set whatever its layout."""

from __future__ import annotations

from pathlib import Path

from enroll_tools.datasets.casia import CASIA
from enroll_tools.datasets.fvc import is_fvc_name, load_fvc
from enroll_tools.datasets.layout import Layout, names_below
from enroll_tools.datasets.manifest import MANIFEST_NAME, load_manifest
from enroll_tools.datasets.polyu import POLYU
from enroll_tools.datasets.sample import DatasetError, DatasetSample, Listing
from enroll_tools.datasets.sd4 import SD4
from enroll_tools.datasets.sd302 import SD302
from enroll_tools.datasets.socofing import is_socofing_name, load_socofing

_MANIFEST = "manifest"
_FVC = Layout("fvc", "101_1.tif", lambda names: any(map(is_fvc_name, names)), load_fvc)
_SOCOFING = Layout(
    "socofing", "1__M_Left_index_finger.BMP", lambda names: any(map(is_socofing_name, names)), load_socofing
)
_BY_NAMES = {layout.name: layout for layout in (_FVC, _SOCOFING, CASIA, POLYU, SD4, SD302)}

LAYOUTS = (*_BY_NAMES, _MANIFEST)
"""The layouts that can be named."""


def open_dataset(
    folder: Path | str, layout: str | Layout | None = None, resolution_ppi: float | None = None
) -> list[DatasetSample]:
    """List the impressions of a test set: the samples of :func:`open_listing`.

    Raises:
        DatasetError: not such a folder; the text says what was expected.
    """
    return open_listing(folder, layout, resolution_ppi).samples


def open_listing(
    folder: Path | str, layout: str | Layout | None = None, resolution_ppi: float | None = None
) -> Listing:
    """List the impressions of a test set, and who its people are where a list says so.

    Args:
        folder: a folder, or the CSV or Parquet file of a manifest.
        layout: one of ``LAYOUTS``, or one of your own; None tells it by the names of the files, a manifest before the
            others.
        resolution_ppi: pixels per inch as the caller knows it; see each layout for what happens without.

    Raises:
        DatasetError: not such a folder; the text says what was expected.
    """
    place = Path(folder)
    chosen = layout if layout is not None else _layout_of(place)
    if chosen == _MANIFEST:
        return load_manifest(place, resolution_ppi)
    if isinstance(chosen, str):
        if chosen not in _BY_NAMES:
            raise DatasetError(f"unknown layout; expected one of {', '.join(LAYOUTS)}")
        chosen = _BY_NAMES[chosen]
    return Listing(chosen.read(place, resolution_ppi))


def _layout_of(place: Path) -> str:
    if place.is_file() or (place / MANIFEST_NAME).is_file():
        return _MANIFEST
    if not place.is_dir():
        raise DatasetError(f"{place} does not exist")
    # What lies in the folder itself before what lies deeper: a folder of one layout may hold others.
    for names in ([path.name for path in place.iterdir()], names_below(place)):
        for name, layout in _BY_NAMES.items():
            if layout.detect(names):
                return name
    examples = ", ".join(f"{layout.example} ({name})" for name, layout in _BY_NAMES.items())
    raise DatasetError(f"nothing usable in {place}: expected {MANIFEST_NAME}, or files such as {examples}")
