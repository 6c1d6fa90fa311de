"""Who can read a mass event's brief: whoever reads one of its alerts, once the key came to them.

The server holds the event's private half only while it begins. An office whose alert joins later
gets the key from the next person who has it and comes by.
"""

from sqlalchemy import and_, insert, select

from server.db import Transaction
from server.services import rows
from server.services.reading import Reader
from server.tables import IncidentWrap, Office, OfficeKey
from server.tables.events import MassEvent, MassEventMember, MassEventWrap
from server.vault import Vault, about
from shared.crypto import KeyPair

_event = rows.table(MassEvent)
_wrap = rows.table(MassEventWrap)
_member = rows.table(MassEventMember)
_incident_wrap = rows.table(IncidentWrap)
_office = rows.table(Office)
_key = rows.table(OfficeKey)


def key_of(tx: Transaction, reader: Reader, event_id: str) -> KeyPair | None:
    """The event's pair, for whoever holds a key that opens it."""
    if known := reader.events.get(event_id):
        return known
    row = tx.execute(
        select(_wrap.c.version, _wrap.c.wrap, _event.c.public_key)
        .join(_event, _event.c.id == _wrap.c.event_id)
        .where(_wrap.c.event_id == event_id, _wrap.c.office_id == reader.office_id)
    ).first()
    if row is None:
        return None
    pair = reader.unwrap(row.version, bytes(row.wrap), bytes(row.public_key), _place(event_id))
    if pair is not None:
        reader.events[event_id] = pair
    return pair


def give(tx: Transaction, vault: Vault, event_id: str, private: bytes) -> None:
    """Seals the key to every office that reads one of the event's alerts and lacks it."""
    for office_id, version, public_key in _lacking(tx, event_id):
        tx.execute(
            insert(_wrap).values(
                event_id=event_id,
                office_id=office_id,
                version=version,
                wrap=vault.seal_row_blind(public_key, private, _place(event_id)),
            )
        )


def hand_on(tx: Transaction, vault: Vault, reader: Reader, event_id: str) -> None:
    """The same, by somebody who has the key; whoever has not changes nothing."""
    pair = key_of(tx, reader, event_id) if is_lacking(tx, event_id) else None
    if pair is not None:
        give(tx, vault, event_id, pair.private)


def is_lacking(tx: Transaction, event_id: str) -> bool:
    """Whether an office that reads one of the alerts cannot read the event's brief yet."""
    return bool(_lacking(tx, event_id))


def _lacking(tx: Transaction, event_id: str) -> list[tuple[str, int, bytes]]:
    found = tx.execute(
        select(_office.c.id, _key.c.version, _key.c.public_key)
        .distinct()
        .join(_incident_wrap, _incident_wrap.c.office_id == _office.c.id)
        .join(_member, _member.c.incident_id == _incident_wrap.c.incident_id)
        .join(_key, and_(_key.c.office_id == _office.c.id, _key.c.version == _office.c.key_version))
        .outerjoin(_wrap, and_(_wrap.c.event_id == event_id, _wrap.c.office_id == _office.c.id))
        .where(_member.c.event_id == event_id, _wrap.c.office_id.is_(None))
    )
    return [(row.id, row.version, bytes(row.public_key)) for row in found]


def _place(event_id: str) -> bytes:
    return about("mass_event_wrap", event_id)
