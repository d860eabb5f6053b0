"""The tables. Migrations make them; a test holds the two together. Sealed columns end in ``_sealed``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

from idverify.storage.failures import decoding

AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"
"""A row of whatever columns; they are taken from it by name."""


class UtcText(TypeDecorator[datetime]):
    """A time as text of fixed width in UTC: the same on every database, exact to the microsecond, sorts as time."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write an aware time."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times in the store are aware")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read a time."""
        del dialect
        with decoding("time"):
            return None if value is None else datetime.fromisoformat(value)


# SQLite hands out its row number, 64 bits wide, only for a column declared INTEGER.
_BIG = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

subjects = Table(
    "subjects",
    metadata,
    Column("ordinal", _BIG, primary_key=True, autoincrement=True),
    Column("subject_id", Text, nullable=False, unique=True),
    Column("number_hash", LargeBinary, nullable=False, unique=True),
    Column("number_sealed", LargeBinary, nullable=False),
    Column("personal_sealed", LargeBinary, nullable=False),
    Column("master_key_id", Text, nullable=False),
    Column("data_key_sealed", LargeBinary, nullable=False),
    Column("created", UtcText, nullable=False),
    sqlite_autoincrement=True,  # an ordinal is never given twice, even after deletion
)

encounters = Table(
    "encounters",
    metadata,
    Column("ordinal", _BIG, primary_key=True, autoincrement=True),
    Column("encounter_id", Text, nullable=False, unique=True),
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), nullable=False, index=True),
    Column("created", UtcText, nullable=False),
    sqlite_autoincrement=True,
)

templates = Table(
    "templates",
    metadata,
    Column("template_id", _BIG, primary_key=True, autoincrement=True),
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), nullable=False, index=True),
    Column("encounter_id", Text, ForeignKey("encounters.encounter_id"), nullable=False),
    Column("place", Integer, nullable=False),  # 0, 1, ... within the encounter
    Column("position", Integer, nullable=False),
    Column("extractor", Text, nullable=False),
    Column("quality_score", Integer, nullable=False),
    Column("quality_algorithm", Text, nullable=False),
    Column("quality_minutiae", Integer, nullable=False),
    Column("quality_advice", Text, nullable=False),  # codes, separated by blanks
    Column("quality_usable", Boolean, nullable=False),
    Column("template_sealed", LargeBinary, nullable=False),
    UniqueConstraint("encounter_id", "place"),
    sqlite_autoincrement=True,
)

# Beside templates: the image that each was made of, where images are kept.
images = Table(
    "images",
    metadata,
    Column("encounter_id", Text, ForeignKey("encounters.encounter_id"), primary_key=True),
    Column("place", Integer, primary_key=True),  # as of the template
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), nullable=False, index=True),
    Column("image_sealed", LargeBinary, nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), primary_key=True),
    Column("record_type", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("owning_agency", Text, nullable=False),
    Column("updated", UtcText, nullable=False),
    Column("content_sealed", LargeBinary, nullable=False),
)

citizen_changes = Table(
    "citizen_changes",
    metadata,
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), primary_key=True),
    Column("version", Integer, primary_key=True),  # from 2; how they were enrolled stands in subjects
    Column("content_sealed", LargeBinary, nullable=False),
)

former_numbers = Table(
    "former_numbers",
    metadata,
    Column("number_hash", LargeBinary, primary_key=True),
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), nullable=False, index=True),
    Column("number_sealed", LargeBinary, nullable=False),
)

virtual_numbers = Table(
    "virtual_numbers",
    metadata,
    Column("number_hash", LargeBinary, primary_key=True),
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("content_sealed", LargeBinary, nullable=False),
)

citizen_pins = Table(
    "citizen_pins",
    metadata,
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("pin_sealed", LargeBinary, nullable=False),
)

# What a foreign programme gave of an encounter besides its fingers.
reference_encounters = Table(
    "reference_encounters",
    metadata,
    Column("encounter_id", Text, ForeignKey("encounters.encounter_id"), primary_key=True),
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("body_sealed", LargeBinary, nullable=False),
)

# In which galleries it is searched: by keyed hashes of their names, and of that of all.
reference_galleries = Table(
    "reference_galleries",
    metadata,
    Column("gallery_hash", LargeBinary, primary_key=True),
    Column("encounter_id", Text, ForeignKey("encounters.encounter_id"), primary_key=True),
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), nullable=False, index=True),
    Column("searched", Integer, nullable=False),  # 1, or 0: it is in the gallery and not active
)

# No foreign key: that a request was answered outlives the citizen it was about.
replies = Table(
    "replies",
    metadata,
    Column("caller", Text, primary_key=True),
    Column("request_id", Text, primary_key=True),
    Column("method", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("subject_id", Text, nullable=True, index=True),
    Column("body_id", _BIG, nullable=True),
)

# In the order in which they were given, and go: those of an event of the trail and of all before it.
reply_bodies = Table(
    "reply_bodies",
    metadata,
    Column("body_id", _BIG, primary_key=True, autoincrement=True),
    Column("event", _BIG, nullable=False),
    Column("body_sealed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,  # a number is never given twice: whose body is gone is not given another's
)

operations = Table(
    "operations",
    metadata,
    Column("ordinal", _BIG, primary_key=True, autoincrement=True),
    Column("operation_id", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("created", UtcText, nullable=False),
    Column("updated", UtcText, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("result_sealed", LargeBinary, nullable=True),
    Column("kind", Text, nullable=True),  # none: a search for duplicates, from when there was nothing else
    Column("owner", Text, nullable=True),  # name of the server that works on it; none: one that works alone
    Column("cancel_asked", Boolean, nullable=True),
    Column("reached_sealed", LargeBinary, nullable=True),  # how far a search came; none once it has succeeded
    sqlite_autoincrement=True,
)

# No foreign key: a client is no row.
attempts = Table(
    "attempts",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("client", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True, index=True),
    Column("failures", Float, nullable=False),
    Column("updated", UtcText, nullable=False),
    Column("closed_until", UtcText, nullable=True),
    Column("locked", Boolean, nullable=False),
)

seen_samples = Table(
    "seen_samples",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("seen", UtcText, nullable=False, index=True),
)

clients = Table(
    "clients",
    metadata,
    Column("ordinal", _BIG, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("entry_sealed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

disclosures = Table(
    "disclosures",
    metadata,
    Column("month", Text, primary_key=True),  # YYYY-MM
    Column("procedure_code", Text, primary_key=True),
    Column("agency_code", Text, primary_key=True),
    Column("record_type", Text, primary_key=True),
    Column("disclosed", BigInteger, nullable=False),
    Column("papers_saved", BigInteger, nullable=False),
)

# The whole entry is sealed to its id and version.
devices = Table(
    "devices",
    metadata,
    Column("ordinal", _BIG, primary_key=True, autoincrement=True),
    Column("device_id", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("entry_sealed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

recent_probes = Table(
    "recent_probes",
    metadata,
    Column("ordinal", _BIG, primary_key=True, autoincrement=True),
    Column("probe_id", Text, nullable=False),
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), nullable=False, index=True),
    Column("template_sealed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# A row is written once; the day says when it may go.
dossiers = Table(
    "dossiers",
    metadata,
    Column("agency", Text, primary_key=True),
    Column("procedure_code", Text, primary_key=True),
    Column("dossier_code", Text, primary_key=True),
    Column("last_day", Text, nullable=False, index=True),
    Column("version_sealed", LargeBinary, nullable=False),
)

# Sealed under the citizen's key once it is known whom it is about, before under the service's.
transactions = Table(
    "transactions",
    metadata,
    Column("transaction_id", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), nullable=True, index=True),
    Column("expires", UtcText, nullable=False, index=True),
    Column("open", Boolean, nullable=False),
    Column("body_sealed", LargeBinary, nullable=False),
)

# Found by keyed digests of what names them: who has the database alone learns neither number nor request.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("sign_in_id", Text, primary_key=True),
    Column("request_digest", LargeBinary, nullable=False, unique=True),
    Column("number_digest", LargeBinary, nullable=False, index=True),
    Column("client", Text, nullable=False),
    Column("expires", UtcText, nullable=False, index=True),
    Column("body_sealed", LargeBinary, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("ordinal", _BIG, primary_key=True, autoincrement=True),
    Column("consent_id", Text, nullable=False, unique=True),
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),  # 1: given, 2: withdrawn
    Column("body_sealed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# That citizens stood before two officers, by their word alone.
presences = Table(
    "presences",
    metadata,
    Column("ordinal", _BIG, primary_key=True, autoincrement=True),
    Column("presence_id", Text, nullable=False, unique=True),
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), nullable=False, index=True),
    Column("body_sealed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# No foreign key: that a slip was used outlives the citizen it was about.
slips = Table(
    "slips",
    metadata,
    Column("serial", Text, primary_key=True),
    Column("agency_code", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body_sealed", LargeBinary, nullable=False),
)

# No foreign key: that a citizen asked to be erased outlives them.
subject_requests = Table(
    "subject_requests",
    metadata,
    Column("ordinal", _BIG, primary_key=True, autoincrement=True),
    Column("subject_request_id", Text, nullable=False, unique=True),
    Column("subject_id", Text, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("body_sealed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# No foreign key: who is held cannot be erased, and a hold that was released outlives them.
legal_holds = Table(
    "legal_holds",
    metadata,
    Column("ordinal", _BIG, primary_key=True, autoincrement=True),
    Column("hold_id", Text, nullable=False, unique=True),
    Column("subject_id", Text, nullable=False, index=True),
    Column("version", Integer, nullable=False),  # 1: it holds, 2: released
    Column("body_sealed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# Numbers only, of nobody but the officers.
presence_counts = Table(
    "presence_counts",
    metadata,
    Column("day", Text, primary_key=True),  # YYYY-MM-DD in Viet Nam
    Column("procedure_code", Text, primary_key=True),
    Column("agency_code", Text, primary_key=True),
    Column("officer_id", Text, primary_key=True),
    Column("second_officer_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("times", Integer, nullable=False),
)

# Every version of every procedure and record type, and the revisions of the catalogue that brought them.
catalogue = Table(
    "catalogue",
    metadata,
    Column("ordinal", _BIG, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),  # procedure, record_type, revision
    Column("code", Text, nullable=False),  # empty for a revision
    Column("version", Integer, nullable=False),
    Column("content_sealed", LargeBinary, nullable=False),
    UniqueConstraint("kind", "code", "version"),
    sqlite_autoincrement=True,
)

# What owners of records allow to be kept; none of it is missed if it is lost.
owned_records = Table(
    "owned_records",
    metadata,
    Column("subject_id", Text, ForeignKey("subjects.subject_id"), primary_key=True),
    Column("record_type", Text, primary_key=True),
    Column("keep_until", UtcText, nullable=False, index=True),
    Column("body_sealed", LargeBinary, nullable=False),
)

reads = Table(
    "reads",
    metadata,
    Column("client", Text, primary_key=True),
    Column("day", Text, nullable=False),
    Column("people", Integer, nullable=False),
)

held_acts = Table(
    "held_acts",
    metadata,
    Column("ordinal", _BIG, primary_key=True, autoincrement=True),
    Column("act_id", Text, nullable=False, unique=True),
    Column("caller", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("expires", UtcText, nullable=False, index=True),
    Column("closed", Boolean, nullable=False),
    Column("act_sealed", LargeBinary, nullable=False),
    Index(None, "caller", "key"),
    sqlite_autoincrement=True,
)

# Requests that are answered later. No foreign key: a client is no row.
tasks = Table(
    "tasks",
    metadata,
    Column("ordinal", _BIG, primary_key=True, autoincrement=True),
    Column("task_id", Text, nullable=False, unique=True),
    Column("caller", Text, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("due", UtcText, nullable=True),
    Column("updated", UtcText, nullable=False),
    Column("task_sealed", LargeBinary, nullable=False),
    Index(None, "state", "due"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("sequence", _BIG, primary_key=True, autoincrement=False),
    Column("time", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Index(None, "subject_id", "sequence"),
)

# No foreign key: what was confirmed, and is revoked, outlives the citizen it was about.
confirmations = Table(
    "confirmations",
    metadata,
    Column("ordinal", _BIG, primary_key=True, autoincrement=True),
    Column("confirmation_id", Text, nullable=False, unique=True),
    Column("subject_id", Text, nullable=False, index=True),
    Column("client", Text, nullable=False),
    Column("consent_ref", Text, nullable=False, index=True),
    Column("expires", UtcText, nullable=False),
    Column("version", Integer, nullable=False),  # 1: holds, 2: revoked
    sqlite_autoincrement=True,  # an ordinal is never given twice: it is a bit of a status list
)

# One row: the end of the chain, locked by whoever appends, and signed so that cutting the chain off shows; and what the
# service knows then of the other tables. Without it: from a version that knew nothing.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", _BIG, nullable=False),
    Column("hash", Text, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Column("state_sealed", LargeBinary, nullable=True),
)

# Level 0: the entries of the log, one an event; above: roots of full tiles. Entries outlive their events.
log_hashes = Table(
    "log_hashes",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("position", _BIG, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# What each row of the counted tables held when it was written, and the last event of the transaction that wrote it; 0:
# it was there before rows were marked.
row_marks = Table(
    "row_marks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("row", Text, primary_key=True),
    Column("event", _BIG, nullable=False, index=True),
    Column("mark", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# One row, or none: the last event that was written to an archive and taken out, signed as the end is.
audit_floor = Table(
    "audit_floor",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", _BIG, nullable=False),
    Column("hash", Text, nullable=False),
    Column("mac", LargeBinary, nullable=False),
)

# One row: the migration of the oldest program that may work on this database. What only adds leaves it as it is.
schema_oldest = Table(
    "schema_oldest",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Text, nullable=False),
)

# Which rows of what transaction servers have to look at that work on the database together; see
# idverify.storage.following.feed.
feed = Table(
    "feed",
    metadata,
    Column("position", _BIG, primary_key=True, autoincrement=False),
    Column("touched", Text, nullable=False),  # JSON: [[table, place...], ...]
)
