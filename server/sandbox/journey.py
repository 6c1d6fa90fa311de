"""How a text or a call goes on by itself after it was taken: one table, one question."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

HANDSET_OFF: Final = 30003  # what becomes of a text to a number that never gets its texts
NO_TEXTS_THERE: Final = 30006  # of a text to a landline; a call rings there as anywhere

# Codes that Twilio reports in a receipt, after it took the text. The first never left its queue.
NEVER_SENT: Final = frozenset({30001, 30034, 30036})
NEVER_DELIVERED: Final = frozenset({30002, HANDSET_OFF, 30004, 30005, 30006, 30007, 30008})

# How long a message stays in a status, in seconds; where it stands in no table it stays for good.
STAYS: Final[Mapping[str, float]] = {
    "accepted": 0.25,
    "queued": 0.25,
    "sent": 0.5,
    "in-progress": 60.0,
}

ONWARD: Final[Mapping[tuple[str, str], str]] = {
    ("text", "accepted"): "sent",
    ("text", "queued"): "sent",
    ("text", "sent"): "delivered",
    ("call", "queued"): "ringing",
    ("call", "ringing"): "no-answer",
    ("call", "in-progress"): "completed",
}


def onward(kind: str, status: str, fate: int | None) -> str:
    """The next status. `fate` is the code that this message was given for its end, if any."""
    if fate is not None:
        if kind == "text" and fate in NEVER_SENT:
            return "failed"
        if kind == "text" and status == "sent":
            return "undelivered"
    return ONWARD[kind, status]


def next_at(status: str, now: datetime, rings_for: float | None = None) -> datetime | None:
    """When a message that is now in this status moves on; a call says how long it rings."""
    seconds = rings_for if status == "ringing" else STAYS.get(status)
    return None if seconds is None else now + timedelta(seconds=seconds)
