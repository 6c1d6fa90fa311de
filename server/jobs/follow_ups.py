"""Notes phones that fall silent while an alert goes on, and tells their contacts."""

from datetime import datetime
from functools import partial

from server.db import Database, Transaction
from server.services import follow_ups
from server.vault import Vault
from shared.clock import Clock

AT_ONCE = 25  # incidents in a transaction: a press may wait for the writer behind them


def turn(database: Database, vault: Vault, clock: Clock) -> int:
    """How many phones fell silent or came back."""
    done = 0
    while True:
        now = clock.now()
        with database.read() as tx:
            due = follow_ups.next_due(tx)
        if due is None or due > now:
            return done
        found = database.write(partial(_look, vault, now))
        done += found
        if found < AT_ONCE:
            return done


def _look(vault: Vault, now: datetime, tx: Transaction) -> int:
    return follow_ups.turn(tx, vault, AT_ONCE, now)
