"""Write a synthetic test set to disk, in the layout of the Fingerprint Verification Competitions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import PIL.Image

from enroll_tools.synthetic.prints.population import Population
from matcher.types import FingerPosition, Image

_FINGER = FingerPosition.RIGHT_INDEX


def write_fvc_folder(
    population: Population,
    folder: Path,
    fingers: int,
    impressions: int,
    progress: Callable[[], None] = lambda: None,
) -> list[Path]:
    """Write the right index fingers of the first people as ``FINGER_IMPRESSION.png``, both numbered from 1.

    Args:
        population: whose prints.
        folder: made if it is not there; files of the same names are replaced.
        fingers: number of people.
        impressions: of each finger.
        progress: called after each file.

    Returns:
        The files, by finger, then impression.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for person in range(fingers):
        for impression in range(1, impressions + 1):
            path = folder / f"{person + 1}_{impression}.png"
            write_png(population.impression(person, _FINGER, impression).image, path)
            written.append(path)
            progress()
    return written


def write_png(image: Image, path: Path) -> None:
    """Write a grey image with its resolution stated (PNG counts pixels per metre)."""
    PIL.Image.fromarray(image.pixels).save(path, format="PNG", dpi=(image.resolution_ppi, image.resolution_ppi))
