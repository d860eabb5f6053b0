"""Bringing a database to the schema of this program."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from idverify.domain.errors import StoredDataError


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing, in the transaction at hand: all of them or none.

    Raises:
        StoredDataError: a newer version of the program migrated the database.
    """
    config = Config()
    # Percent signs are interpolated by the configuration parser.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    current = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(config)
    if current == scripts.get_current_head():
        return
    if current is not None and not _is_known(scripts, current):
        raise StoredDataError("a newer version of this program migrated the database; use that version or a newer one")
    command.upgrade(config, "head")


def _is_known(scripts: ScriptDirectory, revision: str) -> bool:
    try:
        return scripts.get_revision(revision) is not None
    except CommandError:
        return False
