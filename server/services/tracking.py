"""Positions while an incident is open: sealed into its rows, and the newest into its brief."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select, update

from server.db import Transaction
from server.domain.errors import NotAllowed, NotKnown
from server.domain.follow_ups import is_low
from server.domain.incident import State, is_told_on
from server.services import devices, follow_ups, records, rows, timeline
from server.services.records import Place, Secret
from server.services.timeline import PHONE
from server.statements import Statement
from server.tables import Incident, Position
from server.vault import Vault
from shared import wire

_incident = rows.table(Incident)
_position = rows.table(Position)

_INCIDENT = Statement(
    select(
        _incident.c.state,
        _incident.c.public_key,
        _incident.c.brief,
        _incident.c.stopped_at,
        _incident.c.release_at,
    ).where(
        _incident.c.id == bindparam("incident"), _incident.c.activist_id == bindparam("activist")
    )
)
_KNOWN = Statement(
    select(_position.c.taken_at).where(
        _position.c.incident_id == bindparam("incident"),
        _position.c.taken_at == bindparam("taken"),
    )
)
_HEARD = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(heard_at=bindparam("now"))
)
_BRIEF = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(brief=bindparam("new_brief"))
)


def add_positions(
    tx: Transaction,
    vault: Vault,
    token: bytes,
    incident_id: UUID,
    positions: list[wire.Position],
    battery: float | None,
    now: datetime,
) -> wire.PositionsTaken:
    """Keeps what is new of them; the answer is the same after a true and a duress stop."""
    device = devices.caller(tx, token)
    incident = str(incident_id)
    found = tx.row(_INCIDENT, incident=incident, activist=device.activist_id)
    if found is None:
        raise NotKnown("This phone has no such incident.", pointer="/incident_id")
    state, public_key, brief, stopped_at, release_at = found
    if state == State.CLOSED:
        raise NotAllowed("This incident is closed.", mend="Press again if you need help.")
    if state != State.CANCELLED:
        fresh = [
            fix
            for fix in {fix.at: fix for fix in positions}.values()
            if not tx.rows(_KNOWN, incident=incident, taken=fix.at)
        ]
        for fix in fresh:
            _insert(tx, vault, public_key, incident, fix, battery, now)
        tx.run(_HEARD, incident=incident, now=now)
        told_on = is_told_on(State(state), stopped_at, release_at)
        newest = max(fresh, key=_taken, default=None)
        if newest:
            _announce(tx, vault, incident, newest, battery, now)
        if brief is not None:
            _learn(tx, vault, incident, newest, brief, battery, told_on, now)
    return wire.PositionsTaken(stored=len(positions))


def _taken(fix: wire.Position) -> datetime:
    return fix.at


def _insert(
    tx: Transaction,
    vault: Vault,
    public_key: bytes,
    incident: str,
    fix: wire.Position,
    battery: float | None,
    now: datetime,
) -> None:
    place = records.encode(Place(position=fix, battery=battery))
    tx.run(
        rows.INSERT_POSITION,
        incident_id=incident,
        taken_at=fix.at,
        received_at=now,
        sealed=vault.seal_row_blind(public_key, place, records.position_place(incident, fix.at)),
    )


def _announce(
    tx: Transaction,
    vault: Vault,
    incident: str,
    newest: wire.Position,
    battery: float | None,
    now: datetime,
) -> None:
    timeline.append(
        tx,
        vault,
        incident,
        "position",
        PHONE,
        newest.at,
        now,
        secret=Secret(position=newest, battery=battery),
    )


def _learn(
    tx: Transaction,
    vault: Vault,
    incident: str,
    newest: wire.Position | None,
    brief: bytes,
    battery: float | None,
    told_on: bool,
    now: datetime,
) -> None:
    """The brief takes the newest place; a phone that lies still says a low battery all the same."""
    known = records.open_brief(vault, incident, brief)
    newer = known
    if newest and (known.position is None or newest.at > known.position.at):
        newer = msgspec.structs.replace(
            known, position=newest, battery=known.battery if battery is None else battery
        )
    elif newest is None and is_low(battery) and not is_low(known.battery):
        newer = msgspec.structs.replace(known, battery=battery)
    if newer is known:
        return
    if told_on:
        newer = follow_ups.tell_news(tx, vault, incident, known, newer, now)
    tx.run(_BRIEF, incident=incident, new_brief=records.seal_brief(vault, incident, newer))
