"""A press: opens or joins an incident, in one transaction with everything that must follow."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, case, literal, select, update

from server.db import Transaction
from server.domain import delivery as delivery_rules
from server.domain.delivery import Kind
from server.domain.errors import NotAllowed
from server.domain.incident import OnPress, State, is_going_on, may_text_again, on_press
from server.services import deliveries, devices, endings, openings, records, rows, timeline
from server.services.devices import Caller
from server.services.records import Secret
from server.services.timeline import PHONE
from server.statements import Statement
from server.tables import Incident, PhoneView, PressedAlert
from server.vault import Vault, token_hash
from shared import wire

_alert = rows.table(PressedAlert)
_incident = rows.table(Incident)
_view = rows.table(PhoneView)

_GOING_ON = [literal(state) for state in State if is_going_on(state)]

# Who presses, and the answer where this press is stored already: one look, not two.
_PRESSING = Statement(
    devices.BY_TOKEN.add_columns(
        _alert.c.incident_id, _alert.c.received_at, _alert.c.release_at, _alert.c.contacts
    ).outerjoin(
        _alert,
        and_(_alert.c.device_id == devices.TABLE.c.id, _alert.c.id == bindparam("alert")),
    )
)
_LATEST = Statement(
    select(
        _incident.c.id,
        _incident.c.kind,
        _incident.c.state,
        _view.c.state,
        _incident.c.release_at,
        _incident.c.again_texted_at,
        _view.c.contacts,
        _incident.c.brief,
    )
    .join(_view, _view.c.incident_id == _incident.c.id)
    .where(_incident.c.activist_id == bindparam("activist"))
    # One that goes on comes first: a clock that steps back must not hide it.
    .order_by(case((_view.c.state.in_(_GOING_ON), 0), else_=1), _incident.c.opened_at.desc())
    .limit(1)
)
_NEWEST = Statement(
    select(_alert.c.id, _alert.c.received_at, _alert.c.release_at, _alert.c.contacts)
    .where(_alert.c.incident_id == bindparam("incident"))
    .order_by(_alert.c.received_at.desc())
    .limit(1)
)
_NEARER = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(release_at=bindparam("release"), again_at=bindparam("now"), heard_at=bindparam("now"))
)
_AGAIN = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(again_at=bindparam("now"), heard_at=bindparam("now"))
)
_TEXTED_AGAIN = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(again_texted_at=bindparam("now"))
)


class Raised(NamedTuple):
    """The answer to a press, and whether it is the first one for this id."""

    accepted: wire.Accepted
    first: bool


class Latest(NamedTuple):
    """The activist's latest incident; `seen` is its state as the phone may know it."""

    id: str
    kind: str
    state: State
    seen: State
    release_at: datetime
    again_texted_at: datetime | None
    contacts: int
    brief: bytes | None


def raise_alert(
    tx: Transaction, vault: Vault, token: bytes, press: wire.Press, now: datetime
) -> Raised:
    """Opens or joins the incident and queues its first ring. The same id twice changes nothing."""
    alert_id = press.alert.id
    found = tx.row(_PRESSING, token_hash=token_hash(token), alert=str(alert_id))
    device = devices.known(token, found and found[:-4])
    if found and found[-4] is not None:
        return Raised(openings.accepted(UUID(found[-4]), alert_id, *found[-3:]), first=False)
    return raise_for(tx, vault, device, devices.open_bundle(vault, device), press, now)


def raise_for(
    tx: Transaction,
    vault: Vault,
    device: Caller,
    bundle: wire.Bundle | None,
    press: wire.Press,
    now: datetime,
) -> Raised:
    """`raise_alert` for a bundle that is open already, as a missed check-in's is."""
    latest = _latest(tx, device.activist_id)
    seen, kind = (latest.seen, latest.kind) if latest else (None, None)
    match on_press(press.alert.kind, seen, kind), latest:
        case OnPress.REFUSED, _:
            raise NotAllowed(
                "A drill cannot start while the one before is not closed.",
                mend="Ask the office to close it, or press an alert.",
                pointer="/kind",
            )
        case (OnPress.JOINS | OnPress.JOINS_COUNTDOWN) as joining, Latest() as joined:
            accepted = _join(tx, vault, joined, joining, press, now)
        case OnPress.ENDS_DRILL, Latest() as drill:
            endings.end_drill(tx, vault, drill.id, now)
            accepted = openings.open_incident(tx, vault, device, bundle, drill.id, press, now)
        case _:
            linked = latest.id if latest and latest.seen is not State.CLOSED else None
            accepted = openings.open_incident(tx, vault, device, bundle, linked, press, now)
    remember(tx, device, press.alert.id, accepted)
    return Raised(accepted, first=True)


def remember(tx: Transaction, device: Caller, alert_id: UUID, accepted: wire.Accepted) -> None:
    """The same id again gets the same answer."""
    tx.run(
        rows.INSERT_ALERT,
        device_id=device.device_id,
        id=str(alert_id),
        incident_id=str(accepted.incident_id),
        received_at=accepted.received_at,
        release_at=accepted.release_at,
        contacts=accepted.contacts,
    )


def going_on(tx: Transaction, activist_id: str) -> wire.Accepted | None:
    """The answer to the newest press of the alert that goes on, as the phone may know it: for a
    phone that never heard it, since the server raised the alert or the phone was set up anew."""
    latest = _latest(tx, activist_id)
    if latest is None or latest.kind == "drill" or not is_going_on(latest.seen):
        return None
    newest = tx.row(_NEWEST, incident=latest.id)
    if newest is None:
        return None
    return openings.accepted(UUID(latest.id), UUID(newest[0]), *newest[1:])


def _latest(tx: Transaction, activist_id: str) -> Latest | None:
    found = tx.row(_LATEST, activist=activist_id)
    if found is None:
        return None
    latest = Latest(*found)
    return latest._replace(state=State(latest.state), seen=State(latest.seen))


def _join(
    tx: Transaction,
    vault: Vault,
    latest: Latest,
    joining: OnPress,
    press: wire.Press,
    now: datetime,
) -> wire.Accepted:
    alert = press.alert
    release_at = latest.release_at
    if joining is OnPress.JOINS_COUNTDOWN:
        release_at = min(release_at, now + timedelta(seconds=alert.countdown_s))
        tx.run(_NEARER, incident=latest.id, release=release_at, now=now)
        deliveries.retime_alert(tx, latest.id, release_at)
    else:
        tx.run(_AGAIN, incident=latest.id, now=now)
        if latest.brief is not None and may_text_again(latest.again_texted_at, now):
            _text_again(tx, vault, latest, now)
    timeline.append(
        tx,
        vault,
        latest.id,
        "pressed_again",
        PHONE,
        alert.pressed_at,
        now,
        secret=Secret(position=alert.position, battery=alert.battery, note=alert.note),
        trigger=alert.trigger,
        left_out=list(press.left_out),
    )
    return openings.accepted(UUID(latest.id), alert.id, now, release_at, latest.contacts)


def _text_again(tx: Transaction, vault: Vault, latest: Latest, now: datetime) -> None:
    brief = records.open_brief(vault, latest.id, latest.brief)
    tx.run(_TEXTED_AGAIN, incident=latest.id, now=now)
    listening = set(deliveries.listening(tx, latest.id))
    lane = delivery_rules.lane(Kind.AGAIN, 0, latest.kind == "drill")
    deliveries.enqueue(
        tx,
        [
            deliveries.row(Kind.AGAIN, latest.id, person.recipient_id, lane, now, now)
            for person in brief.people
            if person.recipient_id in listening
        ],
    )
