"""SQLite's write-ahead log: what was deleted stays readable in it until it is emptied."""

import time
from pathlib import Path

from server.db import PATIENCE_MS, Database


def truncate_log(database: Database) -> None:
    """Empties SQLite's write-ahead log: deleted rows stay readable in it until then."""
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=0")  # later will do: nobody shall wait
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE_MS}")


def log_age(database: Database) -> float | None:
    """Seconds since SQLite's write-ahead log was last written; None while it is empty."""
    name = database.engine.url.database
    if not database.is_sqlite or name is None:
        return None
    try:
        state = Path(name + "-wal").stat()
    except FileNotFoundError:
        return None
    return max(time.time() - state.st_mtime, 0.0) if state.st_size else None
