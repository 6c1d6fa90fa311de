"""The schema's history leads to the tables as they are, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from server import migrations
from server.db import Database
from server.tables import schema


@pytest.mark.everywhere
def test_no_drift_between_migrations_and_tables(database_url: str) -> None:
    database = Database(database_url)
    try:
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, schema()) == []
        assert migrations.is_current(database)
    finally:
        database.close()


def test_a_new_database_is_not_current_and_an_upgrade_twice_is_one(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/new.db")
    try:
        assert not migrations.is_current(database)
        migrations.upgrade(database)
        migrations.upgrade(database)
        assert migrations.is_current(database)
    finally:
        database.close()
