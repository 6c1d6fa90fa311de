"""Stop codes: a true one and a duress one look the same to the phone and tell the office apart."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update

from server.db import Transaction
from server.domain import delivery as delivery_rules
from server.domain.access import next_code_at
from server.domain.delivery import Kind
from server.domain.errors import Forbidden, NotKnown, TooManyTries
from server.domain.incident import DURESS_HOLD, State, Step, after, is_going_on
from server.services import deliveries, devices, endings, phone_views, rows, timeline
from server.services.timeline import PHONE
from server.statements import Statement
from server.tables import Attempt, Delivery, Device, Incident, PhoneView, Recipient
from server.vault import Vault
from shared import crypto, wire

_device = rows.table(Device)
_incident = rows.table(Incident)
_view = rows.table(PhoneView)
_recipient = rows.table(Recipient)
_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)

_TRIES = Statement(
    select(_device.c.wrong_codes, _device.c.codes_from).where(_device.c.id == bindparam("device"))
)
_COUNT_TRY = Statement(
    update(_device)
    .where(_device.c.id == bindparam("device"))
    .values(wrong_codes=bindparam("wrong"), codes_from=bindparam("again"))
)
_STOPPING = Statement(
    select(_incident.c.state, _view.c.state, _incident.c.kind, _incident.c.taken_by)
    .join(_view, _view.c.incident_id == _incident.c.id)
    .where(
        _incident.c.id == bindparam("incident"), _incident.c.activist_id == bindparam("activist")
    )
)
_STOPPED = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(
        state=bindparam("new_state"),
        stopped_at=bindparam("now"),
        heard_at=bindparam("now"),
        duress=bindparam("under_duress"),
    )
)
_HOLD = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(release_at=bindparam("release"))
)
_UNDER_DURESS = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(duress=True, heard_at=bindparam("now"))
)


class CodeKind(StrEnum):
    TRUE = "true"
    DURESS = "duress"


class Attempted(NamedTuple):
    """The verifiers to try a code on, outside any transaction: it takes 40 ms and 38 MiB."""

    device: devices.Caller
    true: bytes
    duress: bytes


def begin(tx: Transaction, vault: Vault, token: bytes, now: datetime) -> Attempted:
    """Who tries, and on what; raises TooManyTries while wrong codes are being waited for."""
    device = devices.caller(tx, token)
    found = tx.row(_TRIES, device=device.device_id)
    if found and found[1] and found[1] > now:
        wait = (found[1] - now).total_seconds()
        raise TooManyTries("Too many wrong codes.", wait)
    bundle = devices.open_bundle(vault, device)
    if bundle is None:
        raise Forbidden("This code is not right.", pointer="/code")
    return Attempted(device, bundle.stop, bundle.duress)


def recognised(code: str, attempted: Attempted) -> CodeKind | None:
    """Which code it is. Both are always tried, so that the time taken tells nothing."""
    true = crypto.code_matches(code, attempted.true)
    duress = crypto.code_matches(code, attempted.duress)
    if duress:
        return CodeKind.DURESS
    return CodeKind.TRUE if true else None


def refuse(tx: Transaction, device_id: str, now: datetime) -> Forbidden:
    """Counts a wrong code; it never touches presses."""
    found = tx.row(_TRIES, device=device_id)
    wrong = (found[0] if found else 0) + 1
    tx.run(_COUNT_TRY, device=device_id, wrong=wrong, again=next_code_at(wrong, now))
    return Forbidden("This code is not right.", pointer="/code", mend="Enter the stop code again.")


def stop(
    tx: Transaction,
    vault: Vault,
    device: devices.Caller,
    incident_id: UUID,
    kind: CodeKind,
    now: datetime,
) -> wire.Progress:
    """Does what the code says, and answers what the phone may see: the same for both."""
    incident = str(incident_id)
    found = tx.row(_STOPPING, incident=incident, activist=device.activist_id)
    if found is None:
        raise NotKnown("This phone has no such incident.", pointer="/incident_id")
    state, seen, alert_kind, _ = found
    forgive(tx, device.device_id)
    if is_going_on(State(seen)):
        _stop(tx, vault, incident, State(state), State(seen), alert_kind == "drill", kind, now)
    elif kind is CodeKind.DURESS and State(state) is not State.CLOSED:
        _mark_duress(tx, vault, incident, now)
    return phone_views.progress(tx, device, incident_id)


def forgive(tx: Transaction, device_id: str) -> None:
    """A code that was right ends the count of wrong ones."""
    tx.run(_COUNT_TRY, device=device_id, wrong=0, again=None)


def hold_under_duress(tx: Transaction, vault: Vault, incident: str, now: datetime) -> None:
    """An alert in its countdown, as a duress code leaves it, though its phone knows of no alert."""
    _stop(tx, vault, incident, State.PENDING, State.PENDING, False, CodeKind.DURESS, now)
    phone_views.hide(tx, incident)


def _stop(
    tx: Transaction,
    vault: Vault,
    incident: str,
    state: State,
    seen: State,
    drill: bool,
    kind: CodeKind,
    now: datetime,
) -> None:
    duress = kind is CodeKind.DURESS
    pending = state is State.PENDING
    shown = after(seen, Step.STOP)
    truth = state if duress else after(state, Step.STOP)
    tx.run(_STOPPED, incident=incident, new_state=truth, now=now, under_duress=duress)
    seq = timeline.append(
        tx, vault, incident, "stopped", PHONE, now, now, code=kind, before_release=pending
    )
    phone_views.freeze(tx, incident, shown, seq)
    if not pending:
        _tell_contacts(tx, incident, drill, now)
    elif duress:
        tx.run(_HOLD, incident=incident, release=now + DURESS_HOLD)
        deliveries.retime_alert(tx, incident, now + DURESS_HOLD)
    else:
        endings.forget(tx, incident)


def _mark_duress(tx: Transaction, vault: Vault, incident: str, now: datetime) -> None:
    """A duress code after a stop that was entered before: the office must know."""
    tx.run(_UNDER_DURESS, incident=incident, now=now)
    timeline.append(
        tx,
        vault,
        incident,
        "stopped",
        PHONE,
        now,
        now,
        code=CodeKind.DURESS,
        before_release=False,
    )


def _tell_contacts(tx: Transaction, incident: str, drill: bool, now: datetime) -> None:
    """One neutral text to everyone who was told of the alert: never "safe"."""
    lane = delivery_rules.lane(Kind.STOP_CLAIMED, 0, drill)
    deliveries.enqueue(
        tx,
        [
            deliveries.row(Kind.STOP_CLAIMED, incident, recipient, lane, now, now)
            for recipient in deliveries.listening(tx, incident)
        ],
    )
