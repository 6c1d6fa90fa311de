"""The two ladders, and the lead: when contacts are called, a duty phone rings, a lead is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple

from server.domain.incident import State, is_stop_known_to_contacts

Reason = Literal["not_taken", "no_board"]


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """An office's waits, in seconds, or those of one activist; `calls`: whether phones ring."""

    delivered_s: int = 30
    answer_s: int = 90
    call_again_s: int = 60
    office_s: int = 60
    lead_s: int = 1200
    lead_answer_s: int = 600
    calls: bool = True


DEFAULT = Ladder()
# A phone in do-not-disturb rings for a second call of the same number within three minutes.
LONGEST_CALL_AGAIN = 150
# After the last duty phone the rota begins anew, until somebody takes the alert: so many times this
# much later, then each time twice as long after, up to the longest. Nobody sleeps through it all.
ROUNDS = 3
BETWEEN_ROUNDS = timedelta(minutes=5)
LONGEST_BETWEEN = timedelta(hours=1)
# A lead who gives a sign when it is due has twice the wait before the next, so often doubled: an
# alert may stay open for days, and whoever leads must sleep.
DOUBLINGS = 4
# A rung this late was due while no server ran: the waits that follow it count from now.
LATE = timedelta(seconds=5)
# A clock set back by this much or more takes the timers with it; less is the drift between hosts.
SET_BACK = timedelta(seconds=5)


class Side(StrEnum):
    CONTACTS = "contacts"
    OFFICE = "office"
    LEAD = "lead"


class Step(StrEnum):
    """What a timer does when it is due; one that only watches has no due time."""

    RING = "ring"  # a ring was texted: its waits begin
    DELIVERED = "delivered"  # its texts should have arrived
    ANSWERED = "answered"  # somebody should have answered
    AGAIN = "again"  # its second call
    OFFICE = "office"  # the incident is open: the office's wait begins
    PAGE = "page"  # a duty phone's turn
    LED = "led"  # watches: somebody leads
    SPENT = "spent"  # watches: every rung was climbed
    LEADS = "leads"  # somebody leads from now on: the wait for a sign of life begins
    SIGN = "sign"  # the lead should have given one
    ASKED = "asked"  # the lead was asked, and should have answered


class Timer(NamedTuple):
    """One wait of an incident. `number`: the ring, the rota's turn, how often a lead was asked."""

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


def counts_from(due_at: datetime, now: datetime) -> datetime:
    """The moment that the waits after a rung count from."""
    return due_at if now - due_at <= LATE else now


def set_back(seen_at: datetime, now: datetime) -> timedelta:
    """By how much the clock was set back since it was last looked at."""
    step = seen_at - now
    return step if step >= SET_BACK else timedelta(0)


def after_texting(ladder: Ladder, ring: int, at: datetime) -> list[Timer]:
    """The waits that begin when a ring is texted."""
    return [
        _contacts(Step.ANSWERED, ring, at, ladder.answer_s),
        _contacts(Step.DELIVERED, ring, at, ladder.delivered_s),
    ]


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
    """The turn after this one."""
    following = turn + 1
    rounds, in_round = divmod(following, phones)
    wait = timedelta(seconds=ladder.office_s) if in_round else _between(rounds)
    return Timer(Side.OFFICE, Step.PAGE, following, at + wait)


def _between(rounds: int) -> timedelta:
    """The pause after so many rounds."""
    doubled = min(max(rounds - ROUNDS + 1, 0), DOUBLINGS)
    return min(BETWEEN_ROUNDS * (1 << doubled), LONGEST_BETWEEN)


def page_later(turn: int, at: datetime) -> Timer:
    """The same turn once more: nobody is on duty now, and a shift may begin."""
    return Timer(Side.OFFICE, Step.PAGE, turn, at + BETWEEN_ROUNDS)


def lead_wait(ladder: Ladder, asked: int) -> timedelta:
    """How long a lead may be silent who has answered the question so often."""
    return timedelta(seconds=ladder.lead_s * 2 ** min(asked, DOUBLINGS))


def next_sign(
    ladder: Ladder, timer: Timer, seen_at: datetime | None, now: datetime
) -> Timer | None:
    """The next wait of a contact who leads and was there lately; None for one who was not."""
    if seen_at is None:
        return None
    asked, since = timer.number, now - lead_wait(ladder, timer.number)
    if timer.step is Step.ASKED:
        asked += 1
        since = (timer.due_at or now) - timedelta(seconds=ladder.lead_answer_s)
    if seen_at <= since:
        return None
    return Timer(Side.LEAD, Step.SIGN, asked, seen_at + lead_wait(ladder, asked))


def next_board(
    ladder: Ladder, timer: Timer, seen_at: datetime | None, now: datetime
) -> Timer | None:
    """The same for an officer, who is there while a board is open and is asked nothing."""
    wait = lead_wait(ladder, timer.number)
    if seen_at is None or seen_at <= now - wait:
        return None
    following = timer.number + 1
    return Timer(Side.LEAD, Step.SIGN, following, seen_at + lead_wait(ladder, following))


def _contacts(step: Step, ring: int, at: datetime, seconds: int) -> Timer:
    return Timer(Side.CONTACTS, step, ring, at + timedelta(seconds=seconds))
