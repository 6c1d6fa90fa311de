"""An incident's states, what moves it between them, and what a press does in each."""

from collections.abc import Callable, Container
from datetime import datetime, timedelta
from enum import StrEnum

from server.domain.errors import NotAllowed


class State(StrEnum):
    PENDING = "pending"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLAIMED_SAFE = "claimed_safe"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class Step(StrEnum):
    RELEASE = "release"
    ACKNOWLEDGE = "acknowledge"
    GIVE_UP = "give_up"
    STOP = "stop"
    CLOSE = "close"
    REOPEN = "reopen"


TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.PENDING, Step.RELEASE): State.OPEN,
    (State.PENDING, Step.STOP): State.CANCELLED,
    (State.OPEN, Step.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.OPEN, Step.STOP): State.CLAIMED_SAFE,
    (State.ACKNOWLEDGED, Step.ACKNOWLEDGE): State.ACKNOWLEDGED,  # two may answer at once
    (State.ACKNOWLEDGED, Step.GIVE_UP): State.OPEN,
    (State.ACKNOWLEDGED, Step.STOP): State.CLAIMED_SAFE,
    (State.PENDING, Step.CLOSE): State.CLOSED,
    (State.OPEN, Step.CLOSE): State.CLOSED,
    (State.ACKNOWLEDGED, Step.CLOSE): State.CLOSED,
    (State.CLAIMED_SAFE, Step.CLOSE): State.CLOSED,
    (State.CANCELLED, Step.CLOSE): State.CLOSED,
    (State.CLOSED, Step.REOPEN): State.OPEN,
}


class Outcome(StrEnum):
    SAFE = "safe"
    FALSE_ALARM = "false_alarm"
    RELEASED = "released"
    DETAINED = "detained"
    MISSING = "missing"
    DEAD = "dead"
    DRILL = "drill"
    DUPLICATE = "duplicate"


class OnPress(StrEnum):
    """What a press does to the activist's latest incident."""

    OPENS = "opens"
    JOINS_COUNTDOWN = "joins_countdown"
    JOINS = "joins"
    ENDS_DRILL = "ends_drill"
    REFUSED = "refused"


Kind = str  # "alert" or "drill", as on the wire

_STOPPED = (State.CANCELLED, State.CLAIMED_SAFE)
_GOING_ON = (State.PENDING, State.OPEN, State.ACKNOWLEDGED)

# The countdown of a duress code: long enough for an officer to decide, short enough to matter.
DURESS_HOLD = timedelta(minutes=5)
# Contacts get "pressed again" at most this often; the office sees every press.
AGAIN_EVERY = timedelta(minutes=10)
DRILL_LASTS = timedelta(hours=24)
# No vowels and no look-alikes: read out on a bad line it stays what it was, and spells nothing.
CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
CODE_DIGITS = "23456789"


def after(state: State, step: Step) -> State:
    """The state a step leads to; NotAllowed where it leads nowhere."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise NotAllowed(f"An incident that is {state} cannot {step.replace('_', ' ')}.") from None


def on_press(kind: Kind, latest: State | None, latest_kind: Kind | None) -> OnPress:
    """The press table. `latest` is the state as the phone may know it, so that a press after a
    duress code does what a press after a true one does."""
    if latest is None or latest is State.CLOSED:
        return OnPress.OPENS
    if latest in _STOPPED:
        return OnPress.OPENS if kind == "alert" else OnPress.REFUSED
    if kind != latest_kind:
        return OnPress.ENDS_DRILL if kind == "alert" else OnPress.REFUSED
    return OnPress.JOINS_COUNTDOWN if latest is State.PENDING else OnPress.JOINS


def is_going_on(state: State) -> bool:
    """Counting down or being worked, as opposed to stopped or closed."""
    return state in _GOING_ON


def needs_staff(state: State, taken: bool, duress: bool) -> bool:
    """On the board an alert is unanswered until staff take it, whatever contacts answered."""
    if taken or state is State.CLOSED:
        return False
    return duress or state is not State.CANCELLED


def is_stop_known_to_contacts(stopped_at: datetime | None, release_at: datetime) -> bool:
    """A stop in the countdown is never told: under duress contacts hear of the alert alone."""
    return stopped_at is not None and stopped_at >= release_at


def is_told_on(state: State, stopped_at: datetime | None, release_at: datetime) -> bool:
    """Whether contacts hear how an alert goes on: not before they are told of it, and not after a
    stop that they know of, whichever code it was."""
    return state in (State.OPEN, State.ACKNOWLEDGED) and not is_stop_known_to_contacts(
        stopped_at, release_at
    )


def may_text_again(texted_at: datetime | None, now: datetime) -> bool:
    return texted_at is None or now - texted_at >= AGAIN_EVERY


def new_code(pick: Callable[[str], str], taken: Container[str]) -> str:
    """Three signs, such as K7P, unlike every code in `taken`."""
    while True:
        code = pick(CODE_LETTERS) + pick(CODE_DIGITS) + pick(CODE_LETTERS)
        if code not in taken:
            return code
