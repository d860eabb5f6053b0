"""A register without service and gallery, its backup, and folders in which it is restored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from idverify.domain.model import AuditEntry, RequestContext
from idverify.services.calls.auditing import Details
from idverify.services.calls.read_budget import ReadBudget
from idverify.services.citizens import CitizenService, citizen_of
from idverify.settings import Settings, load_settings
from idverify.start.backup.erasing import ErasureKeeper, open_erasures
from idverify.start.backup.restoring import Plan, Restored, restore_backup
from idverify.start.backup.taking import take_backup
from idverify.start.opening import Register, open_register
from idverify.trust.backup.envelope import new_identity
from idverify.trust.backup.manifest import Manifest
from tests.contract.store_kit import PERSON
from tests.databases import Databases
from tests.fakes import FakeGallery, NoDeadline


class Now:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def quiet(name: str, done: int, whole: int) -> None:
    """Tell nobody how far it is."""
    del name, done, whole


class Kept:
    """A data folder, with the erasure list beside it; without ``databases`` the database is a file in it."""

    def __init__(self, folder: Path, name: str, databases: Databases | None = None) -> None:
        self.folder, self.name, self.databases = folder, name, databases

    @property
    def settings(self) -> Settings:
        data_dir = self.folder / self.name
        url = self.databases.url(data_dir) if self.databases else ""
        return load_settings(data_dir=data_dir, database_url=url, erasure_list=self.folder / f"{self.name}.erasures")

    @contextmanager
    def open(self) -> Iterator[tuple[Register, ErasureKeeper]]:
        """Open it as a start does."""
        self.settings.data_dir.mkdir(exist_ok=True)
        register = open_register(self.settings, Now())
        try:
            yield register, open_erasures(self.settings.erasure_file, register.keys, register.store, Now())
        finally:
            register.close()

    def people(self) -> list[str]:
        with self.open() as (register, _), register.store.reading() as view:
            assert view.audit.check().first_broken == 0
            return sorted(view.subjects.ids())


def _entry(action: str, outcome: str, subject_id: str, details: Details | None = None) -> AuditEntry:
    return AuditEntry(Now().now(), "c", action, outcome, subject_id, RequestContext(), details or {})


def enrol(register: Register, subject_id: str) -> None:
    """Enrol somebody whose identifier is one digit."""
    with register.store.transaction() as uow:
        uow.subjects.add(subject_id, f"02719900000{subject_id}", PERSON, Now().now())
        uow.audit.append(_entry("EnrolCitizen", "ENROLLED", subject_id))


def erase(register: Register, keeper: ErasureKeeper, subject_id: str) -> None:
    """Erase somebody, as the service does."""
    citizens = CitizenService(register.store, FakeGallery(), Now(), ReadBudget(Now(), 1), keeper)
    with register.store.transaction() as uow:
        citizens.erase(uow, citizen_of(uow, subject_id), partial(_entry, "DeleteCitizen", "DELETED"))


class Backup:
    """Of a register with 0, 1 and 2, of whom 0 was erased before; 1 was erased and 3 enrolled after it."""

    def __init__(self, folder: Path, databases: Databases | None = None) -> None:
        self.folder = folder
        self.file, self.key = folder / "backup.age", folder / "key"
        recipient = new_identity(self.key)
        self.old = Kept(folder, "old", databases)
        with self.old.open() as (register, keeper):
            for subject_id in "012":
                enrol(register, subject_id)
            erase(register, keeper, "0")
            self.manifest: Manifest = take_backup(self.old.settings, Now(), self.file, [recipient], quiet)
            erase(register, keeper, "1")
            enrol(register, "3")

    def plan(self, *, erasures: bool = True) -> Plan:
        listed = self.old.settings.erasure_file if erasures else None
        return Plan(self.file, self.key, erasures=listed, without_erasures=not erasures)

    def restore(self, to: Kept, plan: Plan | None = None) -> Restored:
        return restore_backup(to.settings, Now(), plan or self.plan(), NoDeadline(), quiet)
