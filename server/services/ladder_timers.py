"""The ladders' timers as rows, which move with a clock that is set back."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from server.columns import MICROSECOND
from server.db import Transaction
from server.domain import ladder as rules
from server.domain.incident import State
from server.domain.ladder import Side, Step, Timer
from server.services import rows
from server.statements import Statement
from server.tables import Incident, Recipient
from server.tables.ladders import BoardSeen, LadderClock, LadderTimer

NOTED_EVERY = timedelta(seconds=5)  # each note is a write, and the log is emptied when it rests

_timer = rows.table(LadderTimer)
_clock = rows.table(LadderClock)
_board = rows.table(BoardSeen)
_incident = rows.table(Incident)
_recipient = rows.table(Recipient)

_STEP = (
    (_timer.c.incident_id == bindparam("incident"))
    & (_timer.c.side == bindparam("of"))
    & (_timer.c.step == bindparam("what"))
    & (_timer.c.number == bindparam("turn"))
)
_INSERT = rows.inserting(LadderTimer)
_REMOVE = Statement(delete(_timer).where(_STEP))
_CLEAR = Statement(
    delete(_timer).where(
        _timer.c.incident_id == bindparam("incident"),
        _timer.c.side == bindparam("of"),
        _timer.c.step != bindparam("but"),
    )
)
_BRING_FORWARD = Statement(
    update(_timer)
    .where(
        _timer.c.incident_id == bindparam("incident"),
        _timer.c.side != Side.LEAD,
        _timer.c.due_at > bindparam("now"),
    )
    .values(due_at=bindparam("now"))
)
_STEPS = Statement(
    select(_timer.c.step, _timer.c.number).where(
        _timer.c.incident_id == bindparam("incident"), _timer.c.side == bindparam("of")
    )
)
_COLUMNS = [_timer.c[name] for name in ("incident_id", "side", "step", "number", "due_at")]
_DUE = Statement(
    select(*_COLUMNS)
    .where(_timer.c.due_at <= bindparam("now"))
    .order_by(_timer.c.due_at)
    .limit(bindparam("limit"))
)
_NEXT = Statement(select(func.min(_timer.c.due_at)))
_SEEN = Statement(select(_clock.c.seen_at).with_for_update())
_LOOK = Statement(select(_clock.c.seen_at))
_led = _incident.c.lead_id.is_not(None)
_contacts_over = or_(
    _incident.c.state.not_in(
        [literal(State.PENDING), literal(State.OPEN), literal(State.ACKNOWLEDGED)]
    ),
    _incident.c.brief.is_(None),
    _incident.c.stopped_at >= _incident.c.release_at,
)
_office_over = or_(_incident.c.taken_by.is_not(None), _incident.c.state == State.CLOSED)
_CHANGED = Statement(
    select(*_COLUMNS)
    .join(_incident, _incident.c.id == _timer.c.incident_id)
    .where(
        _timer.c.due_at.is_(None),
        or_(
            (_timer.c.side == Side.OFFICE) & _office_over,
            (_timer.c.side == Side.CONTACTS) & _contacts_over,
            (_timer.c.side == Side.CONTACTS) & (_timer.c.step == Step.SPENT) & _led,
            (_timer.c.step == Step.LED) & ~_led,
        ),
    )
    .limit(bindparam("limit"))
)
# A new alert, or one that was reopened, or under duress after a stop: the job begins the office's
# ladder in its next turn, so that a press writes a row less.
_UNTIMED = Statement(
    select(_incident.c.id)
    .where(
        _incident.c.kind == "alert",
        _incident.c.taken_by.is_(None),
        _incident.c.state.in_(
            [literal(State.OPEN), literal(State.ACKNOWLEDGED), literal(State.CLAIMED_SAFE)]
        )
        | (
            _incident.c.duress.is_(True)
            & _incident.c.state.in_([literal(State.PENDING), literal(State.CANCELLED)])
        ),
        ~exists().where(_timer.c.incident_id == _incident.c.id, _timer.c.side == Side.OFFICE),
    )
    .limit(bindparam("limit"))
)


class Due(NamedTuple):
    """A timer that is due, or a watch whose incident has changed."""

    incident_id: str
    timer: Timer


def begin_office(tx: Transaction, incident_id: str, due_at: datetime) -> None:
    """The office's ladder of an incident that is open now."""
    _put(tx, incident_id, Timer(Side.OFFICE, Step.OFFICE, 0, due_at))


def begin_ring(tx: Transaction, incident_id: str, ring: int, due_at: datetime) -> None:
    """The waits of a ring that is texted then."""
    _put(tx, incident_id, Timer(Side.CONTACTS, Step.RING, ring, due_at))


def released(tx: Transaction, incident_id: str, now: datetime) -> None:
    """What was to wait for the end of a countdown begins now, though the end was later once."""
    tx.run(_BRING_FORWARD, incident=incident_id, now=now)


def put(tx: Transaction, incident_id: str, timer: Timer) -> None:
    """Sets a timer, in place of the one of its step that may run."""
    remove(tx, incident_id, timer)
    _put(tx, incident_id, timer)


def remove(tx: Transaction, incident_id: str, timer: Timer) -> None:
    tx.run(_REMOVE, incident=incident_id, of=timer.side, what=timer.step, turn=timer.number)


def clear(tx: Transaction, incident_id: str, side: Side, *, but: str = "") -> None:
    """Ends a ladder's timers, but those of one step."""
    tx.run(_CLEAR, incident=incident_id, of=side, but=but)


def steps(tx: Transaction, incident_id: str, side: Side) -> set[tuple[str, int]]:
    return {(step, number) for step, number in tx.rows(_STEPS, incident=incident_id, of=side)}


def due(tx: Transaction, limit: int, now: datetime) -> list[Due]:
    """What is to be done, the longest due first."""
    found = [*tx.rows(_DUE, now=now, limit=limit), *tx.rows(_CHANGED, limit=limit)]
    return [
        Due(incident_id, Timer(Side(side), Step(step), number, due_at))
        for incident_id, side, step, number, due_at in found
    ]


def untimed(tx: Transaction, limit: int) -> list[str]:
    """Incidents that staff must be told of and that no timer of the office stands for."""
    return [incident_id for (incident_id,) in tx.rows(_UNTIMED, limit=limit)]


def next_due(tx: Transaction) -> datetime | None:
    found = tx.row(_NEXT)
    return found[0] if found else None


def is_clock_old(tx: Transaction, now: datetime) -> bool:
    """Whether timers run and the time has not been noted for a while, or was set back."""
    if next_due(tx) is None:
        return False
    found = tx.row(_LOOK)
    return found is None or now - found[0] >= NOTED_EVERY or bool(rules.set_back(found[0], now))


def note_clock(tx: Transaction, now: datetime) -> None:
    """Notes the time, one turn after another. Set back, it takes timers and signs along."""
    found = tx.row(_SEEN)
    if found is None:
        tx.execute(insert(_clock).values(id=1, seen_at=now))
        return
    if step := rules.set_back(found[0], now):
        for timed in (_timer.c.due_at, _board.c.seen_at, _recipient.c.seen_at):
            _move(tx, timed, step)
    if step or now > found[0]:
        tx.execute(update(_clock).values(seen_at=now))


def _move(tx: Transaction, timed: Any, step: timedelta) -> None:
    micros = step // MICROSECOND
    moved = type_coerce(timed, BigInteger) - micros
    tx.execute(update(timed.table).where(timed.is_not(None)).values({timed.name: moved}))


def _put(tx: Transaction, incident_id: str, timer: Timer) -> None:
    tx.run(
        _INSERT,
        incident_id=incident_id,
        side=timer.side,
        step=timer.step,
        number=timer.number,
        due_at=timer.due_at,
    )
