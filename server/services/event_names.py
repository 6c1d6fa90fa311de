"""How a mass event is called, for whoever holds its key."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select

from server.db import Transaction
from server.services import event_briefs, event_keys, events, places, rows
from server.services.event_briefs import Version
from server.services.reading import Reader
from server.tables.events import MassEventMember
from server.vault import Vault
from shared import wire

_member = rows.table(MassEventMember)


class Shared(NamedTuple):
    """What the event's key opens."""

    brief: Version | None
    middle: wire.Position | None


def of_incidents(
    tx: Transaction, vault: Vault, reader: Reader, ids: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """By incident, the event it is in: for its summary."""
    found = tx.execute(
        select(_member.c.incident_id, _member.c.event_id).where(
            _member.c.incident_id.in_(ids), _member.c.event_id.is_not(None)
        )
    ).all()
    if not found:
        return {}
    event_ids = {row.event_id for row in found}
    counts = tx.execute(
        select(_member.c.event_id, func.count().label("number"))
        .where(_member.c.event_id.in_(event_ids))
        .group_by(_member.c.event_id)
    )
    numbers = {row.event_id: row.number for row in counts}
    shown = {
        event_id: {
            "id": event_id,
            "name": name_of(opened(tx, vault, reader, event_id)),
            "count": numbers[event_id],
        }
        for event_id in event_ids
    }
    return {row.incident_id: shown[row.event_id] for row in found}


def opened(tx: Transaction, vault: Vault, reader: Reader, event_id: str) -> Shared | None:
    """None for who has not got the key."""
    pair = event_keys.key_of(tx, reader, event_id)
    if pair is None:
        return None
    brief = event_briefs.latest(tx, vault, event_id, pair)
    return Shared(brief, events.middle(tx, vault, event_id, pair))


def name_of(shared: Shared | None) -> str | None:
    """As staff call it, or the town it is in or near; None where neither is known."""
    if shared is None:
        return None
    if shared.brief is not None and shared.brief.brief.name:
        return shared.brief.brief.name
    if shared.middle is None:
        return None
    town = places.named(shared.middle.lat, shared.middle.lon).place
    return town.name if town else None
