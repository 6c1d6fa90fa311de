"""Ends what is over, and empties SQLite's log so that what was destroyed is gone from disk."""

from datetime import datetime
from functools import partial

from server.db import Database, Transaction
from server.services import drills, endings, late_answers
from server.services.drill_figures import Found
from server.services.timeline import SYSTEM
from server.sqlite_files import log_age, truncate_log
from server.vault import Vault
from shared.clock import Clock

# Emptying the log holds up a press for some milliseconds: it waits for a quiet moment, and under
# a load that never pauses it is done once a minute.
QUIET = 0.8  # seconds


def turn(database: Database, vault: Vault, clock: Clock) -> int:
    """How many drills closed themselves and how many open incidents let their contacts go."""
    now = clock.now()
    with database.read() as tx:
        over = {drill_id: drills.measured(tx, drill_id, now) for drill_id in drills.over(tx, now)}
        old, stale = endings.old_drills(tx, now), endings.stale_briefs(tx, now)
        late = late_answers.has_old(tx, now)
    for drill_id, found in over.items():
        database.write(partial(_end_called_drill, drill_id, found, now))
    for incident_id in old:
        database.write(partial(_end_drill, vault, incident_id, now))
    let_go = [
        database.write(partial(_let_go, vault, incident_id, now))
        for incident_id in set(stale) - set(old)
    ]
    if late:
        database.write(lambda tx: late_answers.forget_old(tx, now))
    age = log_age(database)
    if age is not None and (age >= QUIET or now.second == 0):
        truncate_log(database)
    return len(old) + sum(let_go)


def _end_drill(vault: Vault, incident_id: str, now: datetime, tx: Transaction) -> None:
    endings.end_drill(tx, vault, incident_id, now)


def _end_called_drill(drill_id: str, found: Found, now: datetime, tx: Transaction) -> None:
    drills.end(tx, drill_id, found, SYSTEM, now)


def _let_go(vault: Vault, incident_id: str, now: datetime, tx: Transaction) -> bool:
    return endings.let_contacts_go(tx, vault, incident_id, now)
