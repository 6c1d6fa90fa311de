"""Gathers alerts that are close in place and time, as they come in along the timeline.

It remembers the places of alerts that may still belong together, and looks again only at what
the timeline names. Started anew it reads the last hours once.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from itertools import islice

from server.db import Database, Transaction
from server.domain import mass_events
from server.domain.mass_events import Event, Sighting
from server.services import events, sightings, timeline
from server.services.sightings import Standing
from server.vault import Vault
from shared.clock import Clock

AT_ONCE = 25  # incidents in a transaction: a press may wait for the writer behind them
# Briefs opened a turn. In a burst the first texts need the processor more: the rest comes a second
# later, in the order of arrival.
BRIEFS = 100
ENTRIES = 5_000
LOOSE = 2 * mass_events.WITHIN  # an alert older than that begins no event any more


class Gathering:
    """One turn a second. `turn` answers how many alerts it put into events."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._seen: int | None = None
        self._waiting: dict[str, None] = {}  # to be looked at, first come first
        self._loose: dict[str, Sighting] = {}
        self._members: dict[str, dict[str, Sighting]] = {}
        self._circles: dict[str, Event] = {}
        self._settled: set[str] = set()  # placed, or too old: where they go on to changes nothing

    def turn(self) -> int:
        now = self._clock.now()
        ids, found = self._look(now)
        fresh = [sighting for one in found if (sighting := self._learn(one, now)) is not None]
        self._let_go(now)
        placed, again = self._gather(fresh, now) if fresh else (0, set())
        for incident_id in set(ids) - again:
            del self._waiting[incident_id]
        return placed

    def _look(self, now: datetime) -> tuple[list[str], list[Standing]]:
        """The next that wait, and how they stand."""
        with self._database.read() as tx:
            self._follow(tx, now)
            ids = list(islice(self._waiting, BRIEFS))
            return ids, sightings.of(tx, self._vault, ids) if ids else []

    def _follow(self, tx: Transaction, now: datetime) -> None:
        if self._seen is None:
            self._seen = timeline.last_seq(tx)
            self._waiting |= dict.fromkeys(sightings.recent(tx, now - mass_events.LONGEST))
            return
        self._seen, happened = sightings.happened(tx, self._seen, ENTRIES)
        self._waiting |= dict.fromkeys(
            incident_id
            for incident_id, kind in happened
            if kind != "position" or incident_id not in self._settled
        )

    def _learn(self, one: Standing, now: datetime) -> Sighting | None:
        """Remembers how it stands; its sighting, where the rule has something to say about it."""
        known = self._forget(one.incident_id)
        if one.sighting is None:  # closed, among others: then there is nothing to remember
            return None
        if one.placed:
            self._settled.add(one.incident_id)
            if one.event_id is not None:
                first = known or one.sighting
                self._members.setdefault(one.event_id, {})[one.incident_id] = first
            return None
        if one.sighting.at < now - mass_events.LONGEST:
            self._settled.add(one.incident_id)
            return None
        self._loose[one.incident_id] = one.sighting
        return one.sighting

    def _forget(self, incident_id: str) -> Sighting | None:
        """Where it was known to be, in an event or loose."""
        self._settled.discard(incident_id)
        known = self._loose.pop(incident_id, None)
        for event_id, members in self._members.items():
            if incident_id in members:
                self._circles.pop(event_id, None)
                return members.pop(incident_id)
        return known

    def _let_go(self, now: datetime) -> None:
        for one in [one for one in self._loose.values() if one.at < now - LOOSE]:
            del self._loose[one.incident_id]
            self._settled.add(one.incident_id)
        self._members = {event: members for event, members in self._members.items() if members}

    def _gather(self, fresh: list[Sighting], now: datetime) -> tuple[int, set[str]]:
        """How many were placed; and whom to look at again, for somebody else was faster."""
        names = {one.incident_id for one in fresh}
        loose = [one for one in self._loose.values() if one.incident_id not in names]
        known = {one.incident_id: one for one in (*loose, *fresh)}
        placed, again = 0, set[str]()
        for together in mass_events.gather(fresh, loose, self._events()):
            event_id = together.event_id
            for ids in _parts(together.incident_ids, AT_ONCE):
                event_id = self._database.write(partial(self._put, event_id, ids, now))
                if event_id is None:
                    again.update(together.incident_ids)
                    break
                placed += len(ids)
                self._note(event_id, [known[incident_id] for incident_id in ids])
        self._waiting |= dict.fromkeys(again)
        return placed, again

    def _note(self, event_id: str, placed: list[Sighting]) -> None:
        self._circles.pop(event_id, None)
        for one in placed:
            self._members.setdefault(event_id, {})[one.incident_id] = one
            self._settled.add(one.incident_id)
            self._loose.pop(one.incident_id, None)

    def _put(
        self, event_id: str | None, ids: Collection[str], now: datetime, tx: Transaction
    ) -> str | None:
        return events.gather(tx, self._vault, event_id, list(ids), now)

    def _events(self) -> Iterable[Event]:
        for event_id, members in self._members.items():
            if event_id not in self._circles and members:
                self._circles[event_id] = mass_events.event_of(event_id, list(members.values()))
        return self._circles.values()


def _parts(ids: Iterable[str], size: int) -> Iterable[list[str]]:
    rest = iter(ids)
    while part := list(islice(rest, size)):
        yield part
