"""A list of prints as a CSV or Parquet file: a test set, or real people with what is known of them.

Columns of every list: ``path`` (relative to the list), ``citizen_number`` or ``subject``, ``finger_position`` (name or
code of :class:`~matcher.types.FingerPosition`; empty: the file states its several fingers), ``impression`` (from 1).
May be absent: ``resolution_ppi``, ``encounter`` (name of the occasion), and those of people
(:mod:`enroll_tools.datasets.people_columns`). Any other is refused: what is not understood would be lost without a
word.
"""

from __future__ import annotations

from pathlib import Path

from enroll_tools.datasets.list_rows import list_rows
from enroll_tools.datasets.people_columns import PEOPLE_COLUMNS, PeopleColumns
from enroll_tools.datasets.resolution import checked, folder_resolution
from enroll_tools.datasets.sample import DatasetError, DatasetSample, Listing, refuse_repeated
from matcher.types import FingerPosition

MANIFEST_NAME = "manifest.csv"
_SUBJECT_COLUMNS = ("citizen_number", "subject")
_REQUIRED = ("path", "finger_position", "impression")
COLUMNS = (*_SUBJECT_COLUMNS, *_REQUIRED, "resolution_ppi", "encounter", *PEOPLE_COLUMNS)
_LONGEST_ENCOUNTER = 64
_MOST_FAULTS = 20


def load_manifest(path: Path, resolution_ppi: float | None = None) -> Listing:
    """List the impressions in the order of the file, and the people if it names them.

    Args:
        path: the CSV file (UTF-8, with or without a byte order mark) or Parquet file, or a folder holding
            ``manifest.csv``.
        resolution_ppi: of the lines that state none; without it and without ``dataset.json`` beside the list, the
            image's own statement is used when it is decoded.

    Raises:
        DatasetError: naming line and column of each fault, the first few. Values are not repeated: they may be citizen
            numbers.
    """
    file = path / MANIFEST_NAME if path.is_dir() else path
    if not file.is_file():
        raise DatasetError(f"{file} does not exist: expected a CSV file with a header line, or a Parquet file")
    stated = folder_resolution(file.parent, resolution_ppi)
    people = PeopleColumns(file.parent)
    samples: list[DatasetSample] = []
    faults: list[str] = []
    for line, row in list_rows(file, _check_header):
        try:
            sample = _sample(file, line, row, stated)
            if people.stated_in(row):
                people.read(sample.subject, row, f"{file}, line {line}")
            samples.append(sample)
        except DatasetError as error:
            faults.append(str(error))
            if len(faults) == _MOST_FAULTS:
                break
    if faults:
        raise DatasetError("\n".join(faults))
    if not samples:
        raise DatasetError(f"{file} lists no print")
    refuse_repeated(samples)
    return Listing(samples, people.complete({sample.subject: f"{file}, line {sample.line}" for sample in samples}))


def _check_header(file: Path, header: list[str]) -> None:
    subjects = [name for name in _SUBJECT_COLUMNS if name in header]
    missing = [name for name in _REQUIRED if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    named = [name for name in PEOPLE_COLUMNS if name in header]
    if len(subjects) != 1:
        raise DatasetError(f"{file}, line 1: exactly one of the columns citizen_number and subject is needed")
    if missing:
        raise DatasetError(f"{file}, line 1: column {missing[0]} is missing")
    if len(set(header)) != len(header):
        raise DatasetError(f"{file}, line 1: a column stands twice")
    if unknown:
        # Not somebody's data: a line that names the columns above is a header.
        raise DatasetError(f"{file}, line 1: column {unknown[0]!r} is none of those known: {', '.join(COLUMNS)}")
    if named and not {"citizen_number", "full_name"} <= set(header):
        raise DatasetError(f"{file}, line 1: column {named[0]} needs the columns citizen_number and full_name")


def _sample(file: Path, line: int, row: dict[str, str], stated: float | None) -> DatasetSample:
    place = f"{file}, line {line}"
    image = file.parent / row["path"]
    if not row["path"] or not image.is_file():
        raise DatasetError(f"{place}: path is not a file")
    subject = row.get("citizen_number") or row.get("subject")
    if not subject:
        raise DatasetError(f"{place}: the column of the citizen number or subject is empty")
    finger = _finger(row["finger_position"], place) if row["finger_position"] else None
    impression = _impression(row["impression"], place)
    resolution = _resolution(row.get("resolution_ppi"), stated, place)
    encounter = row.get("encounter", "")
    if len(encounter) > _LONGEST_ENCOUNTER:
        raise DatasetError(f"{place}: encounter must have at most {_LONGEST_ENCOUNTER} characters")
    known = FingerPosition.UNKNOWN if finger is None else finger
    return DatasetSample(image, subject, known, impression, resolution, encounter, line=line, several=finger is None)


def _finger(text: str, place: str) -> FingerPosition:
    name = text.upper().replace(" ", "_").replace("-", "_")
    for finger in FingerPosition:
        if name in {finger.name, str(finger.value)}:
            return finger
    raise DatasetError(f"{place}: finger_position must be 0 to 10, a name such as RIGHT_INDEX, or empty")


def _impression(text: str, place: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) < 1:
        raise DatasetError(f"{place}: impression must be a whole number from 1")
    return int(text)


def _resolution(text: str | None, stated: float | None, place: str) -> float | None:
    if not text:
        return stated
    try:
        value = float(text)
    except ValueError:
        raise DatasetError(f"{place}: resolution_ppi must be a number") from None
    return checked(value, f"{place}: resolution_ppi")
