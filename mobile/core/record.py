"""Writes down what the server answered: one commit for what is settled and what is known now."""

from datetime import datetime

from mobile.core import check_in, press
from mobile.core.answers import (
    Done,
    Moved,
    News,
    Stopped,
    Stored,
    TimerRefused,
    TimerStands,
    WrongCode,
)
from mobile.core.check_in import KeptCheckIn
from mobile.core.outbox import Kept, KeptFix, KeptPress, KeptStop, Outbox


def record(outbox: Outbox, news: News, now: datetime) -> None:
    """Recording the same news twice changes nothing. Raises NotKept; then it is asked again."""
    incident = outbox.incident
    match news:
        case Stored(kept, accepted):
            outbox.settle([kept.ref], press.stored(incident, kept.alert, accepted, now))
        case Stopped(stop, progress):
            outbox.settle([stop.ref], incident and press.stop_taken(incident, progress, now))
        case WrongCode(KeptCheckIn() as entry):
            outbox.settle([entry.ref], check_in=check_in.wrong_code(outbox.check_in, now))
        case WrongCode(stop):
            outbox.settle([stop.ref], incident and press.stop_refused(incident, now))
        case Moved(progress) if incident is not None:
            after = press.moved(incident, progress, now)
            if after != incident:
                outbox.settle([], after)
        case TimerStands(entry, standing):
            raised = press.adopted(incident, standing.incident, now)
            stands = check_in.told(outbox.check_in, entry, standing, now)
            outbox.settle([entry.ref] if entry else [], raised, stands)
        case TimerRefused(entry):
            outbox.settle([entry.ref], check_in=check_in.refused(outbox.check_in))
        case Done(entries):
            lost = _lost_with(outbox, entries)
            outbox.settle([entry.ref for entry in (*entries, *lost)])


def _lost_with(outbox: Outbox, entries: tuple[Kept, ...]) -> list[Kept]:
    """What waits for an incident that a press, refused, will never become: its stop, its places."""
    refused = {entry.ref for entry in entries if isinstance(entry, KeptPress)}
    return [
        entry
        for entry in outbox.waiting()
        if isinstance(entry, KeptStop | KeptFix) and entry.press_id in refused
    ]
