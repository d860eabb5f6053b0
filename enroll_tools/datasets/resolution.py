"""How many pixels of a test set make an inch: the caller, the folder's side file, the image, the layout's default."""

from __future__ import annotations

import json
import math
from pathlib import Path

import PIL.Image

from enroll_tools.datasets.sample import DatasetError
from matcher.errors import MatcherError
from matcher.formats.iso19794_4 import read_image_record
from matcher.images.limits import DEFAULT_LIMITS

SIDE_FILE = "dataset.json"


def folder_resolution(folder: Path, given: float | None) -> float | None:
    """Return what the caller says, else what ``dataset.json`` in the folder says, else None.

    Raises:
        DatasetError: the value is not a plausible resolution, or the side file is not readable.
    """
    if given is not None:
        return checked(given, "the stated resolution")
    side_file = folder / SIDE_FILE
    if not side_file.is_file():
        return None
    try:
        content = json.loads(side_file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DatasetError(f"{side_file} is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise DatasetError(f'{side_file} must hold an object such as {{"resolution_ppi": 569}}')
    value = content.get("resolution_ppi")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DatasetError(f"resolution_ppi in {side_file} must be a number")
    return checked(float(value), f"resolution_ppi in {side_file}")


def checked(value: float, name: str) -> float:
    """Return a resolution that the decoder will accept.

    Raises:
        DatasetError: it will not; ``name`` says whose statement it was.
    """
    low, high = DEFAULT_LIMITS.min_ppi, DEFAULT_LIMITS.max_ppi
    if not low <= value <= high:  # also refuses NaN
        raise DatasetError(f"{name} must be {low:g} to {high:g} ppi")
    return float(value)


def _recorded(path: Path) -> tuple[float, float] | None:
    """Return what a finger image record states (ISO/IEC 19794-4); None for any other file, and for a damaged one."""
    if path.suffix.lower() != ".fir":
        return None
    try:
        views = read_image_record(path.read_bytes()).views
    except MatcherError:
        return None
    return views[0].sampling.ppi if views else None


def believable_resolution(path: Path) -> float | None:
    """Return what the image file states, None if nothing that the decoder would believe. Reads the header only.

    A file that is no image gives None too: decoding it will say what is wrong with it.
    """
    try:
        with PIL.Image.open(path) as file:
            stated = file.info.get("dpi")
    except OSError:
        stated = _recorded(path)
    if stated is None:
        return None
    x, y = float(stated[0]), float(stated[1])
    limits = DEFAULT_LIMITS
    believed = all(limits.min_file_ppi <= value <= limits.max_file_ppi for value in (x, y))
    if not believed or not math.isclose(x, y, rel_tol=limits.square_tolerance):
        return None
    mean = (x + y) / 2
    # Formats that count pixels per metre store 500 dpi as 499.999.
    return float(round(mean)) if abs(mean - round(mean)) < 0.02 else mean
