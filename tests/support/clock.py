"""A clock that stands until a test moves it."""

import threading
from datetime import UTC, datetime, timedelta

TICK = timedelta(microseconds=1)


class MovableClock:
    """Starts at the true time, because the sandbox dates its texts by it.

    Each look is a microsecond later than the one before: as in life, no two moments are equal.
    """

    def __init__(self) -> None:
        self._moment = datetime.now(UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            self._moment += TICK
            return self._moment

    def back(self, span: timedelta) -> None:
        """Somebody sets the machine's clock, or its time server does."""
        with self._lock:
            self._moment -= span

    def forward_to(self, moment: datetime) -> None:
        """Later only; a moment that has passed changes nothing."""
        with self._lock:
            self._moment = max(self._moment, moment)
