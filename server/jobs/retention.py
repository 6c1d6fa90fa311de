"""Closes what is over, and empties SQLite's log so that what was destroyed is gone from disk."""

from datetime import datetime
from functools import partial

from server.db import Database, Transaction, log_is_empty, truncate_log
from server.services import endings
from server.vault import Vault
from shared.clock import Clock


def turn(database: Database, vault: Vault, clock: Clock) -> int:
    """How many drills closed themselves."""
    now = clock.now()
    with database.read() as tx:
        old = endings.old_drills(tx, now)
    for incident_id in old:
        database.write(partial(_end, vault, incident_id, now))
    if not log_is_empty(database):
        truncate_log(database)
    return len(old)


def _end(vault: Vault, incident_id: str, now: datetime, tx: Transaction) -> None:
    endings.end_drill(tx, vault, incident_id, now)
