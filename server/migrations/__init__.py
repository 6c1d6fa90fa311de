"""The schema's history; `upgrade` brings a database to the newest."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.db import Database


def upgrade(database: Database) -> None:
    """Runs what is missing, in one transaction a step."""
    command.upgrade(_config(database), "head")


def is_current(database: Database) -> bool:
    with database.engine.connect() as connection:
        version = MigrationContext.configure(connection).get_current_revision()
    return version == ScriptDirectory.from_config(_config(database)).get_current_head()


def _config(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["engine"] = database.engine
    return config
