"""Writes SQLite's file anew in a quiet moment, so that no page keeps what was destroyed.

A press waits while that lasts. So the file must have been at rest for a hundred times as long, and
is written anew for a thousandth of the time at most.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError

from server import sqlite_files
from server.db import Database
from server.services import timeline
from shared.clock import Clock

log = logging.getLogger(__name__)

FIRST_GUESS = 50e-9  # seconds a byte, until it was measured; a good disk takes 8
AT_REST = 100  # times as long as it takes
BETWEEN = 1000
LARGEST = 512 * 2**20  # bytes: it is held in memory meanwhile
ROOM = 3  # times as long as the file: for the log and the new pages, and some to spare
QUIET = 0.8  # seconds without any write
# What was destroyed apart from an incident (an invitation, a farewell's words) shows by no entry.
AT_LEAST_EVERY = timedelta(hours=1)


def is_possible(database: Database) -> bool:
    """Whether the file is short enough for memory and disk, where there is one."""
    size = sqlite_files.size(database)
    return size is None or (size <= LARGEST and sqlite_files.space_beside(database) >= ROOM * size)


class Rewriting:
    """Remembers when it was tried, after which entry it was done, and how fast that went."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._seconds_a_byte = FIRST_GUESS
        self._began_at = clock.now()  # right after a start phones send what they have kept
        self._tried_at: datetime | None = None
        self._done_seq = 0

    def turn(self) -> bool:
        """Whether it was written anew."""
        size, now = sqlite_files.size(self._database), self._clock.now()
        if size is None or not is_possible(self._database):
            return False
        with self._database.read() as tx:
            seq, moved_at = timeline.last_seq(tx), timeline.last_recorded(tx) or self._began_at
        takes = timedelta(seconds=size * self._seconds_a_byte)
        if now - max(moved_at, self._began_at) < AT_REST * takes:
            return False
        if self._tried_at is not None:
            wait = BETWEEN * takes if seq != self._done_seq else AT_LEAST_EVERY
            if now - self._tried_at < wait:
                return False
        age = sqlite_files.log_age(self._database)
        if age is not None and age < QUIET:
            return False
        self._tried_at = now
        try:
            took = sqlite_files.rewrite(self._database)
        except OperationalError:  # somebody writes, or the disk has no room: it stays as it was
            log.warning("the database file could not be written anew now")
            return False
        self._seconds_a_byte = took / size
        self._done_seq = seq
        return True
