"""The check-in timer, kept by the server: missed, it raises the alert, phone on or off."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4, uuid5

from sqlalchemy import bindparam, delete, exists, literal, select

from server.db import Transaction
from server.domain.errors import NotKnown, Unfit
from server.domain.incident import DURESS_HOLD
from server.services import alerts, devices, openings, records, rows, stops
from server.services.devices import Caller
from server.services.records import Parked
from server.services.stops import CodeKind
from server.statements import Statement
from server.tables import Activist, CheckInTimer, Device, PressedAlert
from server.vault import Vault, about
from shared import wire

LONGEST = timedelta(days=2)

_timer = rows.table(CheckInTimer)
_device = rows.table(Device)
_activist = rows.table(Activist)
_alert = rows.table(PressedAlert)

_INSERT = rows.inserting(CheckInTimer)
_DELETE = Statement(delete(_timer).where(_timer.c.activist_id == bindparam("activist")))
_ONE = Statement(
    select(_timer.c.due_at, _timer.c.alert_id).where(_timer.c.activist_id == bindparam("activist"))
)
_DUE = Statement(
    select(
        _timer.c.activist_id,
        _timer.c.device_id,
        _activist.c.office_id,
        _timer.c.alert_id,
        _timer.c.due_at,
        _timer.c.sealed,
    )
    .join(_activist, _activist.c.id == _timer.c.activist_id)
    .where(_timer.c.due_at <= bindparam("now"))
)
_IS_RAISED = Statement(
    select(literal(1)).where(
        exists().where(_alert.c.device_id == bindparam("device"), _alert.c.id == bindparam("alert"))
    )
)


class Timer(NamedTuple):
    due_at: datetime
    alert_id: str


def standing(tx: Transaction, device: Caller, now: datetime) -> wire.CheckInStanding:
    """What the phone may know: the timer that runs, and the alert that goes on."""
    timer = _running(tx, device)
    return wire.CheckInStanding(
        now=now,
        due_at=timer.due_at if timer else None,
        incident=alerts.going_on(tx, device.activist_id),
    )


def arm(
    tx: Transaction, vault: Vault, token: bytes, asked: wire.CheckIn, now: datetime
) -> wire.CheckInStanding:
    """Sets the timer, in place of one that runs; its alert's contacts are parked until it ends."""
    device = devices.caller(tx, token)
    _park(tx, vault, device, str(uuid4()), asked, now)
    return standing(tx, device, now)


def extend(
    tx: Transaction,
    vault: Vault,
    device: Caller,
    asked: wire.CheckInChange,
    code: CodeKind | None,
    now: datetime,
) -> wire.CheckInStanding:
    """Moves a timer that runs: the same for both codes, and for none."""
    timer = _running(tx, device)
    if timer is None:
        raise NotKnown("No timer is running.", mend="Set one with POST.")
    _park(tx, vault, device, timer.alert_id, asked, now)
    if code is CodeKind.DURESS:
        _raise_under_duress(tx, vault, device, timer, asked.position, asked.battery, now)
    return standing(tx, device, now)


def end(tx: Transaction, token: bytes) -> None:
    """Ends the timer and destroys what was parked for it."""
    device = devices.caller(tx, token)
    if _running(tx, device) is None:
        raise NotKnown("No timer is running.")
    tx.run(_DELETE, activist=device.activist_id)


def end_with(
    tx: Transaction,
    vault: Vault,
    device: Caller,
    asked: wire.CheckInEnd,
    code: CodeKind,
    now: datetime,
) -> wire.CheckInStanding:
    """Ends the timer, with the same answer for both codes; one that is gone is ended already."""
    timer = _running(tx, device)
    tx.run(_DELETE, activist=device.activist_id)
    if timer and code is CodeKind.DURESS:
        _raise_under_duress(tx, vault, device, timer, asked.position, asked.battery, now)
    return standing(tx, device, now)


def is_due(tx: Transaction, now: datetime) -> bool:
    return tx.row(_DUE, now=now) is not None


def raise_missed(tx: Transaction, vault: Vault, now: datetime) -> int:
    """Raises the alert of every timer that ran out, and ends the timer, in one transaction."""
    missed = tx.rows(_DUE, now=now)
    for activist_id, device_id, office_id, alert_id, due_at, sealed in missed:
        parked = wire.decode(Parked, vault.read(sealed, about("check_in", activist_id)))
        device = Caller(b"", device_id, activist_id, office_id, None)
        alert = wire.Alert(
            id=UUID(alert_id),
            kind="alert",
            pressed_at=due_at,
            trigger="check_in",
            position=parked.position,
            battery=parked.battery,
        )
        alerts.raise_for(tx, vault, device, parked.bundle, wire.Press(alert, ()), now)
        tx.run(_DELETE, activist=activist_id)
    return len(missed)


def _running(tx: Transaction, device: Caller) -> Timer | None:
    found = tx.row(_ONE, activist=device.activist_id)
    return Timer(*found) if found else None


def _park(
    tx: Transaction,
    vault: Vault,
    device: Caller,
    alert_id: str,
    asked: wire.CheckIn,
    now: datetime,
) -> None:
    _fit(asked.due_at, now)
    parked = Parked(bundle=_bundle(vault, device), position=asked.position, battery=asked.battery)
    tx.run(_DELETE, activist=device.activist_id)
    tx.run(
        _INSERT,
        activist_id=device.activist_id,
        device_id=device.device_id,
        alert_id=alert_id,
        due_at=asked.due_at,
        sealed=vault.keep(records.encode(parked), about("check_in", device.activist_id)),
    )


def _raise_under_duress(
    tx: Transaction,
    vault: Vault,
    device: Caller,
    timer: Timer,
    position: wire.Position | None,
    battery: float | None,
    now: datetime,
) -> None:
    """An alert of its own, held back as after a duress code in the countdown; one for a timer."""
    alert_id = uuid5(UUID(timer.alert_id), "duress")
    if tx.row(_IS_RAISED, device=device.device_id, alert=str(alert_id)):
        return
    alert = wire.Alert(
        id=alert_id,
        kind="alert",
        pressed_at=now,
        countdown_s=DURESS_HOLD.total_seconds(),
        trigger="check_in",
        position=position,
        battery=battery,
    )
    press = wire.Press(alert, ())
    bundle = _bundle(vault, device)
    raised = openings.open_incident(tx, vault, device, bundle, None, press, now)
    alerts.remember(tx, device, alert_id, raised)
    stops.hold_under_duress(tx, vault, str(raised.incident_id), now)


def _bundle(vault: Vault, device: Caller) -> wire.Bundle:
    bundle = devices.open_bundle(vault, device)
    if bundle is None:
        raise Unfit("No contacts are stored for this phone.", mend="Enter contacts first.")
    return bundle


def _fit(due_at: datetime, now: datetime) -> None:
    if not now < due_at <= now + LONGEST:
        raise Unfit(
            "The time is not within the next 48 hours.",
            pointer="/due_at",
            mend="Choose a time between now and two days from now.",
        )
