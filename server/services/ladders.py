"""Climbing the ladders: calls, next rings and duty phones, from the incident's rows alone."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, exists, insert, literal, select

from server.db import Transaction
from server.domain import delivery as delivery_rules
from server.domain import ladder as rules
from server.domain.delivery import Kind
from server.domain.delivery import State as Sent
from server.domain.incident import State
from server.domain.ladder import DEFAULT, Ladder, Side, Step, Timer, Told
from server.services import (
    audit,
    deliveries,
    duty,
    elsewhere,
    ladder_timers,
    leads,
    openings,
    records,
    rows,
    timeline,
)
from server.services.ladder_timers import Due
from server.services.timeline import SYSTEM
from server.statements import Statement
from server.tables import Activist, Delivery, Incident, Recipient, Suppression
from server.tables.ladders import LadderSettings
from server.vault import Vault

_ladder = rows.table(LadderSettings)
_incident = rows.table(Incident)
_recipient = rows.table(Recipient)
_activist = rows.table(Activist)
_delivery = rows.table(Delivery)
_suppression = rows.table(Suppression)

A_MOMENT = timedelta(seconds=1)  # until the relay has released what is due
_SETTINGS = [_ladder.c[name] for name in asdict(DEFAULT)]
_OF = Statement(select(*_SETTINGS).where(_ladder.c.subject_id == bindparam("subject")))
_OFFICE = Statement(select(_activist.c.office_id).where(_activist.c.id == bindparam("activist")))
_FACTS = Statement(
    select(
        _incident.c.id,
        _incident.c.office_id,
        _incident.c.activist_id,
        _incident.c.kind,
        _incident.c.state,
        _incident.c.code,
        _incident.c.opened_at,
        _incident.c.release_at,
        _incident.c.stopped_at,
        _incident.c.lead_id,
        _incident.c.taken_by,
        _incident.c.duress,
        _incident.c.brief,
        _incident.c.second_office_id,
        _incident.c.unsure,
    ).where(_incident.c.id == bindparam("incident"))
)
_PEOPLE = Statement(
    select(
        _recipient.c.id,
        _recipient.c.ring,
        _recipient.c.place,
        _recipient.c.answer,
        exists().where(_suppression.c.number_mac == _recipient.c.number_mac).label("opted_out"),
    )
    .where(_recipient.c.incident_id == bindparam("incident"))
    .order_by(_recipient.c.place)
)
_SENT = Statement(
    select(
        _delivery.c.recipient_id, _delivery.c.kind, _delivery.c.state, _delivery.c.attempts
    ).where(
        _delivery.c.incident_id == bindparam("incident"),
        _delivery.c.kind.in_([literal(Kind.ALERT), literal(Kind.CALL)]),
    )
)
_UNDER_WAY = (Sent.QUEUED, Sent.SENDING, Sent.UNKNOWN)


class Facts(NamedTuple):
    """What the ladders look at in an incident's row."""

    id: str
    office_id: str
    activist_id: str
    kind: str
    state: State
    code: str
    opened_at: datetime
    release_at: datetime
    stopped_at: datetime | None
    lead_id: str | None
    taken_by: str | None
    duress: bool
    brief: bytes | None
    second_office_id: str | None
    unsure: bool


def ladder_of(tx: Transaction, office_id: str, activist_id: str | None = None) -> Ladder:
    """The activist's own ladder, else the office's, else the one that everybody begins with."""
    for subject in (activist_id, office_id):
        if subject and (found := tx.row(_OF, subject=subject)):
            return Ladder(**dict(zip(asdict(DEFAULT), found, strict=True)))
    return DEFAULT


def office_of_activist(tx: Transaction, activist_id: str) -> str | None:
    found = tx.row(_OFFICE, activist=activist_id)
    return str(found[0]) if found else None


def set_ladder(tx: Transaction, subject_id: str, ladder: Ladder, by: str, now: datetime) -> None:
    """Sets the waits of an office or an activist."""
    tx.execute(delete(_ladder).where(_ladder.c.subject_id == subject_id))
    tx.execute(insert(_ladder).values(subject_id=subject_id, **asdict(ladder)))
    audit.note(tx, by, "ladder changed", subject_id, now)


def remove_ladder(tx: Transaction, activist_id: str, by: str, now: datetime) -> None:
    """From now on the office's waits hold for this activist."""
    tx.execute(delete(_ladder).where(_ladder.c.subject_id == activist_id))
    audit.note(tx, by, "ladder removed", activist_id, now)


def is_due(tx: Transaction, now: datetime) -> bool:
    """Whether a turn has anything to do; a look costs the writer nothing."""
    return bool(
        ladder_timers.due(tx, 1, now)
        or ladder_timers.untimed(tx, 1)
        or ladder_timers.is_clock_old(tx, now)
    )


def turn(tx: Transaction, vault: Vault, limit: int, now: datetime) -> int:
    """Does what is due, at most so much of it; how much that was."""
    ladder_timers.note_clock(tx, now)
    found = ladder_timers.due(tx, limit, now)
    for one in found:
        _climb(tx, vault, one, now)
    fresh = ladder_timers.untimed(tx, limit)
    for incident_id in fresh:
        ladder_timers.begin_office(tx, incident_id, now)
    return len(found) + len(fresh)


def pass_over(
    tx: Transaction, vault: Vault, incident_id: str, recipient_id: str | None, now: datetime
) -> None:
    """Tells the ring after somebody whose phone is off, unless somebody acts or was told."""
    facts, people = _facts(tx, incident_id), _people(tx, incident_id)
    ring = next((one.ring for one in people if one.recipient_id == recipient_id), None)
    if ring is None or facts.state is State.PENDING or not _contacts_run(facts):
        return
    if facts.lead_id is None:
        _tell_next(tx, vault, facts, rules.next_ring(people, ring), now)


def _facts(tx: Transaction, incident_id: str) -> Facts:
    found = tx.row(_FACTS, incident=incident_id)
    if found is None:
        raise LookupError("no such incident")
    facts = Facts(*found)
    return facts._replace(state=State(facts.state))


def _climb(tx: Transaction, vault: Vault, due: Due, now: datetime) -> None:
    facts = _facts(tx, due.incident_id)
    ladder_timers.remove(tx, facts.id, due.timer)
    at = rules.counts_from(due.timer.due_at or now, now)
    match due.timer.side:
        case Side.OFFICE:
            _climb_office(tx, vault, facts, due.timer, at, now)
        case Side.CONTACTS:
            _climb_contacts(tx, vault, facts, due.timer, at, now)
        case Side.LEAD if facts.kind != "drill" and _contacts_run(facts):
            ladder = ladder_of(tx, facts.office_id, facts.activist_id)
            leads.look(tx, vault, facts.id, ladder, due.timer, now)


# Contacts


def _contacts_run(facts: Facts) -> bool:
    return rules.contacts_run(
        facts.state, facts.stopped_at, facts.release_at, briefed=facts.brief is not None
    )


def _climb_contacts(
    tx: Transaction, vault: Vault, facts: Facts, timer: Timer, at: datetime, now: datetime
) -> None:
    if not _contacts_run(facts):
        ladder_timers.clear(tx, facts.id, Side.CONTACTS)
        return
    if facts.state is State.PENDING:
        _wait_for_release(tx, facts, timer, now)
        return
    if facts.lead_id is not None:
        ladder_timers.clear(tx, facts.id, Side.CONTACTS)
        ladder_timers.put(tx, facts.id, Timer(Side.CONTACTS, Step.LED, 0, None))
        return
    people = _people(tx, facts.id)
    ladder = ladder_of(tx, facts.office_id, facts.activist_id)
    if facts.kind == "drill":
        ladder = replace(ladder, calls=False)
    _take_step(tx, vault, facts, ladder, people, timer, at, now)
    if not ladder_timers.steps(tx, facts.id, Side.CONTACTS):
        ladder_timers.put(tx, facts.id, Timer(Side.CONTACTS, Step.SPENT, 0, None))


def _take_step(
    tx: Transaction,
    vault: Vault,
    facts: Facts,
    ladder: Ladder,
    people: list[Told],
    timer: Timer,
    at: datetime,
    now: datetime,
) -> None:
    ring = timer.number
    match timer.step:
        case Step.RING:
            _wait(tx, facts, rules.after_texting(ladder, ring, at))
        case Step.DELIVERED:
            late = rules.unreached(people, ring)
            sent = elsewhere.send(tx, facts.id, {one.recipient_id for one in late}, now)
            late = [one for one in late if one.recipient_id not in sent]
            if ladder.calls:
                _call(tx, vault, facts, late, "not_delivered", now)
            if sent or rules.in_line(people, ring):
                _wait(tx, facts, [timer._replace(due_at=at + _seconds(ladder.delivered_s))])
        case Step.ANSWERED if not rules.is_heard(people, ring):
            _wait(tx, facts, [timer._replace(due_at=at + _seconds(ladder.answer_s))])
        case Step.ANSWERED:
            if ladder.calls:
                _call(tx, vault, facts, rules.silent(people, ring), "no_answer", now)
            _wait(tx, facts, rules.calling_again(ladder, ring, at))
            _tell_next(tx, vault, facts, rules.next_ring(people, ring), now)
        case Step.AGAIN:
            _call(tx, vault, facts, rules.silent(people, ring), "no_answer", now)
        case Step.LED:
            _begin_again(tx, facts, people, now)


def _begin_again(tx: Transaction, facts: Facts, people: list[Told], now: datetime) -> None:
    """Nobody leads any more: everybody who was told is due for an answer at once."""
    texted_now = {
        number
        for step, number in ladder_timers.steps(tx, facts.id, Side.CONTACTS)
        if step == Step.RING
    }
    told = {one.ring for one in people if one.texted} - texted_now
    _wait(tx, facts, [Timer(Side.CONTACTS, Step.ANSWERED, ring, now) for ring in sorted(told)])


def _call(
    tx: Transaction, vault: Vault, facts: Facts, people: list[Told], reason: str, now: datetime
) -> None:
    for one in people:
        lane = delivery_rules.lane(Kind.CALL, one.place, False)
        deliveries.enqueue(
            tx,
            [deliveries.row(Kind.CALL, facts.id, one.recipient_id, lane, now, facts.opened_at)],
        )
        timeline.append(
            tx,
            vault,
            facts.id,
            "calling",
            SYSTEM,
            now,
            now,
            recipient=one.recipient_id,
            reason=reason,
        )


def _tell_next(
    tx: Transaction, vault: Vault, facts: Facts, ring: int | None, now: datetime
) -> None:
    if ring is None:
        return
    brief = records.open_brief(vault, facts.id, facts.brief)
    openings.queue_ring(tx, facts.id, brief, ring, now)
    timeline.append(tx, vault, facts.id, "next_ring", SYSTEM, now, now, ring=ring)


def _people(tx: Transaction, incident_id: str) -> list[Told]:
    sent: dict[str, list[tuple[str, str, int]]] = {}
    for recipient_id, *one in tx.rows(_SENT, incident=incident_id):
        kind, state, attempts = one
        sent.setdefault(recipient_id, []).append((kind, state, attempts))
    return [
        _told(recipient_id, ring, place, answer, bool(opted_out), sent.get(recipient_id, ()))
        for recipient_id, ring, place, answer, opted_out in tx.rows(_PEOPLE, incident=incident_id)
    ]


def _told(
    recipient_id: str,
    ring: int,
    place: int,
    answer: str | None,
    opted_out: bool,
    sent: Iterable[tuple[str, str, int]],
) -> Told:
    texts = [(state, attempts) for kind, state, attempts in sent if kind == Kind.ALERT]
    calls = [state for kind, state, _ in sent if kind == Kind.CALL]
    return Told(
        recipient_id,
        ring,
        place,
        answer,
        texted=bool(texts),
        tried=any(attempts for _, attempts in texts),
        delivered=any(state == Sent.DELIVERED for state, _ in texts),
        calls=len(calls),
        ringing=any(state in _UNDER_WAY for state in calls),
        opted_out=opted_out,
    )


# The office


def _climb_office(
    tx: Transaction, vault: Vault, facts: Facts, timer: Timer, at: datetime, now: datetime
) -> None:
    if not rules.office_runs(
        facts.state, facts.kind, taken=facts.taken_by is not None, duress=facts.duress
    ):
        if facts.state is State.PENDING and facts.kind != "drill":
            _wait_for_release(tx, facts, timer, now)
        else:
            ladder_timers.clear(tx, facts.id, Side.OFFICE)
        return
    ladder = ladder_of(tx, facts.office_id, facts.activist_id)
    seen_at = duty.board_seen(tx, facts.office_id)
    alone = not _people(tx, facts.id)
    if timer.step is Step.OFFICE:
        due = rules.first_page(ladder, at, seen_at, now, contacts=not alone)
        _wait(tx, facts, [Timer(Side.OFFICE, Step.PAGE, 0, due)])
        return
    rotas = _rotas(tx, vault, facts, now)
    if not rotas:
        _wait(tx, facts, [rules.page_later(timer.number, at)])
        return
    reason = rules.reason(ladder, seen_at, now)
    alert = duty.About(facts.id, facts.office_id, facts.code, facts.opened_at)
    for phone in {phones[timer.number % len(phones)]: None for phones in rotas}:
        duty.page(tx, vault, phone, alert, reason, now, calls=ladder.calls)
    why = "no_contacts" if alone and timer.number == 0 else reason
    timeline.append(tx, vault, facts.id, "duty_paged", SYSTEM, now, now, reason=why)
    _wait(tx, facts, [rules.page_after(ladder, timer.number, max(map(len, rotas)), at)])


def _rotas(tx: Transaction, vault: Vault, facts: Facts, now: datetime) -> list[list[duty.Number]]:
    """Whose phones ring, turn by turn; the second office's too where it is unsure whose ground it
    is, or where nobody is on duty for the first.
    """
    own, second = duty.rota(tx, vault, facts.office_id, now), facts.second_office_id
    if second is None or (own and not facts.unsure):
        return [own] if own else []
    also = duty.rota(tx, vault, second, now)
    return [phones for phones in (own, also) if phones]


# Both


def _wait(tx: Transaction, facts: Facts, timers: list[Timer]) -> None:
    for timer in timers:
        ladder_timers.put(tx, facts.id, timer)


def _wait_for_release(tx: Transaction, facts: Facts, timer: Timer, now: datetime) -> None:
    """The countdown was held, or its end is being written down."""
    due = facts.release_at if facts.release_at > now else now + A_MOMENT
    ladder_timers.put(tx, facts.id, timer._replace(due_at=due))


def _seconds(number: int) -> timedelta:
    return timedelta(seconds=number)
