"""Importing the catalogue: all of it or nothing, audited, effective with the next call, and every version kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from idverify.domain.catalogue.changes import lines
from idverify.domain.catalogue.content import Item, Kind, Origin
from idverify.domain.catalogue.drafts import FileFormat
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Approval, Decision, FingerPosition, Procedure, RecordAccess
from idverify.records.catalogue import LiveCatalogue, load_catalogue
from idverify.records.exchange.formats import CatalogueFiles
from idverify.records.files import load_files
from idverify.services.catalogue.keeping import CatalogueService, Import, Imported
from idverify.services.catalogue.opening import Files, open_catalogue
from idverify.storage.units import WritingUnit
from tests.fakes import FakeClock, sample
from tests.service_kit import AN, BIRTH, RESIDENCE, Answers, World, prints_of, refused, told
from tests.unit.idverify.services.counter.counter_kit import Counter

FILES = CatalogueFiles()
NEW = replace(load_catalogue().procedure(BIRTH), code="2.000009", title="Thủ tục mới")


class Office:
    """A register with the package's catalogue, and an administrator."""

    def __init__(self, folder: Path) -> None:
        clock = FakeClock()
        self.live = LiveCatalogue(lambda: day_in_viet_nam(clock.now()))
        self.world = World(folder, catalogue=self.live)
        open_catalogue(self.world.store, self.live, self.world.clock, Files(Origin.PACKAGE, load_files))
        self.service = CatalogueService(self.world.store, self.live, FILES, self.world.clock)

    def given(self, *items: Item, complete: bool = False, expected: int | None = None) -> Import:
        return Import(FileFormat.JSON, FILES.write(FileFormat.JSON, items), complete, expected)

    def import_(self, given: Import, request_id: str | None = None) -> Imported:
        answers = Answers()
        call = self.world.call("ImportCatalogue", str(hash(given)), request_id=request_id, caller="chief")
        self.service.import_(call, given, answers)
        imported: Imported = answers.given[-1]
        return imported


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.world.store.close()


def changed(code: str = BIRTH, **fields: object) -> Procedure:
    return replace(load_catalogue().procedure(code), **fields)  # type: ignore[arg-type]


def test_what_is_imported_counts_with_the_next_call(office: Office) -> None:
    imported = office.import_(office.given(NEW, changed(title="Đăng ký khai sinh lưu động")))
    assert imported.revision == 2
    assert [(c.key.code, c.before is None, lines(c)) for c in imported.changes] == [
        (BIRTH, False, ['title: "Đăng ký khai sinh" -> "Đăng ký khai sinh lưu động"']),
        (NEW.code, True, []),
    ]
    assert office.live.procedure(NEW.code) == NEW
    assert office.live.procedure(BIRTH).version == 2
    assert office.live.procedure(BIRTH, 1) == changed()
    (event,) = office.world.trail()
    assert (event.entry.caller, event.entry.action, event.entry.outcome) == ("chief", "ImportCatalogue", "IMPORTED")
    details = event.entry.details
    assert [details[name] for name in ("revision", "origin", "added", "changed", "withdrawn")] == [2, "import", 1, 1, 0]


def test_it_is_there_after_a_start(office: Office) -> None:
    office.import_(office.given(NEW))
    again = LiveCatalogue(lambda: day_in_viet_nam(office.world.clock.now()))
    open_catalogue(office.world.store, again, office.world.clock, Files(Origin.PACKAGE, load_files))
    assert again.procedures() == office.live.procedures()


def test_a_dry_run_says_the_same_and_changes_nothing(office: Office) -> None:
    given = office.given(NEW, changed(target_fmr=1e-6), complete=True)
    before = office.live.procedures()
    foreseen = office.service.try_import(office.world.call("ImportCatalogue"), given)
    assert office.live.procedures() == before
    assert office.world.trail() == []
    assert foreseen.revision == 1
    imported = office.import_(given)
    assert imported.changes == foreseen.changes
    assert len(imported.changes) == len(before) + 1
    assert [p.code for p in office.live.procedures()] == [BIRTH, NEW.code]


def test_what_two_people_decided_on_is_a_change_of_the_catalogue_that_there_was(office: Office) -> None:
    clock, approve = office.world.clock, partial(Approval, "act-1", "deputy", None)
    asked = clock.now()
    clock.advance(60)
    office.import_(office.given(changed(title="Một")))
    call = office.world.call("ImportCatalogue", caller="chief")
    with refused(Reason.ACT_STALE):
        office.service.import_(replace(call, approval=approve(asked)), office.given(NEW), Answers())
    assert not office.live.knows(NEW.code)
    clock.advance(60)
    office.service.import_(replace(call, approval=approve(clock.now())), office.given(NEW), Answers())
    assert office.live.knows(NEW.code)
    assert office.world.trail()[-1].entry.details["approved_by"] == "deputy"


def test_the_same_again_is_no_revision(office: Office) -> None:
    assert office.import_(office.given(*load_files().items, complete=True)) == Imported(1, ())
    assert office.world.trail() == []


def test_a_bad_one_changes_nothing(office: Office) -> None:
    tax = RecordAccess("tax", ("a",), required=True, replaced_paper="Giấy")
    before = office.world.state(), office.live.procedures()
    with refused(Reason.CATALOGUE_INVALID) as caught:
        office.import_(office.given(NEW, changed(records=(tax,))))
    assert caught.value.metadata["path"] == "procedures[1].records[0].record_type"
    assert (office.world.state(), office.live.procedures()) == before
    assert not office.live.knows(NEW.code)


@pytest.mark.slow
def test_a_province_s_two_thousand_procedures_are_one_import_all_or_nothing(office: Office) -> None:
    procedures = [replace(NEW, code=f"3.{number:06}", title=f"Thủ tục {number}") for number in range(2000)]
    table = FILES.write(FileFormat.CSV, procedures)
    lines_of = table.split(b"\r\n")
    place = next(at for at, line in enumerate(lines_of) if line.startswith(b"3.001999,"))
    wrong = [*lines_of[:place], lines_of[place].replace(b"0.0001", b"7"), *lines_of[place + 1 :]]
    with refused(Reason.CATALOGUE_INVALID) as caught:
        office.import_(Import(FileFormat.CSV, b"\r\n".join(wrong)))
    told = {name: caught.value.metadata[name] for name in ("rule", "line", "column")}
    assert told == {"rule": "OUT_OF_RANGE", "line": f"{place + 1}", "column": "target_fmr"}
    assert not office.live.knows("3.000000")
    imported = office.import_(Import(FileFormat.CSV, table))
    assert (imported.revision, len(imported.changes)) == (2, 2000)
    assert office.live.procedure("3.001999").title == "Thủ tục 1999"


def test_a_whole_catalogue_has_procedures(office: Office) -> None:
    with refused(Reason.FIELD_INVALID) as caught:
        office.import_(office.given(*load_catalogue().record_types(), complete=True))
    assert caught.value.metadata == {"field": "complete"}


def test_the_revision_that_is_expected(office: Office) -> None:
    office.import_(office.given(NEW, expected=1))
    with refused(Reason.VERSION_MISMATCH) as caught:
        office.import_(office.given(changed(title="x"), expected=1))
    assert caught.value.metadata == {"current_version": "2"}


def test_a_repeated_request_imports_once(office: Office) -> None:
    request_id = "6f1f6f0e-0000-4000-8000-000000000001"
    given = office.given(NEW)
    first = office.import_(given, request_id)
    call = office.world.call("ImportCatalogue", str(hash(given)), request_id=request_id, caller="chief")
    answers = Answers()
    assert office.service.import_(call, given, answers) == repr(first).encode()
    assert answers.given == []
    assert len(office.service.history(call)) == 2


def test_history_and_difference(office: Office) -> None:
    call = office.world.call("ListCatalogueRevisions")
    office.import_(office.given(NEW))
    office.world.clock.advance(60)
    office.import_(office.given(replace(NEW, retention="P10Y")))
    newest, second, first = office.service.history(call)
    assert [r.number for r in (first, second, newest)] == [1, 2, 3]
    assert (newest.author, newest.time, newest.changed) == ("chief", office.world.clock.now(), 1)
    assert [(c.key.code, lines(c)) for c in office.service.difference(call, 2, 3)] == [
        (NEW.code, ['retention: nothing -> "P10Y"'])
    ]
    assert [c.before for c in office.service.difference(call, 1, None)] == [None]
    assert len(office.service.difference(call, 0, 1)) == first.added
    for before, after in ((4, None), (1, 4)):
        with refused(Reason.FIELD_INVALID):
            office.service.difference(call, before, after)
    assert [p.version for p in office.service.versions(call, NEW.code)] == [2, 1]
    with refused(Reason.PROCEDURE_NOT_FOUND):
        office.service.versions(call, "9.999999")


@pytest.mark.parametrize("file_format", FileFormat)
def test_what_is_exported_can_be_imported_and_changes_nothing(office: Office, file_format: FileFormat) -> None:
    call = office.world.call("ExportCatalogue")
    office.import_(office.given(NEW))
    data = office.service.export(call, file_format, None, None)
    again = office.service.try_import(call, Import(file_format, data, complete=True))
    assert again == Imported(2, ())


def test_an_export_is_of_one_revision_without_what_was_withdrawn(office: Office) -> None:
    call = office.world.call("ExportCatalogue")
    office.import_(office.given(NEW, complete=True))
    whole = json.loads(office.service.export(call, FileFormat.JSON, None, None))
    assert [p["code"] for p in whole["procedures"]] == [NEW.code]
    former = json.loads(office.service.export(call, FileFormat.JSON, 1, Kind.PROCEDURE))
    assert [p["code"] for p in former["procedures"]] == [p.code for p in load_catalogue().procedures()]
    assert former["record_types"] == []


def test_an_older_content_does_not_come_back(office: Office) -> None:
    with office.world.store.reading() as view:
        older = view.catalogue.content()
    office.import_(office.given(NEW))
    office.live.hold(older)
    assert office.live.knows(NEW.code)


def test_a_transaction_keeps_the_version_that_it_began_with(office: Office) -> None:
    world = office.world
    world.enrol(AN, prints_of(AN, FingerPosition.RIGHT_INDEX))
    world.put(AN, "residence", RESIDENCE)
    counter = Counter(world)
    counter.start(AN)
    narrow = tuple(replace(a, fields=("temporary_address",)) for a in changed().records if a.record_type == "residence")
    office.import_(office.given(changed(records=narrow, target_fmr=1e-6)))
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    counter.agree()
    verified = counter.authenticate().verified
    assert verified.decision is Decision.MATCH
    disclosure = told(verified.disclosure)
    assert disclosure.procedure_version == 1
    assert "permanent_address" in next(r.json for r in disclosure.records if r.record_type == "residence")
    anew = world.verify(
        AN, [sample(f"{AN}/RIGHT_INDEX/81")], call=world.call("Verify", procedure_code=BIRTH, dossier_code="later")
    )
    (record,) = told(anew.disclosure).records
    assert (told(anew.disclosure).procedure_version, record.json) == (2, "{}")


def test_a_transaction_begun_again_is_the_first_though_its_procedure_is_withdrawn(office: Office) -> None:
    counter, answers = Counter(office.world), Answers()
    call = counter.call("StartTransaction", procedure_code=BIRTH)
    first = office.world.transactions.start(call, "", answers)
    office.import_(office.given(NEW, complete=True))
    assert office.world.transactions.start(call, "", answers) == first


def test_a_transaction_goes_on_though_its_procedure_is_withdrawn(office: Office) -> None:
    office.world.enrol(AN, prints_of(AN, FingerPosition.RIGHT_INDEX))
    counter = Counter(office.world)
    counter.start(AN)
    office.import_(office.given(NEW, complete=True))
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    counter.agree()
    assert counter.authenticate().verified.decision is Decision.MATCH
    with pytest.raises(DomainError, match="PROCEDURE_NOT_FOUND"):
        counter.start(AN)


def test_an_import_is_committed_with_nobody(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever is committed together with it would wait for two thousand procedures.
    asked: list[bool] = []
    transaction = office.world.store.transaction

    def watched(*, alone: bool = False) -> AbstractContextManager[WritingUnit]:
        asked.append(alone)
        return transaction(alone=alone)

    monkeypatch.setattr(office.world.store, "transaction", watched)
    office.import_(office.given(NEW))
    assert asked[0]
