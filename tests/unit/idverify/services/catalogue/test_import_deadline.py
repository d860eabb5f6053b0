"""An import that nobody waits for any more ends where it is, in every one of its loops, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from idverify.domain.catalogue.changes import changes, merged, new_versions
from idverify.domain.catalogue.content import state_of
from idverify.domain.catalogue.drafts import Draft, FileFormat
from idverify.domain.catalogue.looking import Check
from idverify.domain.errors import DomainError, Reason
from idverify.records.exchange.formats import CatalogueFiles
from idverify.records.exchange.workbook import read_workbook
from idverify.records.files import load_files
from idverify.services.catalogue.keeping import Import
from tests.fakes import NoDeadline
from tests.service_kit import refused
from tests.unit.idverify.services.catalogue.test_catalogue_keeping import NEW, Office

FILES = CatalogueFiles()
PACKAGE = load_files().items
MANY = [replace(NEW, code=f"2.{number:06d}") for number in range(40)]
STATE = state_of([*PACKAGE, *MANY])


@dataclass
class Patience(NoDeadline):
    """A caller who waits for so many looks."""

    left: int = 1 << 30
    looks: int = 0

    def check(self) -> None:
        self.looks += 1
        if self.looks > self.left:
            raise DomainError(Reason.DEADLINE_EXCEEDED, "nobody waits")


def read(file_format: FileFormat) -> Callable[[Check], object]:
    return lambda check: FILES.read(file_format, FILES.write(file_format, MANY), check)


STEPS: dict[str, Callable[[Check], object]] = {
    "json": read(FileFormat.JSON),
    "csv": read(FileFormat.CSV),
    "xlsx": read(FileFormat.XLSX),
    "rows of a workbook": lambda check: read_workbook(FILES.write(FileFormat.XLSX, MANY), check),
    "soundness": lambda check: FILES.require_sound(STATE, Draft(tuple(MANY)), check),
    "merging": lambda check: merged(state_of(PACKAGE), MANY, complete=False, check=check),
    "withdrawing": lambda check: merged(STATE, PACKAGE, complete=True, check=check),
    "changes": lambda check: changes({}, STATE, check),
    "versions": lambda check: new_versions({}, STATE, check),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_step_looks_again_and_again_and_ends_where_it_is(step: str) -> None:
    whole = Patience()
    STEPS[step](whole.check)
    assert whole.looks >= len(MANY)
    for left in (0, 1, len(MANY) // 2, whole.looks - 1):
        patience = Patience(left)
        with refused(Reason.DEADLINE_EXCEEDED):
            STEPS[step](patience.check)
        assert patience.looks == left + 1


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.world.store.close()


@pytest.mark.parametrize("file_format", FileFormat)
def test_wherever_it_ends_nothing_is_changed(office: Office, file_format: FileFormat) -> None:
    given = Import(file_format, FILES.write(file_format, MANY))
    whole = Patience()
    office.service.try_import(office.world.call("ImportCatalogue", deadline=whole), given)
    before = office.live.procedures()
    # One more item at a time, and a few to either side of what only the import itself does.
    for left in (*range(0, whole.looks, 61), *range(whole.looks - 2, whole.looks + 20)):
        call = office.world.call("ImportCatalogue", deadline=Patience(left))
        with refused(Reason.DEADLINE_EXCEEDED):
            office.service.import_(call, given, lambda _: b"")
        assert office.live.procedures() == before
    assert office.world.trail() == []
    office.service.import_(office.world.call("ImportCatalogue", deadline=Patience()), given, lambda _: b"")
    assert len(office.live.procedures()) == len(before) + len(MANY)
