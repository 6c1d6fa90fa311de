"""Who is on: shifts that begin and end, boards that stand, notes for whoever comes next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update

from server.db import Transaction
from server.domain import shift as rules
from server.domain.errors import NotAllowed
from server.services import audit, offices, rows, staff, timeline
from server.services.staff import Session
from server.tables.shifts import Desk, HandOver, Shift
from server.tables.sign_in import StaffSession
from server.vault import Vault, about

MAX_NOTE = 4000  # characters
NOTES = 5  # the newest shifts' ends that whoever comes on is told
SEEN_EVERY = rules.LEFT_AFTER / 10  # each time it is noted is a write

_desk = rows.table(Desk)
_shift = rows.table(Shift)
_note = rows.table(HandOver)
_session = rows.table(StaffSession)


class OnDuty(NamedTuple):
    """Somebody whose shift goes on."""

    staff_id: str
    name: str
    office: str
    office_name: str
    began_at: datetime


class Ended(NamedTuple):
    """A shift that is over. `left`: nobody ended it. `note` is null where it may not be read."""

    name: str
    office_name: str
    began_at: datetime
    ended_at: datetime
    left: bool
    note: str | None


class Away(NamedTuple):
    """Since when somebody was away, and how far the timeline was then."""

    since: datetime
    seq: int


def note_desk(tx: Transaction, staff_id: str, now: datetime) -> None:
    """A board of this person stands; where none stood for long, they were away until now."""
    query = select(_desk.c.seen_at, _desk.c.seen_seq).where(_desk.c.staff_id == staff_id)
    seen = tx.execute(query).one_or_none()
    if seen is None:
        fresh = {"seen_at": now, "seen_seq": timeline.last_seq(tx)}
        tx.execute(insert(_desk).values(staff_id=staff_id, **fresh))
    elif rules.has_left(seen.seen_at, now):
        _end_where_left(tx, staff_id, seen.seen_at, seen.seen_seq)
        gap = {"left_at": seen.seen_at, "left_seq": seen.seen_seq}
        _stands(tx, staff_id, now, **gap)
    elif now - seen.seen_at >= SEEN_EVERY:
        stand = select(_session.c.id).where(_session.c.expires_at > now)
        gone = _shift.c.session_id.not_in(stand)
        _end_where_left(tx, staff_id, seen.seen_at, seen.seen_seq, gone)
        _stands(tx, staff_id, now)


def begin(tx: Transaction, who: Session, now: datetime) -> None:
    """From now on they are on; whoever is on already stays so."""
    note_desk(tx, who.staff_id, now)
    if mine(tx, who, now) is not None:
        return
    query = select(_desk.c.seen_at, _desk.c.seen_seq).where(_desk.c.staff_id == who.staff_id)
    seen = tx.execute(query).one()
    _end_where_left(tx, who.staff_id, seen.seen_at, seen.seen_seq)
    shift_id = str(uuid4())
    tx.execute(
        insert(_shift).values(
            id=shift_id,
            staff_id=who.staff_id,
            office_id=who.office_id,
            session_id=who.id,
            began_at=now,
            left=False,
        )
    )
    audit.note(tx, who.staff_id, "shift began", shift_id, now)


def end(tx: Transaction, vault: Vault, who: Session, note: str, now: datetime) -> None:
    """Their shift is over; the note is for whoever comes on next, and for the offices above."""
    shift = mine(tx, who, now)
    if shift is None:
        raise NotAllowed("You are not on shift.", mend="It has ended, or was never begun.")
    over = {"ended_at": now, "ended_seq": timeline.last_seq(tx)}
    tx.execute(update(_shift).where(_shift.c.id == shift.id).values(**over))
    tx.execute(delete(_note).where(_note.c.at <= now - rules.TOLD_FOR))
    for reader in offices.readers(tx, shift.office_id) if note else []:
        place = _place(shift.id, reader.office_id)
        tx.execute(
            insert(_note).values(
                shift_id=shift.id,
                office_id=reader.office_id,
                version=reader.version,
                sealed=vault.seal_row_blind(reader.public_key, note.encode(), place),
                at=now,
            )
        )
    audit.note(tx, who.staff_id, "shift ended", shift.id, now)


def mine(tx: Transaction, who: Session, now: datetime) -> Any | None:
    """The row of somebody's own shift that goes on."""
    found = _standing(tx, [_shift.c.staff_id == who.staff_id, _shift.c.ended_at.is_(None)], now)
    return next((row for row in found if _end(row, now) is None), None)


def on_duty(tx: Transaction, vault: Vault, who: Session, now: datetime) -> list[OnDuty]:
    """Whose shift goes on in the offices this person sees, the longest first."""
    here = _shift.c.office_id.in_(sorted(who.sees))
    found = [
        row
        for row in _standing(tx, [here, _shift.c.ended_at.is_(None)], now)
        if _end(row, now) is None
    ]
    if not found:
        return []
    called, places = staff.names(tx, vault), offices.names(tx)
    return [
        OnDuty(row.staff_id, called[row.staff_id], row.office_id, places[row.office_id], began)
        for row in found
        for began in [row.began_at]
    ]


def ended(tx: Transaction, vault: Vault, who: Session, now: datetime) -> list[Ended]:
    """The last shifts of these offices that are over, newest first, with what was handed over."""
    here = _shift.c.office_id.in_(sorted(who.sees))
    lately = or_(_shift.c.ended_at.is_(None), _shift.c.ended_at > now - rules.TOLD_FOR)
    over = [
        (at, row)
        for row in _standing(tx, [here, lately], now)
        if (at := _end(row, now)) is not None and rules.is_told(at, now)
    ]
    over = sorted(over, key=lambda one: one[0], reverse=True)[:NOTES]
    called, places = staff.names(tx, vault), offices.names(tx)
    return [
        Ended(
            called[row.staff_id],
            places[row.office_id],
            row.began_at,
            at,
            bool(row.left) or row.ended_at is None,
            _read_note(tx, vault, who, row.id),
        )
        for at, row in over
    ]


def away(tx: Transaction, who: Session, now: datetime) -> Away | None:
    """Since their last shift ended; who has had none lately, since a board of theirs stood."""
    own = _shift.c.staff_id == who.staff_id
    lately = or_(_shift.c.ended_at.is_(None), _shift.c.ended_at > now - rules.TOLD_FOR)
    ends = [
        Away(at, row.ended_seq if row.ended_at is not None else row.seen_seq)
        for row in _standing(tx, [own, lately], now)
        if (at := _end(row, now)) is not None
    ]
    desk = tx.execute(select(_desk).where(_desk.c.staff_id == who.staff_id)).one_or_none()
    if not ends and desk is not None and rules.has_left(desk.seen_at, now):
        ends = [Away(desk.seen_at, desk.seen_seq)]
    elif not ends and desk is not None and desk.left_at is not None:
        ends = [Away(desk.left_at, desk.left_seq)]
    last = max(ends, default=None)
    return last if last is not None and rules.is_told(last.since, now) else None


def _standing(tx: Transaction, which: Sequence[Any], now: datetime) -> list[Any]:
    """Shifts, each with its board's last sign and whether its session stands, oldest first."""
    query = (
        select(*_shift.c, _desk.c.seen_at, _desk.c.seen_seq, _session.c.id.label("signed_in"))
        .join(_desk, _desk.c.staff_id == _shift.c.staff_id)
        .outerjoin(
            _session, and_(_session.c.id == _shift.c.session_id, _session.c.expires_at > now)
        )
        .where(*which)
        .order_by(_shift.c.began_at, _shift.c.id)
    )
    return list(tx.execute(query))


def _end(row: Any, now: datetime) -> datetime | None:
    return rules.end_of(row.ended_at, row.seen_at, row.signed_in is not None, now)


def _end_where_left(
    tx: Transaction, staff_id: str, at: datetime, seq: int, *which: ColumnElement[bool]
) -> None:
    """A shift that nobody ended is over since its officer's board was last seen."""
    open_one = (_shift.c.staff_id == staff_id, _shift.c.ended_at.is_(None), *which)
    over = {"ended_at": at, "ended_seq": seq, "left": True}
    tx.execute(update(_shift).where(*open_one).values(**over))


def _stands(tx: Transaction, staff_id: str, now: datetime, **gap: Any) -> None:
    fresh = {"seen_at": now, "seen_seq": timeline.last_seq(tx), **gap}
    tx.execute(update(_desk).where(_desk.c.staff_id == staff_id).values(**fresh))


def _read_note(tx: Transaction, vault: Vault, who: Session, shift_id: str) -> str | None:
    query = select(_note.c.version, _note.c.sealed).where(
        _note.c.shift_id == shift_id, _note.c.office_id == who.office_id
    )
    found = tx.execute(query).one_or_none()
    key = who.keys.get((who.office_id, found.version)) if found is not None else None
    if found is None or key is None:
        return None
    return vault.open_row(key, bytes(found.sealed), _place(shift_id, who.office_id)).decode()


def _place(shift_id: str, office_id: str) -> bytes:
    return about("hand_over", shift_id, office_id)
