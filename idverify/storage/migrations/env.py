"""Run by Alembic for every command: migrates over the connection it is handed, in that connection's transaction."""

from __future__ import annotations

from alembic import context

from idverify.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite too can take back a change of tables, since our engine begins its transactions itself.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
