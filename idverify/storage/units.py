"""What a transaction gives: one type that writes, and one that cannot."""

from __future__ import annotations

from sqlalchemy import Connection

from idverify.storage.audit_trail import AuditView, SqlAudit
from idverify.storage.records import RecordsView, SqlRecords
from idverify.storage.replies import RepliesView, SqlReplies
from idverify.storage.subjects import SqlSubjects, SubjectsView
from idverify.storage.vault import Vault


class ReadOnlyUnit:
    """One consistent view; its parts refuse to write, and so does the connection beneath them."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self.subjects = SubjectsView(connection, vault)
        self.records = RecordsView(connection, vault)
        self.audit = AuditView(connection, vault)
        self.replies = RepliesView(connection, vault)


class WritingUnit:
    """One write transaction."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self.subjects = SqlSubjects(connection, vault)
        self.records = SqlRecords(connection, vault)
        self.audit = SqlAudit(connection, vault)
        self.replies = SqlReplies(connection, vault)
