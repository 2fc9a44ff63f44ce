"""Alembic's entry: it runs in the transaction that storage/schema.py gives it."""

from alembic import context

from storage import tables

context.configure(
    connection=context.config.attributes["connection"], target_metadata=tables.metadata
)
with context.begin_transaction():
    context.run_migrations()
