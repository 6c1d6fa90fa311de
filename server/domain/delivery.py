"""How a text is ordered, retried and settled: the carrier's codes as one table."""

from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    DROPPED = "dropped"


# Receipts arrive late, twice and out of order; what is final stays.
RANK = {
    State.QUEUED: 0,
    State.SENDING: 1,
    State.UNKNOWN: 2,
    State.SENT: 3,
    State.FAILED: 4,
    State.UNDELIVERED: 5,
    State.DELIVERED: 6,  # of two tries at one text, one may arrive though the other did not
    State.DROPPED: 7,
}

# Twilio's words for a message, as states of ours.
CARRIER_STATES = {
    "accepted": State.SENT,
    "scheduled": State.SENT,
    "queued": State.SENT,
    "sending": State.SENT,
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "undelivered": State.UNDELIVERED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}


class Kind(StrEnum):
    """What a text says; its words are the composer's."""

    ALERT = "alert"
    MORE = "more"
    AGAIN = "again"
    STOP_CLAIMED = "stop_claimed"
    WHICH = "which"
    INVITATION = "invitation"
    CONSENT_NOTED = "consent_noted"


class ErrorClass(StrEnum):
    """What a refusal asks of us."""

    THROTTLED = "throttled"  # not processed: wait, and count nothing
    RETRY = "retry"
    PERMANENT = "permanent"
    OPTED_OUT = "opted_out"
    CONFIGURATION = "configuration"  # an operator must mend it; the text is tried on


ERROR_CLASSES = {
    20429: ErrorClass.THROTTLED,
    20003: ErrorClass.CONFIGURATION,
    20005: ErrorClass.CONFIGURATION,
    21408: ErrorClass.CONFIGURATION,
    21606: ErrorClass.CONFIGURATION,
    21608: ErrorClass.CONFIGURATION,
    30034: ErrorClass.CONFIGURATION,
    21610: ErrorClass.OPTED_OUT,
    21211: ErrorClass.PERMANENT,
    21614: ErrorClass.PERMANENT,
    21635: ErrorClass.PERMANENT,
    21617: ErrorClass.PERMANENT,
    30005: ErrorClass.PERMANENT,
    30006: ErrorClass.PERMANENT,
    30007: ErrorClass.PERMANENT,
    21611: ErrorClass.RETRY,
    30001: ErrorClass.RETRY,
    30003: ErrorClass.RETRY,
    30008: ErrorClass.RETRY,
    30036: ErrorClass.RETRY,
}

# A text may be tried until this long after it was due: then a call or a colleague has taken over.
VALID_FOR = timedelta(hours=2)
# Twilio answers in under 2 s, and the client gives up at 10; a lease outlives both.
LEASE = timedelta(seconds=30)
# Callbacks come within seconds; after that the carrier's own list is asked, then we send again.
RECONCILE_AFTER = timedelta(seconds=4)
# The link follows when everybody's first text is out: also in a burst of a thousand.
MORE_AFTER = timedelta(seconds=2)
WAITS = (2, 4, 8, 15, 30, 60)  # seconds; then every 60 until the text is no longer valid
DRILL_LANE = 100
FOLLOW_UP_LANE = {Kind.MORE: 40, Kind.AGAIN: 42, Kind.STOP_CLAIMED: 44, Kind.WHICH: 46}
LAST_LANE = 60


def lane(kind: Kind, place: int, drill: bool) -> int:
    """The order of sending: everybody's first contact, their next ones, follow-ups, drills."""
    base = min(place, 30) if kind is Kind.ALERT else FOLLOW_UP_LANE.get(kind, LAST_LANE)
    return base + (DRILL_LANE if drill else 0)


def settled(known: State, news: State) -> State:
    """Receipts arrive late and out of order: the furthest news wins."""
    return news if RANK[news] > RANK[known] else known


def error_class(code: int | None, status: int) -> ErrorClass:
    """What a refusal means: by Twilio's code, else by the HTTP status."""
    if code in ERROR_CLASSES:
        return ERROR_CLASSES[code]
    if status == 429:
        return ErrorClass.THROTTLED
    return ErrorClass.CONFIGURATION if status in (401, 403) else ErrorClass.PERMANENT


def next_try(
    kind: ErrorClass, attempts: int, retry_after: float | None, jitter: float, now: datetime
) -> datetime | None:
    """When to send again, or None where it never helps. `jitter` is a share of 0 to 1."""
    if kind in (ErrorClass.PERMANENT, ErrorClass.OPTED_OUT):
        return None
    if kind is ErrorClass.THROTTLED:
        return now + timedelta(seconds=max(retry_after or 0, 0.5 + jitter))
    wait = WAITS[min(attempts, len(WAITS)) - 1]
    return now + timedelta(seconds=wait * (0.75 + jitter / 2))
