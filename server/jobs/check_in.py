"""Raises the alert of every check-in that was missed."""

from server.db import Database
from server.services import check_ins
from server.vault import Vault
from shared.clock import Clock


def turn(database: Database, vault: Vault, clock: Clock) -> int:
    """How many timers ran out."""
    now = clock.now()
    with database.read() as tx:
        if not check_ins.is_due(tx, now):
            return 0
    return database.write(lambda tx: check_ins.raise_missed(tx, vault, now))
