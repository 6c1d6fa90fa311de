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
    return _version(database) == ScriptDirectory.from_config(_config(database)).get_current_head()


def is_newer(database: Database) -> bool:
    """Whether a later program than this one made or upgraded it."""
    version = _version(database)
    known = ScriptDirectory.from_config(_config(database)).walk_revisions()
    return version is not None and version not in {step.revision for step in known}


def _version(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["engine"] = database.engine
    return config
