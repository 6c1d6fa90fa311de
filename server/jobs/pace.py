"""How fast one sender texts: a bucket of segments that fills up, and a rest after a 429."""

from datetime import datetime, timedelta

HELD = 0.5  # seconds' worth of segments at once: a late press waits behind no more than these
NEARLY = 1e-6


class Pace:
    """`rate`: segments a second; None: as fast as the carrier takes them."""

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        self._most = max(1.0, (rate or 0) * HELD)
        self._segments = self._most
        self._seen: datetime | None = None
        self._rests_until: datetime | None = None

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

    def rest(self, span: timedelta, now: datetime) -> None:
        """The carrier says that it was too fast."""
        until = now + span
        self._rests_until = max(self._rests_until or until, until)

    def _fill(self, now: datetime) -> None:
        if self._seen is None or now < self._seen:  # a clock that was set back holds nothing up
            self._rests_until = None
        elif self._rate is not None:
            passed = (now - self._seen).total_seconds()
            self._segments = min(self._most, self._segments + passed * self._rate)
        self._seen = now
        if self._rests_until is not None and self._rests_until <= now:
            self._rests_until = None
