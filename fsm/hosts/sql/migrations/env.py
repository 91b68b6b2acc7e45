"""Run by Alembic for `fsm.hosts.sql.migrate`, or by its own command with the connection in the attributes."""

from alembic import context

from fsm.hosts.sql.schema import METADATA, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
