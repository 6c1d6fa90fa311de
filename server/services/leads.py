"""Who leads an incident: the first who acts, until they give up or fall silent; then the next."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from server.db import Transaction
from server.domain import ladder as rules
from server.domain.answers import Meaning
from server.domain.delivery import Kind
from server.domain.incident import State, after, is_stop_known_to_contacts
from server.domain.incident import Step as IncidentStep
from server.domain.ladder import Ladder, Side, Step, Timer
from server.services import (
    courtesies,
    duty,
    ladder_timers,
    offices,
    phone_views,
    records,
    rows,
    timeline,
)
from server.services.courtesies import Whom
from server.services.records import Heard
from server.services.timeline import SYSTEM
from server.statements import Statement
from server.tables import Incident, Recipient
from server.vault import Vault

_incident = rows.table(Incident)
_recipient = rows.table(Recipient)

_LED = Statement(
    select(
        _incident.c.id,
        _incident.c.office_id,
        _incident.c.kind,
        _incident.c.state,
        _incident.c.lead_id,
        _incident.c.taken_by,
        _incident.c.stopped_at,
        _incident.c.release_at,
        _incident.c.brief,
    ).where(_incident.c.id == bindparam("incident"))
)
_SET = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(state=bindparam("new_state"), lead_id=bindparam("new_lead"))
)
_TO_COLLEAGUE = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"), _incident.c.lead_id == _incident.c.taken_by)
    .values(lead_id=bindparam("staff"))
)
_NOT_TAKEN = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(taken_by=None, taken_at=None)
)
_ACTING = Statement(
    select(_recipient.c.id)
    .where(
        _recipient.c.incident_id == bindparam("incident"),
        _recipient.c.answer == Meaning.ACTING,
    )
    .order_by(_recipient.c.answered_at)
)
_SEEN = Statement(select(_recipient.c.seen_at).where(_recipient.c.id == bindparam("recipient")))
_SIGN = Statement(
    update(_recipient)
    .where(_recipient.c.id == bindparam("recipient"))
    .values(seen_at=bindparam("now"))
)
_UNANSWERED = Statement(
    update(_recipient)
    .where(_recipient.c.id == bindparam("recipient"))
    .values(answer=None, answered_at=None)
)


class Led(NamedTuple):
    """An incident and who leads it: a contact, an officer or nobody."""

    id: str
    office_id: str
    kind: str
    state: State
    lead_id: str | None
    taken_by: str | None
    stopped_at: datetime | None
    release_at: datetime
    brief: bytes | None


def claim(
    tx: Transaction, vault: Vault, incident_id: str, who: str, seq: int, now: datetime
) -> None:
    """A contact or an officer acts, and leads where nobody does.

    One unit writes at a time: of those who claim at the same instant one leads, and everybody is
    told the same.
    """
    led = _led(tx, incident_id)
    moved = led.state in (State.OPEN, State.ACKNOWLEDGED)
    state = after(led.state, IncidentStep.ACKNOWLEDGE) if moved else led.state
    tx.run(_SET, incident=led.id, new_state=state, new_lead=led.lead_id or who)
    if moved:
        phone_views.set_state(tx, led.id, state, seq)
    if led.lead_id is None:
        _announce(tx, vault, led, who, now)


def pass_to_colleague(tx: Transaction, incident_id: str, staff_id: str) -> None:
    """An officer who led hands the alert over, and the lead with it."""
    tx.run(_TO_COLLEAGUE, incident=incident_id, staff=staff_id)


def give_up(
    tx: Transaction, vault: Vault, incident_id: str, who: str, seq: int, now: datetime
) -> None:
    """Whoever acted does so no more.

    The lead passes to a contact who acts, then to the officer who has the alert. With neither the
    alert is open again, and everybody hears that nobody acts.
    """
    led = _led(tx, incident_id)
    acting = [str(one) for (one,) in tx.rows(_ACTING, incident=led.id)]
    state = led.state
    if state is State.ACKNOWLEDGED and not acting and led.taken_by is None:
        state = after(state, IncidentStep.GIVE_UP)
        phone_views.set_state(tx, led.id, state, seq)
    heir = next(iter(acting), led.taken_by) if led.lead_id == who else led.lead_id
    tx.run(_SET, incident=led.id, new_state=state, new_lead=heir)
    if led.lead_id == who:
        ladder_timers.clear(tx, led.id, Side.LEAD)
        _pass_on(tx, vault, led, who, heir, now)


def take_back(
    tx: Transaction, vault: Vault, incident_id: str, officer: str, seq: int, now: datetime
) -> None:
    """Nobody of the office has the alert any more: its ladder begins anew, and the lead passes."""
    tx.run(_NOT_TAKEN, incident=incident_id)
    phone_views.take(tx, incident_id, seq, taken=False)
    give_up(tx, vault, incident_id, officer, seq, now)


def lose(tx: Transaction, vault: Vault, incident_id: str, lead: str, now: datetime) -> None:
    """A contact who led cannot be reached: their answer counts no more, and they are asked anew."""
    seq = timeline.append(tx, vault, incident_id, "lead_silent", SYSTEM, now, now, recipient=lead)
    tx.run(_UNANSWERED, recipient=lead)
    phone_views.count(tx, incident_id, "acknowledged", seq, more=-1)
    give_up(tx, vault, incident_id, lead, seq, now)


def name_of(tx: Transaction, vault: Vault, incident_id: str, lead_id: str) -> str:
    """Who leads, as contacts are told: a contact's name, or the office's."""
    return _name(tx, vault, _led(tx, incident_id), lead_id)


def note_sign(tx: Transaction, recipient_id: str, now: datetime) -> None:
    """A contact is there: wrote, pressed a key, or has their page open."""
    tx.run(_SIGN, recipient=recipient_id, now=now)


def look(
    tx: Transaction, vault: Vault, incident_id: str, ladder: Ladder, timer: Timer, now: datetime
) -> None:
    """What a timer of the lead does when it is due."""
    led = _led(tx, incident_id)
    if led.lead_id is None:
        return
    if timer.step is Step.LEADS:
        _wait(tx, led, Step.SIGN, 0, now + rules.lead_wait(ladder, 0))
        return
    contact = tx.row(_SEEN, recipient=led.lead_id)
    if contact is None:
        _look_for_officer(tx, vault, led, led.lead_id, ladder, timer, now)
    elif following := rules.next_sign(ladder, timer, contact[0], now):
        ladder_timers.put(tx, led.id, following)
    elif timer.step is Step.ASKED:
        lose(tx, vault, led.id, led.lead_id, now)
    else:
        timeline.append(tx, vault, led.id, "lead_asked", SYSTEM, now, now, recipient=led.lead_id)
        courtesies.tell(tx, vault, Kind.STILL_ACTING, _whom(led, led.lead_id), now)
        answer = now + timedelta(seconds=ladder.lead_answer_s)
        _wait(tx, led, Step.ASKED, timer.number, answer)


def _look_for_officer(
    tx: Transaction,
    vault: Vault,
    led: Led,
    officer: str,
    ladder: Ladder,
    timer: Timer,
    now: datetime,
) -> None:
    """After the first hours an office may close for the night and keep what it has."""
    if timer.number > rules.DOUBLINGS:
        return
    if following := rules.next_board(ladder, timer, duty.board_seen(tx, led.office_id), now):
        ladder_timers.put(tx, led.id, following)
        return
    seq = timeline.append(tx, vault, led.id, "lead_silent", SYSTEM, now, now)
    take_back(tx, vault, led.id, officer, seq, now)


def _pass_on(
    tx: Transaction, vault: Vault, led: Led, who: str, heir: str | None, now: datetime
) -> None:
    if heir is None:
        if not is_stop_known_to_contacts(led.stopped_at, led.release_at):
            courtesies.tell_nobody_acts(tx, vault, led.id, now)
        return
    _announce(tx, vault, led, heir, now)
    if heir != led.taken_by:
        heard = Heard(you_lead=True, who=_name(tx, vault, led, who))
        courtesies.tell(tx, vault, Kind.LEADS, _whom(led, heir), now, heard)


def _announce(tx: Transaction, vault: Vault, led: Led, lead: str, now: datetime) -> None:
    _wait(tx, led, Step.LEADS, 0, now)
    name = _name(tx, vault, led, lead)
    courtesies.tell_who_leads(tx, vault, led.id, lead, name, now)


def _wait(tx: Transaction, led: Led, step: Step, number: int, due: datetime) -> None:
    ladder_timers.put(tx, led.id, Timer(Side.LEAD, step, number, due))


def _name(tx: Transaction, vault: Vault, led: Led, lead: str) -> str:
    people = records.open_brief(vault, led.id, led.brief).people if led.brief else []
    names = {person.recipient_id: person.name for person in people}
    return names[lead] if lead in names else offices.name_of_incident(tx, led.id)


def _whom(led: Led, recipient_id: str) -> Whom:
    return Whom(led.id, recipient_id, led.kind == "drill")


def _led(tx: Transaction, incident_id: str) -> Led:
    found = tx.row(_LED, incident=incident_id)
    if found is None:
        raise LookupError("no such incident")
    led = Led(*found)
    return led._replace(state=State(led.state))
