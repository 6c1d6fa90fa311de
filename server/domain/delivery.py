"""How a text is ordered, retried and settled: the carrier's codes as one table."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


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

# Its words for a call. `completed` is one that was answered, by a mailbox perhaps, and has ended.
CALL_STATES = {
    "queued": State.SENT,
    "initiated": State.SENT,
    "ringing": State.SENT,
    "in-progress": State.DELIVERED,
    "completed": State.DELIVERED,
    "busy": State.UNDELIVERED,
    "no-answer": State.UNDELIVERED,
    "canceled": State.FAILED,
    "failed": State.FAILED,
}


class Kind(StrEnum):
    """What a text or a call says; its words are the composer's."""

    ALERT = "alert"
    MORE = "more"
    AGAIN = "again"
    STOP_CLAIMED = "stop_claimed"
    WHICH = "which"
    PLACE = "place"
    THANKS = "thanks"
    LEADS = "leads"
    STILL_ACTING = "still_acting"
    NOBODY_ACTS = "nobody_acts"
    NOT_UNDERSTOOD = "not_understood"
    MOVED = "moved"
    BATTERY_LOW = "battery_low"
    SILENT = "silent"
    OFFICE = "office"
    WELFARE = "welfare"
    CLOSED = "closed"
    CALL = "call"
    DUTY = "duty"
    DUTY_CALL = "duty_call"
    INVITATION = "invitation"
    REMINDER = "reminder"
    CONSENT_NOTED = "consent_noted"
    NO_ALERT_OPEN = "no_alert_open"
    PROBE = "probe"


CALLS = frozenset({Kind.CALL, Kind.DUTY_CALL})  # spoken, not written
# Of an alert that goes on, and asked for by nobody.
NEWS = frozenset({Kind.MOVED, Kind.BATTERY_LOW, Kind.SILENT})
# Made from the brief as it stands, so that they can be said again after the carrier took them.
_ABOUT_IT = {Kind.STOP_CLAIMED, Kind.STILL_ACTING, Kind.NOBODY_ACTS}
REPEATABLE = NEWS | _ABOUT_IT | {Kind.ALERT, Kind.MORE, Kind.AGAIN, Kind.PLACE}
WITH_LINK = frozenset({Kind.ALERT, Kind.AGAIN, Kind.PLACE})
# Written by an officer, and kept as words: it needs no brief.
BY_HAND = frozenset({Kind.OFFICE, Kind.WELFARE})
# Each names the digits.
ASKS = frozenset({Kind.INVITATION, Kind.WHICH, Kind.STILL_ACTING, Kind.WELFARE})


class ErrorClass(StrEnum):
    """What a refusal asks of us."""

    THROTTLED = "throttled"  # not processed: wait, and count nothing
    RETRY = "retry"
    PERMANENT = "permanent"
    OPTED_OUT = "opted_out"
    FULL = "full"  # as RETRY; an operator hears that the sender is too slow
    CONFIGURATION = "configuration"  # an operator must mend it; the text is tried on


WAITS = (2, 4, 8, 15, 30, 60)  # seconds; then every 60 until the text is no longer valid
HANDSET_WAITS = (30, 60, 120, 300, 600)  # the carrier has tried for a while itself


class Remedy(NamedTuple):
    """What one of the carrier's codes asks for, in a refusal and in a receipt alike."""

    kind: ErrorClass
    waits: tuple[int, ...] = WAITS
    tries: int | None = None  # in all; without a number, until the text is no longer valid
    voice: bool = False  # a call to the same person is worth trying
    plain: bool = False  # once more without the link, and never the same words
    next_ring: bool = False  # whoever comes next is told without waiting for an answer
    elsewhere: bool = False  # another sender may get it through


_MEND = Remedy(ErrorClass.CONFIGURATION, elsewhere=True)
_GIVE_UP = Remedy(ErrorClass.PERMANENT)
_CALL = Remedy(ErrorClass.PERMANENT, voice=True)
_FULL = Remedy(ErrorClass.FULL, voice=True, elsewhere=True)
_REFUSED = Remedy(ErrorClass.PERMANENT, elsewhere=True)  # for a reason that we do not know

REMEDIES = {
    20429: Remedy(ErrorClass.THROTTLED),
    20003: _MEND,
    20005: _MEND,
    21408: _MEND,  # the country is not enabled
    21606: _MEND,
    21608: _MEND,  # a trial account texts verified numbers alone
    21609: _MEND,  # the callback's address; the text was sent without it already
    21210: _MEND,  # of calls: a number that may not call, or no number
    21213: _MEND,
    21215: _MEND,
    21219: _MEND,
    30034: _MEND,  # the sender is not registered
    21610: Remedy(ErrorClass.OPTED_OUT, voice=True),
    21211: _CALL,
    21614: _CALL,
    21635: _CALL,
    21214: _GIVE_UP,
    21216: _GIVE_UP,
    21217: _GIVE_UP,
    21617: _GIVE_UP,
    30005: _GIVE_UP,
    30006: _CALL,  # a landline, or out of the carrier's reach
    30007: Remedy(ErrorClass.PERMANENT, voice=True, plain=True, elsewhere=True),  # filtered
    21611: _FULL,  # the sender's queue is full
    30001: _FULL,
    30036: _FULL,  # no longer valid before the carrier came to it
    30003: Remedy(ErrorClass.RETRY, HANDSET_WAITS, next_ring=True),  # the handset is off
    30008: Remedy(ErrorClass.RETRY, tries=2, voice=True, elsewhere=True),
}

# A text may be tried until this long after it was due: then a call or a colleague has taken over.
VALID_FOR = timedelta(hours=2)
# Twilio answers in under 2 s, and the client gives up at 10; a lease outlives both.
LEASE = timedelta(seconds=30)
# Callbacks come within seconds; after that the carrier's own list is asked, then we send again.
RECONCILE_AFTER = timedelta(seconds=4)
# The link follows when everybody's first text is out: also in a burst of a thousand.
MORE_AFTER = timedelta(seconds=2)
# Follow-ups are welcome until they bury the alert: per contact and incident, and of one kind.
HOUR = timedelta(hours=1)
FOLLOW_UPS_AN_HOUR = 8
ALIKE_AN_HOUR = 3
KEPT_FREE = 2  # of them for who acts: news must not use up the hour
# The carrier's receipts come by themselves; where they stay out it is asked, ever less often.
POLL_AFTER = timedelta(seconds=60)
LONGEST_BACK_OFF = 60.0  # seconds, whatever the carrier asks for
# The carrier may be away, or not done with a text yet: it is asked to forget it for a day.
FORGET_WITHIN = timedelta(days=1)
RETRY_LANE = 38
DRILL_LANE = 100
# The carrier starts one call a second for an account; more than that only wait there, unseen.
CALL_EVERY = timedelta(seconds=1)
FOLLOW_UP_LANE = {
    Kind.DUTY: 32,
    Kind.DUTY_CALL: 33,
    Kind.CALL: 36,
    Kind.MORE: 40,
    Kind.AGAIN: 42,
    Kind.OFFICE: 43,
    Kind.WELFARE: 43,
    Kind.STOP_CLAIMED: 44,
    Kind.WHICH: 46,
}
LAST_LANE = 60


def lane(kind: Kind, place: int, drill: bool) -> int:
    """The order of sending: everybody's first contact, their next ones, follow-ups, drills."""
    base = min(place, 30) if kind is Kind.ALERT else FOLLOW_UP_LANE.get(kind, LAST_LANE)
    return base + (DRILL_LANE if drill else 0)


def retry_lane(known: int) -> int:
    """Behind every first text, and before what only adds to one."""
    if known in CALL_LANES:
        return known
    drill = DRILL_LANE if known >= DRILL_LANE else 0
    return max(known, RETRY_LANE + drill)


# Calls have lanes of their own, by which an index finds the next one.
CALL_LANES = frozenset(lane(kind, 0, drill) for kind in CALLS for drill in (False, True))


def has_room(kind: Kind, every: int, alike: int) -> bool:
    """Whether a contact who got so many texts in this hour, so many of them alike, may get it."""
    most = FOLLOW_UPS_AN_HOUR - (KEPT_FREE if kind in NEWS else 0)
    return every < most and alike < ALIKE_AN_HOUR


def next_call(due: datetime, called_at: datetime | None, now: datetime) -> datetime:
    """When a call that is due may start. A clock that was set back holds nothing up."""
    if called_at is None or called_at > now:
        return due
    return max(due, called_at + CALL_EVERY)


def reported(kind: Kind, status: str) -> State | None:
    """The carrier's word as a state of ours; None where it says nothing of such a delivery."""
    return (CALL_STATES if kind in CALLS else CARRIER_STATES).get(status)


def settled(known: State, news: State) -> State:
    """Receipts arrive late and out of order: the furthest news wins."""
    return news if RANK[news] > RANK[known] else known


def remedy(code: int | None, status: int | None) -> Remedy:
    """What to do about a failure: by the carrier's code, else by the HTTP status of a refusal."""
    if code in REMEDIES:
        return REMEDIES[code]
    if status == 429:
        return REMEDIES[20429]
    return _MEND if status in (401, 403) else _REFUSED


def error_class(code: int | None, status: int | None) -> ErrorClass:
    """What a failure means for an operator."""
    return remedy(code, status).kind


def next_try(asked: Remedy, attempts: int, jitter: float, now: datetime) -> datetime | None:
    """When to send again, or None where it never helps. `jitter` is a share of 0 to 1."""
    if asked.kind in (ErrorClass.PERMANENT, ErrorClass.OPTED_OUT):
        return None
    if asked.tries is not None and attempts >= asked.tries:
        return None
    wait = asked.waits[min(max(attempts, 1), len(asked.waits)) - 1]
    return now + timedelta(seconds=wait * (0.75 + jitter / 2))


def goes_elsewhere(asked: Remedy, attempts: int, others: int) -> bool:
    """Whether another sender is tried now. `others`: how many are left."""
    return asked.elsewhere and others > 0 and (asked.tries is None or attempts >= asked.tries)


def back_off(retry_after: float | None, jitter: float) -> timedelta:
    """How long a sender that was too fast keeps still."""
    asked = min(retry_after or 0, LONGEST_BACK_OFF)
    return timedelta(seconds=max(asked, 0.5) + jitter / 2)


def next_poll(out_at: datetime, now: datetime) -> datetime:
    """When to ask for a receipt that stays out: the time since it was sent doubles."""
    return now + max(POLL_AFTER, now - out_at)


def next_forget(since: datetime, now: datetime) -> datetime | None:
    """When to ask again that a text be forgotten: ever less often, and then no more."""
    last = since + FORGET_WITHIN
    return min(next_poll(since, now), last) if now < last else None
