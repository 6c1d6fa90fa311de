"""The check-in timer, kept by the server: missed, it raises the alert, phone on or off."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, select

from server.db import Transaction
from server.domain.errors import NotKnown, Unfit
from server.services import alerts, devices, records, rows
from server.services.devices import Caller
from server.services.records import Parked
from server.statements import Statement
from server.tables import Activist, CheckInTimer, Device
from server.vault import Vault, about
from shared import wire

LONGEST = timedelta(days=2)

_timer = rows.table(CheckInTimer)
_device = rows.table(Device)
_activist = rows.table(Activist)

_INSERT = rows.inserting(CheckInTimer)
_DELETE = Statement(delete(_timer).where(_timer.c.activist_id == bindparam("activist")))
_ONE = Statement(select(_timer.c.due_at).where(_timer.c.activist_id == bindparam("activist")))
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


def arm(
    tx: Transaction, vault: Vault, token: bytes, due_at: datetime, now: datetime
) -> wire.CheckIn:
    """Sets the timer, in place of one that runs; its alert's contacts are parked until it ends."""
    device = devices.caller(tx, token)
    _fit(due_at, now)
    bundle = devices.open_bundle(vault, device)
    if bundle is None:
        raise Unfit("No contacts are stored for this phone.", mend="Enter contacts first.")
    sealed = vault.keep(
        records.encode(Parked(bundle=bundle)), about("check_in", device.activist_id)
    )
    tx.run(_DELETE, activist=device.activist_id)
    tx.run(
        _INSERT,
        activist_id=device.activist_id,
        device_id=device.device_id,
        alert_id=str(uuid4()),
        due_at=due_at,
        sealed=sealed,
    )
    return wire.CheckIn(due_at=due_at)


def extend(
    tx: Transaction, vault: Vault, token: bytes, due_at: datetime, now: datetime
) -> wire.CheckIn:
    """Moves a timer that runs."""
    device = devices.caller(tx, token)
    if tx.row(_ONE, activist=device.activist_id) is None:
        raise NotKnown("No timer is running.", mend="Set one with POST.")
    return arm(tx, vault, token, due_at, now)


def end(tx: Transaction, token: bytes) -> None:
    """Ends the timer and destroys what was parked for it."""
    device = devices.caller(tx, token)
    if tx.row(_ONE, activist=device.activist_id) is None:
        raise NotKnown("No timer is running.")
    tx.run(_DELETE, activist=device.activist_id)


def is_due(tx: Transaction, now: datetime) -> bool:
    return tx.row(_DUE, now=now) is not None


def raise_missed(tx: Transaction, vault: Vault, now: datetime) -> int:
    """Raises the alert of every timer that ran out, and ends the timer, in one transaction."""
    missed = tx.rows(_DUE, now=now)
    for activist_id, device_id, office_id, alert_id, due_at, sealed in missed:
        parked = wire.decode(Parked, vault.read(sealed, about("check_in", activist_id)))
        device = Caller(b"", device_id, activist_id, office_id, None)
        alert = wire.Alert(id=UUID(alert_id), kind="alert", pressed_at=due_at, trigger="check_in")
        alerts.raise_for(tx, vault, device, parked.bundle, wire.Press(alert, ()), now)
        tx.run(_DELETE, activist=activist_id)
    return len(missed)


def _fit(due_at: datetime, now: datetime) -> None:
    if not now < due_at <= now + LONGEST:
        raise Unfit(
            "The time is not within the next 48 hours.",
            pointer="/due_at",
            mend="Choose a time between now and two days from now.",
        )
