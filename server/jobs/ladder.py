"""Climbs the ladders: calls, next rings and duty phones whose time has come."""

from datetime import datetime
from functools import partial

from server.db import Database, Transaction
from server.services import ladders
from server.vault import Vault
from shared.clock import Clock

AT_ONCE = 25  # rungs in a transaction: a press may wait for the writer behind them


def turn(database: Database, vault: Vault, clock: Clock) -> int:
    """How many rungs were climbed."""
    done = 0
    while True:
        now = clock.now()
        with database.read() as tx:
            if not ladders.is_due(tx, now):
                return done
        climbed = database.write(partial(_climb, vault, now))
        done += climbed
        if climbed < AT_ONCE:
            return done


def _climb(vault: Vault, now: datetime, tx: Transaction) -> int:
    return ladders.turn(tx, vault, AT_ONCE, now)
