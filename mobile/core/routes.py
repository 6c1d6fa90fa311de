"""Which way to the server is tried next, and how long to wait before it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

# Nobody waits 15 s for a press: a new one hurries. This is for the hours without network.
WAITS_S = (0.5, 1, 2, 4, 8, 15)
IDLE_WAITS_S = (1, 2, 5, 15, 60)
# Between two rounds where only HTTPS gets through: while there may be news, and without.
POLL_S = 5.0
IDLE_POLL_S = 60.0
RECONNECT_S = 1.0  # at most; spread, so that a restarted server is not met by all phones at once


class Way(StrEnum):
    SOCKET = "socket"
    HTTPS = "https"


@dataclass(frozen=True, slots=True)
class Route:
    server: str
    way: Way


class Routes:
    """Every server by socket, then by HTTPS, round and round; a pause after each round.

    >>> routes = Routes(["https://a.example", "https://b.example"])
    >>> [routes.next().way, routes.next().way, routes.next().server]
    [<Way.SOCKET: 'socket'>, <Way.HTTPS: 'https'>, 'https://b.example']
    """

    def __init__(self, servers: Sequence[str], draw: Callable[[], float] = random.random) -> None:
        self._ways = [Route(server, way) for server, way in product(servers, Way)]
        self._draw = draw
        self._tried = 0
        self._failed_rounds = 0
        self._wait: float | None = None
        self._polls = False

    def next(self) -> Route:
        route = self._ways[self._tried % len(self._ways)]
        self._tried += 1
        return route

    def worked(self, route: Route) -> None:
        """A socket that held is opened again; where only HTTPS works, it is asked in rounds."""
        self._failed_rounds = 0
        if route.way is Way.SOCKET:
            self._tried = self._ways.index(route)
            self._wait = RECONNECT_S * self._draw()
        else:
            self._polls = True
            self._tried = 0

    def hurry(self) -> None:
        """Something new is to be sent: whatever failed before is tried without waiting."""
        self._failed_rounds = 0

    @property
    def is_dead(self) -> bool:
        """Whether every way failed since one last worked."""
        return self._failed_rounds > 0

    def wait(self, *, urgent: bool) -> float:
        """Seconds before the next way: none within a round, growing from round to round."""
        if self._polls:
            self._polls = False
            return POLL_S if urgent else IDLE_POLL_S
        known, self._wait = self._wait, None
        if known is not None:
            return known
        if self._tried % len(self._ways):
            return 0.0
        waits = WAITS_S if urgent else IDLE_WAITS_S
        wait = waits[min(self._failed_rounds, len(waits) - 1)]
        self._failed_rounds += 1
        return wait * (0.5 + self._draw() / 2)
