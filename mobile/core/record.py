"""Writes down what the server answered: one commit for what is settled and what is known now."""

from datetime import datetime

from mobile.core import press
from mobile.core.outbox import Outbox
from mobile.core.uplink import Done, Moved, News, Stopped, Stored, WrongCode


def record(outbox: Outbox, news: News, now: datetime) -> None:
    """Recording the same news twice changes nothing. Raises NotKept; then it is asked again."""
    incident = outbox.incident
    match news:
        case Stored(kept, accepted):
            outbox.settle([kept.ref], press.stored(incident, kept.alert, accepted, now))
        case Stopped(stop, progress):
            outbox.settle([stop.ref], incident and press.stop_taken(incident, progress, now))
        case WrongCode(stop):
            outbox.settle([stop.ref], incident and press.stop_refused(incident, now))
        case Moved(progress) if incident is not None:
            after = press.moved(incident, progress, now)
            if after != incident:
                outbox.settle([], after)
        case Done(entries):
            outbox.settle([entry.ref for entry in entries])
