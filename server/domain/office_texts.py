"""What staff may send to an incident's contacts by hand: when, to whom and how often."""

from datetime import datetime, timedelta
from enum import StrEnum

from server.domain.incident import State

HOUR = timedelta(hours=1)
# By hand, to one contact about one incident: an officer may talk with them, and a stuck key or a
# script must not bury them. The budget of what the server says by itself is another one.
TEXTS_AN_HOUR = 12
CALLS_AN_HOUR = 6
# A second press on the button is the first one's echo.
CALL_GAP = timedelta(minutes=1)
# An officer writes down a call that they made; a desk's clock may be a little ahead.
CLOCK_DRIFT = timedelta(minutes=2)


class Result(StrEnum):
    """What came of a call that an officer made."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    VOICEMAIL = "voicemail"
    WRONG_NUMBER = "wrong_number"


class Left(StrEnum):
    """Why a contact is not texted."""

    STOPPED = "stopped"  # sent STOP
    NOT_TOLD = "not_told"  # was never told of the alert, and must not be now
    ENOUGH = "enough"  # got so many texts in this hour


def may_reach(state: State) -> bool:
    """Contacts hear nothing of a countdown, and nothing after the end."""
    return state in (State.OPEN, State.ACKNOWLEDGED, State.CLAIMED_SAFE)


def left_out(
    *, opted_out: bool, told: bool, may_be_told: bool, texts_this_hour: int
) -> Left | None:
    """Why this contact is left out, or None. `may_be_told`: the first text can still go before."""
    if opted_out:
        return Left.STOPPED
    if not told and not may_be_told:
        return Left.NOT_TOLD
    return Left.ENOUGH if texts_this_hour >= TEXTS_AN_HOUR else None


def is_echo(called_at: datetime | None, now: datetime) -> bool:
    """Whether a call that is asked for now is the one that was asked for just before."""
    return called_at is not None and now - called_at < CALL_GAP


def is_past(at: datetime, opened_at: datetime, now: datetime) -> bool:
    """Whether an officer can have called then, about this incident."""
    return opened_at <= at <= now + CLOCK_DRIFT
