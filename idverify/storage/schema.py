"""Bringing a database to the schema of this program."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect, select

from idverify.domain.errors import StoredDataError
from idverify.storage.tables import schema_oldest

_LOG = logging.getLogger(__name__)


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing, in the transaction at hand: all of them or none.

    What a newer version of the program has only added to is worked on as it is: so it can be given up for this one.

    Raises:
        StoredDataError: a newer version of the program changed the database so that this one would not understand it.
    """
    current = MigrationContext.configure(connection).get_current_revision()
    scripts = _scripts()
    if current == scripts.get_current_head():
        return
    if current is not None and not _is_known(scripts, current):
        if _oldest(connection) <= (scripts.get_current_head() or ""):
            _LOG.warning("a newer version of this program added to the database", extra={"schema": current})
            return
        raise StoredDataError("a newer version of this program migrated the database; use that version or a newer one")
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _oldest(connection: Connection) -> str:
    """Return the revision of the oldest program that may work on the database; of one that does not say, none may."""
    if not inspect(connection).has_table(schema_oldest.name):
        return "none"
    return str(connection.execute(select(schema_oldest.c.revision)).scalar_one())


def require_current(connection: Connection) -> None:
    """Require that a database has the tables of this version of the program. Raises StoredDataError."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current != _scripts().get_current_head():
        raise StoredDataError("the database is empty or of another version of this program; start the service once")


def _config() -> Config:
    config = Config()
    # Percent signs are interpolated by the configuration parser.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


@cache
def _scripts() -> ScriptDirectory:
    """Return the migrations, read once a process: some dozens of files of the program."""
    return ScriptDirectory.from_config(_config())


def _is_known(scripts: ScriptDirectory, revision: str) -> bool:
    try:
        return scripts.get_revision(revision) is not None
    except CommandError:
        return False
