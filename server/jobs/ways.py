"""The ways out of this process: each with its carrier, its pace, and how it fared lately."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from server.carriers import Carrier, Outcome, Refused, Sent, Unknown
from server.domain import routes as rules
from server.domain.delivery import ErrorClass, error_class
from server.domain.routes import TWILIO, Choice, Health, Hop, Routes
from server.jobs.pace import Pace

log = logging.getLogger(__name__)

DIRECT = Routes({"": (Hop(TWILIO),)})


@dataclass
class Way:
    """One sender."""

    name: str
    carrier: Carrier
    pace: Pace
    calls: bool = True
    health: Health = field(default_factory=Health)


class Ways:
    """`others` stand beside the way of the settings; `routes` says who is texted by which."""

    def __init__(
        self, carrier: Carrier, rate: float | None = None, *others: Way, routes: Routes = DIRECT
    ) -> None:
        ways = (Way(TWILIO, carrier, Pace(rate)), *others)
        self._ways: Mapping[str, Way] = {way.name: way for way in ways}
        self._routes = routes

    def __getitem__(self, name: str) -> Way:
        return self._ways[name]

    def usual(self, now: datetime) -> Way:
        """The one that most texts take now: their number is known only when they are made."""
        return self[rules.choose(self._routes.of(""), (), self._down(now)).hop.way]

    def choose(self, phone: str, avoided: list[str], now: datetime, *, asks: bool) -> Choice:
        """A way for one text, which is the next one to try a way that failed. `asks`: it is of
        no use where nobody can answer.
        """
        row = self._routes.of(phone)
        if asks:
            row = tuple(hop for hop in row if hop.two_way) or row
        choice = rules.choose(row, avoided, self._down(now))
        way = self[choice.hop.way]
        way.health = rules.tried(way.health, now)
        return choice

    def to_call_by(self, now: datetime) -> Way:
        """Only some have a line."""
        lines = [way for way in self._ways.values() if way.calls]
        return next((way for way in lines if not rules.is_down(way.health, now)), lines[0])

    def to_ask(self, phone: str, way: str | None, now: datetime) -> list[Way]:
        """Who may know what became of a text. One that is down is not waited for where the text
        can go another way.
        """
        row = self._routes.of(phone)
        names = [hop.way for hop in row] if way is None else [way]
        asked = [self._ways[name] for name in names if name in self._ways]
        return asked if len(row) == 1 else [one for one in asked if not self.is_down(one, now)]

    def asked_of(self, way: str | None, now: datetime) -> Way | None:
        """Who has taken a text, where they can be asked now."""
        found = self._ways.get(way or TWILIO)
        return None if found is None or self.is_down(found, now) else found

    def is_down(self, way: Way, now: datetime) -> bool:
        return len(self._ways) > 1 and rules.has_failed(way.health, now)

    def note(self, way: Way, outcome: Outcome, started: datetime, now: datetime) -> None:
        """The evidence for or against a way."""
        worked = _worked(outcome)
        if worked is None:
            return
        was_down = self.is_down(way, now)
        way.health = rules.after(way.health, worked=worked, started=started, now=now)
        is_down = self.is_down(way, now)
        if is_down and not was_down:
            log.error("a way is down: texts go another one", extra={"way": way.name})
        elif was_down and not is_down:
            log.warning("a way works again", extra={"way": way.name})

    async def close(self) -> None:
        for way in self._ways.values():
            await way.carrier.close()

    def _down(self, now: datetime) -> list[str]:
        return [way.name for way in self._ways.values() if rules.is_down(way.health, now)]


def _worked(outcome: Outcome) -> bool | None:
    """Whether the way took it, or would have taken another; None where that does not show."""
    match outcome:
        case Sent():
            return True
        case Unknown():
            return False
        case Refused(code, status):
            if error_class(code, status) is ErrorClass.THROTTLED:
                return None
            return not rules.is_against_sender(code, status)
