"""The two ladders: when contacts are called, the next ring is told and the duty phone rings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple

from server.domain.answers import Meaning
from server.domain.incident import State, is_stop_known_to_contacts

Reason = Literal["not_taken", "no_board"]


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """An office's waits, in seconds, or those of one activist; `calls`: whether phones ring."""

    delivered_s: int = 30
    answer_s: int = 90
    call_again_s: int = 60
    office_s: int = 60
    calls: bool = True


DEFAULT = Ladder()
# A phone in do-not-disturb rings for a second call of the same number within three minutes.
LONGEST_CALL_AGAIN = 150
# After the last duty phone the rota begins anew, this much later and so often in all.
ROUNDS = 3
BETWEEN_ROUNDS = timedelta(minutes=5)
# A rung this late was due while no server ran: the waits that follow it count from now.
LATE = timedelta(seconds=5)
# A clock set back by this much or more takes the timers with it; less is the drift between hosts.
SET_BACK = timedelta(seconds=5)


class Side(StrEnum):
    CONTACTS = "contacts"
    OFFICE = "office"


class Step(StrEnum):
    """What a timer does when it is due; one that only watches has no due time."""

    RING = "ring"  # a ring was texted: its waits begin
    DELIVERED = "delivered"  # its texts should have arrived
    ANSWERED = "answered"  # somebody should have answered
    AGAIN = "again"  # its second call
    OFFICE = "office"  # the incident is open: the office's wait begins
    PAGE = "page"  # a duty phone's turn
    LED = "led"  # watches: a contact acts
    SPENT = "spent"  # watches: every rung was climbed


class Timer(NamedTuple):
    """One wait of an incident. `number` is the ring, or the turn of the rota."""

    side: Side
    step: Step
    number: int
    due_at: datetime | None


class Told(NamedTuple):
    """A contact on the ladder: what they were sent, what came of it, what they said."""

    recipient_id: str
    ring: int
    place: int
    answer: str | None
    texted: bool = False  # a first text is queued, or more than that
    tried: bool = False  # the carrier was asked to take it
    delivered: bool = False
    calls: int = 0
    ringing: bool = False  # a call waits or is under way
    opted_out: bool = False


def contacts_run(
    state: State, stopped_at: datetime | None, release_at: datetime, *, briefed: bool
) -> bool:
    """Whether contacts are still to be reached; without a brief nobody knows their numbers."""
    if state not in (State.PENDING, State.OPEN, State.ACKNOWLEDGED) or not briefed:
        return False
    return not is_stop_known_to_contacts(stopped_at, release_at)


def office_runs(state: State, kind: str, *, taken: bool, duress: bool) -> bool:
    """Whether staff are still to be reached: a contact's answer changes nothing here."""
    if taken or kind == "drill" or state is State.CLOSED:
        return False
    return duress or state not in (State.PENDING, State.CANCELLED)


def somebody_acts(people: Iterable[Told], lead_id: str | None) -> bool:
    return lead_id is not None and any(one.answer == Meaning.ACTING for one in people)


def counts_from(due_at: datetime, now: datetime) -> datetime:
    """The moment that the waits after a rung count from."""
    return due_at if now - due_at <= LATE else now


def set_back(seen_at: datetime, now: datetime) -> timedelta:
    """By how much the clock was set back since it was last looked at."""
    step = seen_at - now
    return step if step >= SET_BACK else timedelta(0)


def after_texting(ladder: Ladder, ring: int, at: datetime) -> list[Timer]:
    """The waits that begin when a ring is texted."""
    timers = [_contacts(Step.ANSWERED, ring, at, ladder.answer_s)]
    if ladder.calls:
        timers.append(_contacts(Step.DELIVERED, ring, at, ladder.delivered_s))
    return timers


def calling_again(ladder: Ladder, ring: int, at: datetime) -> list[Timer]:
    return [_contacts(Step.AGAIN, ring, at, ladder.call_again_s)] if ladder.calls else []


def unreached(people: Sequence[Told], ring: int) -> list[Told]:
    """Of a ring: those whose text the carrier had in time, and whose phone did not show it."""
    return [
        one for one in silent(people, ring) if one.tried and not one.delivered and not one.calls
    ]


def in_line(people: Sequence[Told], ring: int) -> int:
    """Of a ring: whose text still waits for its turn, as it does in a burst."""
    return sum(one.ring == ring and one.texted and not one.tried for one in people)


def is_heard(people: Sequence[Told], ring: int) -> bool:
    """Whether the carrier had a text for anybody of the ring: before that nobody can answer."""
    return any(one.ring == ring and one.tried for one in people)


def silent(people: Sequence[Told], ring: int) -> list[Told]:
    """Of a ring: those who were told, did not answer and can be called."""
    return [
        one
        for one in people
        if one.ring == ring
        and one.texted
        and one.answer is None
        and not one.ringing
        and not one.opted_out
    ]


def next_ring(people: Sequence[Told], ring: int) -> int | None:
    """The ring to tell when this one is silent; None where a later one was told already."""
    if any(one.texted and one.ring > ring for one in people):
        return None
    return min((one.ring for one in people if not one.texted and one.ring > ring), default=None)


def first_page(
    ladder: Ladder, since: datetime, seen_at: datetime | None, now: datetime, *, contacts: bool
) -> datetime:
    """When the first duty phone rings: at once where nobody could see the alert."""
    if not contacts or reason(ladder, seen_at, now) == "no_board":
        return since
    return since + timedelta(seconds=ladder.office_s)


def reason(ladder: Ladder, seen_at: datetime | None, now: datetime) -> Reason:
    """Why a duty phone rings. `seen_at`: when a board of the office or one above last stood."""
    awake = seen_at is not None and now - seen_at <= timedelta(seconds=ladder.office_s)
    return "not_taken" if awake else "no_board"


def page_after(ladder: Ladder, turn: int, phones: int, at: datetime) -> Timer:
    """The turn after this one, or the end of it."""
    following = turn + 1
    if following >= phones * ROUNDS:
        return Timer(Side.OFFICE, Step.SPENT, 0, None)
    wait = timedelta(seconds=ladder.office_s) if following % phones else BETWEEN_ROUNDS
    return Timer(Side.OFFICE, Step.PAGE, following, at + wait)


def _contacts(step: Step, ring: int, at: datetime, seconds: int) -> Timer:
    return Timer(Side.CONTACTS, step, ring, at + timedelta(seconds=seconds))
