"""What baselines are of: the development sets, at the resolution of their sensors, and one that needs no data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.baselines.small_sensor import NAME as SMALL_SENSOR
from benchmarks.baselines.small_sensor import write_small_sensor
from enroll_tools.datasets import DatasetSample, open_dataset


@dataclass(frozen=True, slots=True)
class BaselineSet:
    """A set of prints as a baseline knows it.

    Attributes:
        name: the last two parts of its path below the folder of data; ``SMALL_SENSOR`` is made.
        resolution_ppi: at which its images are read.
        spare_pairs: genuine pairs that may be lost before it counts: another processor rounds otherwise, and where it
            makes the prints as well, more differs.
        published: one of the six whose mean and pooled rates are published. Two of them are also read at the 500 ppi
            that are taken where nobody says otherwise: what that does must not change unseen either.
    """

    name: str
    resolution_ppi: float
    spare_pairs: int
    published: bool

    @property
    def label(self) -> str:
        """Name and resolution."""
        return f"{self.name} at {self.resolution_ppi:g} ppi"


SETS = (
    BaselineSet(SMALL_SENSOR, 500, spare_pairs=3, published=False),
    BaselineSet("fvc2002/DB1_B", 500, spare_pairs=1, published=True),
    BaselineSet("fvc2002/DB2_B", 569, spare_pairs=1, published=True),
    BaselineSet("fvc2002/DB3_B", 500, spare_pairs=1, published=True),
    BaselineSet("fvc2002/DB4_B", 500, spare_pairs=1, published=True),
    BaselineSet("fvc2004/DB2_B", 500, spare_pairs=1, published=True),
    BaselineSet("fvc2004/DB3_B", 512, spare_pairs=1, published=True),
    BaselineSet("fvc2002/DB2_B", 500, spare_pairs=1, published=False),
    BaselineSet("fvc2004/DB3_B", 500, spare_pairs=1, published=False),
)

PRINTS_TO_MAKE = 60
"""How often :func:`open_sets` calls ``progress``."""


def open_sets(
    data: Path, made: Path, progress: Callable[[], None], *, quick: bool
) -> dict[BaselineSet, list[DatasetSample]]:
    """Open the sets that are there.

    Args:
        data: folder with the development sets.
        made: folder to make the small sensor's prints in.
        progress: called after each of ``PRINTS_TO_MAKE`` prints.
        quick: leave out all that need data.

    Raises:
        DatasetError: a folder of that name holds no such set.
    """
    write_small_sensor(made, progress)
    folders = {one: made if one.name == SMALL_SENSOR else data / one.name for one in SETS}
    return {
        one: open_dataset(folder, layout="fvc", resolution_ppi=one.resolution_ppi)
        for one, folder in folders.items()
        if one.name == SMALL_SENSOR or (not quick and folder.is_dir())
    }
