"""Climbs the ladders: calls, next rings and duty phones whose time has come."""

from datetime import datetime
from functools import partial

from server.db import Database, Transaction
from server.services import ladders
from server.vault import Vault
from shared.clock import Clock

AT_ONCE = 25  # rungs in a transaction: a press may wait for the writer behind them


def turn(database: Database, vault: Vault, clock: Clock) -> int:
    """How many rungs were climbed; with `AT_ONCE` or more of them, others may wait."""
    done = 0
    while done < AT_ONCE:
        now = clock.now()
        with database.read() as tx:
            if not ladders.is_due(tx, now):
                break
        climbed = database.write(partial(_climb, vault, now))
        done += climbed
        if not climbed:
            break
    return done


def _climb(vault: Vault, now: datetime, tx: Transaction) -> int:
    return ladders.turn(tx, vault, AT_ONCE, now)
