"""How fast one sender texts: a bucket of segments that fills up, and a rest after a 429."""

from datetime import datetime, timedelta

HELD = 0.5  # seconds' worth of segments at once: a late press waits behind no more than these
NEARLY = 1e-6
# A carrier that refuses most of a burst has a rate of its own, which is learned from what it took:
# then it is tried a little faster each second, and eased when it says again that it is too fast.
GROWTH = 1.01
EASE = 0.95
SLOWEST = 1.0  # segments a second, as of a US long number
FREE = 1000.0  # and from here on it is no limit any more
SHORTEST = 0.4  # seconds: what was taken in less says nothing of a rate
MANY = 10  # nor do a few refusals


class Pace:
    """`limit`: segments a second, as the operator says; None: as fast as the carrier takes them."""

    def __init__(self, limit: float | None) -> None:
        self._limit = limit
        self._learned: float | None = None
        self._segments = self._most
        self._seen: datetime | None = None
        self._rests_until: datetime | None = None
        self._counted_from: datetime | None = None
        self._accepted = 0
        self._refused = 0

    def room(self, most: int, now: datetime) -> int:
        """How many texts may start now, each of one segment or more."""
        self._fill(now)
        if self._rests_until is not None:
            return 0
        return most if self._rate is None else max(0, min(most, int(self._segments + NEARLY)))

    def full_until(self, now: datetime) -> datetime | None:
        """When there will be room for a text, or None where there is."""
        self._fill(now)
        if self._rests_until is not None:
            return self._rests_until
        missing = 1 - self._segments
        if self._rate is None or missing <= NEARLY:
            return None
        return now + timedelta(seconds=missing / self._rate)

    def took(self, segments: int) -> None:
        """What went out. Long texts are counted in full once they are made: the next ones wait."""
        self._segments -= segments

    def accepted(self, segments: int) -> None:
        """The carrier took it."""
        self._accepted += segments

    def rest(self, span: timedelta, now: datetime) -> None:
        """The carrier says that it was too fast, and so it says of all that was under way."""
        if self._rests_until is None or now >= self._rests_until:
            self._learn(now)
        self._refused += 1
        until = now + span
        self._rests_until = max(self._rests_until or until, until)

    @property
    def _rate(self) -> float | None:
        known = [rate for rate in (self._limit, self._learned) if rate is not None]
        return min(known, default=None)

    @property
    def _most(self) -> float:
        return max(1.0, (self._rate or 0) * HELD)

    def _learn(self, now: datetime) -> None:
        """From what became of everything since the last time that it was too fast."""
        since, self._counted_from = self._counted_from, now
        passed = (now - since).total_seconds() if since is not None else 0.0
        if passed >= SHORTEST:
            if self._refused > max(self._accepted, MANY):
                self._learned = max(SLOWEST, self._accepted / passed)
                self._segments = 0.0
            elif self._learned is not None:
                self._learned *= EASE
        self._accepted = self._refused = 0

    def _fill(self, now: datetime) -> None:
        if self._seen is None or now < self._seen:  # a clock that was set back holds nothing up
            self._rests_until = None
        else:
            self._pass((now - self._seen).total_seconds())
        self._seen = now
        if self._rests_until is not None and self._rests_until <= now:
            self._rests_until = None

    def _pass(self, seconds: float) -> None:
        if self._learned is not None:
            faster = self._learned * GROWTH ** min(seconds, 1000)
            self._learned = faster if faster < FREE else None
        if self._rate is not None:
            self._segments = min(self._most, self._segments + seconds * self._rate)
