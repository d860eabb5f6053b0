"""Bringing a database to the schema of this program."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from idverify.domain.errors import StoredDataError
from idverify.storage.tables import schema_oldest

_LOG = logging.getLogger(__name__)
_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = table("alembic_version", column("version_num"))


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing, in the transaction at hand: all of them or none.

    What a newer version of the program has only added to is worked on as it is: so it can be given up for this one.

    Raises:
        StoredDataError: a newer version of the program changed the database so that this one would not understand it.
    """
    current = _revision(connection)
    if current == revisions()[-1]:
        return
    if current is not None and current not in revisions():
        if _oldest(connection) <= revisions()[-1]:
            _LOG.warning("a newer version of this program added to the database", extra={"schema": current})
            return
        raise StoredDataError("a newer version of this program migrated the database; use that version or a newer one")
    _migrate(connection)


def _oldest(connection: Connection) -> str:
    """Return the revision of the oldest program that may work on the database; of one that does not say, none may."""
    if not inspect(connection).has_table(schema_oldest.name):
        return "none"
    return str(connection.execute(select(schema_oldest.c.revision)).scalar_one())


def require_current(connection: Connection) -> None:
    """Require that a database has the tables of this version of the program. Raises StoredDataError."""
    if _revision(connection) != revisions()[-1]:
        raise StoredDataError("the database is empty or of another version of this program; start the service once")


@cache
def revisions() -> tuple[str, ...]:
    """Return those that there are migrations for, first to last: by the names of the files, which Alembic reads.

    It is loaded, and they are, only where a database is not at the last: else a tenth of what a start loads was that.
    """
    return tuple(sorted(file.name[1:5] for file in (_MIGRATIONS / "versions").glob("v*.py")))


def _revision(connection: Connection) -> str | None:
    """Return at which a database is; None: it is empty."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    revision: str | None = connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()
    return revision


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - see revisions
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    # Percent signs are interpolated by the configuration parser.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
