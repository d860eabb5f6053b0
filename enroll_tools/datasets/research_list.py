"""A researcher's list of prints: one a line, columns by whatever names, more of them than are needed.

Needed are ``path`` and ``subject``; ``finger``, ``impression``, ``ppi``, ``sex``, ``device`` and ``encounter`` may be
there. Unlike :mod:`enroll_tools.datasets.manifest`, which takes in real people, it passes over what it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from enroll_tools.datasets.layout import number_impressions
from enroll_tools.datasets.resolution import checked, folder_resolution
from enroll_tools.datasets.sample import DatasetError, DatasetSample, refuse_repeated
from enroll_tools.datasets.table import Table, columns_by_meaning, read_table
from matcher.types import FingerPosition

COLUMNS: dict[str, tuple[str, ...]] = {
    "path": ("file", "filename", "file_name", "image", "image_path", "filepath", "file_path"),
    "subject": ("subject_id", "subjectid", "person", "person_id", "citizen_number", "user", "user_id", "id"),
    "finger": ("finger_position", "frgp", "fgp", "finger_id", "position"),
    "impression": ("sample", "capture", "impression_number", "attempt", "instance"),
    "ppi": ("resolution_ppi", "resolution", "dpi"),
    "sex": ("gender",),
    "device": ("sensor", "scanner", "device_id"),
    "encounter": ("session", "visit"),
}
"""What columns mean, and by which other names they are known without being told."""

_SEXES = {"male": "M", "female": "F", "man": "M", "woman": "F"}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the list, and where each meaning stands in it."""

    table: Table
    number: int
    values: list[str]
    places: Mapping[str, int]

    def __getitem__(self, meaning: str) -> str:
        return self.values[self.places[meaning]] if meaning in self.places else ""

    def fault(self, text: str) -> DatasetError:
        """Return an error that names the line."""
        return DatasetError(f"{self.table.file}, line {self.number}: {text}")


def load_list(
    file: Path, columns: Mapping[str, str] | None = None, resolution_ppi: float | None = None
) -> list[DatasetSample]:
    """List the impressions in the order of the file.

    A finger is a code from 0 to 10, a name such as ``RIGHT_INDEX``, or any other word, which tells it from the
    subject's other fingers. Without a column of impressions, lines of one finger are numbered in their order.

    Args:
        file: CSV, paths relative to it.
        columns: name of a column by its meaning, where :data:`COLUMNS` does not know it.
        resolution_ppi: of the lines that state none, pixels per inch; without it ``dataset.json`` beside the list, else
            the image's own statement.

    Raises:
        DatasetError: naming line or column.
    """
    table = read_table(file)
    places = columns_by_meaning(table, COLUMNS, columns or {})
    for meaning in ("path", "subject"):
        if meaning not in places:
            raise DatasetError(
                f"{file}: which column is the {meaning}? There are {', '.join(table.header)}; say {meaning}=COLUMN"
            )
    stated = folder_resolution(file.parent, resolution_ppi)
    samples = number_impressions([_sample(_Line(table, number, row, places), stated) for number, row in table.rows])
    if not samples:
        raise DatasetError(f"{file} lists no print")
    refuse_repeated(samples)
    return samples


def _sample(line: _Line, stated: float | None) -> DatasetSample:
    path = line.table.file.parent / line["path"]
    if not line["path"] or not path.is_file():
        raise line.fault("the path is not a file")
    if not line["subject"]:
        raise line.fault("the subject is empty")
    finger, label = _finger(line["finger"])
    sex = _SEXES.get(line["sex"].casefold(), line["sex"].upper())
    return DatasetSample(
        path,
        f"{line['subject']}/{label}" if label else line["subject"],
        finger,
        _impression(line),
        _ppi(line, stated),
        encounter=line["encounter"],
        sex=sex,
        device=line["device"],
        line=line.number,
    )


def _finger(text: str) -> tuple[FingerPosition, str]:
    """Return the position, or UNKNOWN and the word that the list has for it."""
    name = text.upper().replace(" ", "_").replace("-", "_")
    if name in FingerPosition.__members__:
        return FingerPosition[name], ""
    if name.isascii() and name.isdigit() and int(name) in set(FingerPosition):
        return FingerPosition(int(name)), ""
    return FingerPosition.UNKNOWN, text


def _impression(line: _Line) -> int:
    """Return its number; 0 where none is stated, or a word is: lines are then numbered in their order."""
    text = line["impression"]
    return int(text) + 1 if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _ppi(line: _Line, stated: float | None) -> float | None:
    if not line["ppi"]:
        return stated
    try:
        value = float(line["ppi"])
    except ValueError:
        raise line.fault("the ppi must be a number") from None
    return checked(value, f"{line.table.file}, line {line.number}: ppi")
