"""What the tests of the store put into it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, text

from idverify.domain.model import (
    Advice,
    AuditEntry,
    Features,
    FingerPosition,
    PersonalData,
    Quality,
    Record,
    RequestContext,
    StoredTemplate,
)
from idverify.ports import Store
from idverify.trust.sealing import MasterKeys

KEYS = MasterKeys("k1", {"k1": b"\x11" * 32}, b"\x77" * 32)
NOW = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
NUMBER = "079203001234"
PERSON = PersonalData("Nguyễn Thị Minh Khai", "1990-11-01", "F")
TEMPLATE = b"<template bytes that must not be seen>"


def feature(position: FingerPosition = FingerPosition.RIGHT_INDEX, template: bytes = TEMPLATE) -> Features:
    quality = Quality(73, "test/1", 41, (Advice.TOO_DRY, Advice.LOW_CONTRAST), usable=True)
    return Features(position, template, quality, "leader/1")


def enrol(store: Store, number: str = NUMBER, *features: Features, person: PersonalData = PERSON) -> str:
    """Enrol a citizen with one encounter; return the subject id."""
    subject_id = str(uuid.uuid4())
    with store.transaction() as uow:
        uow.subjects.add(subject_id, number, person, NOW)
        uow.subjects.add_encounter(subject_id, str(uuid.uuid4()), NOW, features or [feature()])
    return subject_id


def entry(subject_id: str = "", action: str = "Verify", outcome: str = "MATCH") -> AuditEntry:
    context = RequestContext("req", "txn", "1.001193", "dossier", "agency", "officer", "counter")
    details: dict[str, str | int | float | bool | list[str]] = {
        "score": 43.21,
        "whole": 1.0,
        "count": 3,
        "usable": True,
        "fingers": ["RIGHT_INDEX"],
        "text": "chữ Việt",
    }
    return AuditEntry(NOW, "counter-7", action, outcome, subject_id, context, details)


def record(version: int = 1, content: str = '{"address": "12 Lê Lợi, Huế"}') -> Record:
    digest = hashlib.sha256(content.encode()).hexdigest()
    return Record("residence", "police", content, digest, version, NOW)


def templates(store: Store) -> list[StoredTemplate]:
    return list(store.all_templates())


class Intruder:
    """Somebody who reaches the database past the program."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.engine: Engine = create_engine(parsed)
        self.dialect = self.engine.dialect.name

    def run(self, statement: str, values: Mapping[str, Any] | None = None) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement), values or {})

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def drop_guards(self) -> None:
        """Take the triggers off the audit tables."""
        if self.dialect == "sqlite":
            for (name,) in self.ask("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                self.run(f"DROP TRIGGER {name}")
        else:
            self.run("DROP FUNCTION audit_refuse, audit_refuse_delete CASCADE")

    def hold_all(self) -> Any:
        """Return a connection that keeps everybody else from appending to the trail until it is closed."""
        if self.dialect == "sqlite":
            event.listen(self.engine, "connect", lambda c, _: setattr(c, "isolation_level", None))
            event.listen(self.engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
        connection = self.engine.connect()
        connection.begin()
        if self.dialect == "postgresql":
            connection.execute(text("LOCK TABLE audit_head IN ACCESS EXCLUSIVE MODE"))
        return connection

    def close(self) -> None:
        self.engine.dispose()
