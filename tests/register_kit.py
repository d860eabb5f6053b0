"""A register on disk, filled, closed, and reached past the program."""

from __future__ import annotations

import contextlib
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from idverify.bootstrap import build
from idverify.domain.model import Caller, PersonalData, RequestContext, Role, SampleKind
from idverify.matching.assembly import Matching
from idverify.ports import Clock
from idverify.services.application import Application
from idverify.services.calls.call import Call, begin
from idverify.settings import Settings, load_settings
from idverify.start.instance_lock import only_instance
from tests.fakes import FakeBiometrics, FakeClock, FakeGallery, NoDeadline, sample

PERSON = PersonalData("Nguyễn Thị Thử", "1999", "F")
RESIDENCE = '{"permanent_address": {"province": "Bắc Ninh", "commune": "Kinh Bắc"}}'


class Register:
    """A data folder with the clock of its machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.options: dict[str, Any] = {}
        self.biometrics = FakeBiometrics(images=True)
        self.database = folder / "idverify.db"

    @property
    def settings(self) -> Settings:
        return load_settings(data_dir=self.folder, **self.options)

    @contextmanager
    def open(self, clock: Clock | None = None) -> Iterator[Application]:
        """Start, and stop in good order."""
        matching = Matching(self.biometrics, FakeGallery())
        with (
            only_instance(self.folder),
            closing(build(self.settings, clock=clock or self.clock, matching=matching)) as application,
        ):
            yield application

    def filled(self, people: int = 2) -> Register:
        """Enrol people with two prints and two versions of a record each."""
        with self.open() as application:
            for number in range(people):
                enrol(application, number)
        return self

    def tamper(self, *statements: str) -> None:
        """Change the database past the program, its guards taken off."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)
            for _, text in triggers:
                with contextlib.suppress(sqlite3.OperationalError):  # its table is gone
                    connection.execute(text)

    def ask(self, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(query).fetchall()

    def content(self) -> dict[str, tuple[int, bytes]]:
        """Everything in the folder, to the last byte."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return {str(path.relative_to(self.folder)): (path.stat().st_mode, path.read_bytes()) for path in files}


def call(method: str) -> Call:
    context = RequestContext(request_id=str(uuid.uuid4()))
    return begin(Caller("c", frozenset(Role), sample_kinds=frozenset(SampleKind)), context, method, b"d", NoDeadline())


def number_of(person: int) -> str:
    return f"0271990{person:05}"


def enrol(application: Application, person: int) -> None:
    """Two prints, and a record that was changed once."""
    number = number_of(person)
    prints = [sample(f"{person}/RIGHT_INDEX/80")] * 2
    application.enrolment.enrol(call("EnrolCitizen"), number, PERSON, prints, lambda _: b"answer")
    for _ in range(2):
        application.records.put(call("PutRecord"), number, "residence", RESIDENCE, None, lambda _: b"answer")
