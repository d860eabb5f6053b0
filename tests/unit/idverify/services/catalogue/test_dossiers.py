"""Old dossiers keep the version of the procedure that they began with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.assertions.confirmation import LONGEST
from idverify.domain.catalogue.content import Origin
from idverify.domain.catalogue.drafts import Draft
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.model import Disclosure
from idverify.records.catalogue import LiveCatalogue, load_catalogue
from idverify.records.files import load_files
from idverify.services.catalogue.dossiers import ClosedDossiers
from idverify.services.catalogue.opening import Files, open_catalogue
from tests.fakes import FakeClock, sample
from tests.service_kit import AN, BIRTH, World, told
from tests.unit.idverify.services.counter.counter_kit import Counter

AGENCY = "H05.12"


class Office:
    """A counter whose catalogue changes."""

    def __init__(self, folder: Path) -> None:
        live = LiveCatalogue(lambda: day_in_viet_nam(FakeClock().now()))
        self.world, self.live, self.quality = World(folder, catalogue=live), live, 70
        open_catalogue(self.world.store, live, self.world.clock, Files(Origin.PACKAGE, load_files))
        self.world.enrol(AN)

    def change(self) -> None:
        """Have the procedure see the identity alone from now on."""
        before = load_catalogue().procedure(BIRTH)
        after = replace(before, records=before.records[:1])
        files = Files(Origin.FILES, lambda: Draft((after, *load_catalogue().record_types())))
        open_catalogue(self.world.store, self.live, self.world.clock, files)

    def verified(self, dossier: str, **context: str) -> Disclosure:
        self.quality += 1
        stated = {"procedure_code": BIRTH, "agency_code": AGENCY, "dossier_code": dossier} | context
        call = self.world.call("Verify", **stated)  # type: ignore[arg-type]
        return told(self.world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/{self.quality}")], call=call).disclosure)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_verification_goes_on_by_the_version_that_its_dossier_began_with(office: Office) -> None:
    assert office.verified("HS-1").procedure_version == 1
    office.change()
    later = office.verified("HS-1")
    assert (later.procedure_version, len(later.outcomes)) == (1, 3)
    assert office.world.claims(later.assertion.jwt)["vn_proc_version"] == 1
    for other in (office.verified("HS-2"), office.verified(""), office.verified("HS-1", agency_code="H06")):
        assert (other.procedure_version, len(other.outcomes)) == (2, 1)
    assert office.verified("HS-1").procedure_version == 1


def test_a_transaction_begins_it_and_goes_on_with_it(office: Office) -> None:
    counter = Counter(office.world)
    begun = counter.start(AN, dossier_code="HS-1")
    assert begun.procedure.version == 1
    office.change()
    assert counter.start(AN, dossier_code="HS-1").procedure.version == 1
    assert counter.start(AN, dossier_code="HS-2").procedure.version == 2
    assert office.verified("HS-1").procedure_version == 1


def test_what_comes_to_nothing_begins_nothing(office: Office) -> None:
    call = office.world.call("Verify", procedure_code=BIRTH, agency_code=AGENCY, dossier_code="HS-1")
    office.world.verify(AN, [sample("eve/RIGHT_INDEX/80")], call=call)
    office.change()
    assert office.verified("HS-1").procedure_version == 2


def test_a_dossier_that_nobody_named_for_long_is_closed(office: Office) -> None:
    office.verified("HS-1")
    office.change()
    sweep = ClosedDossiers(office.world.store, office.world.clock).sweep
    office.world.clock.advance(LONGEST.total_seconds())
    sweep()
    assert office.verified("HS-1").procedure_version == 1
    office.world.clock.advance(LONGEST.total_seconds() + 86_400)
    sweep()
    assert office.verified("HS-1").procedure_version == 2
