"""The end-to-end probe: a drill to the operator's own handset, and how long each step took."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, delete, func, insert, select, update

from server.db import Transaction
from server.domain import delivery as rules
from server.domain.delivery import Kind, State
from server.domain.watch import PROBE_WITHIN, Probe
from server.services import deliveries, rows
from server.services.deliveries import Claimed
from server.services.records import Probing
from server.tables import Attempt, Delivery, Receipt
from server.tables.probes import ProbeRun
from server.vault import Vault, about
from shared import wire

WORDS = "DRILL probe: Candlewire relays texts. Nothing to do."  # the operator's, as doctor's are
KEPT = 100

_probe = rows.table(ProbeRun)
_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)
_receipt = rows.table(Receipt)


def is_due(tx: Transaction, every: timedelta, now: datetime) -> bool:
    """Whether the last one is `every` old and has left: behind a relay that stands one waits."""
    last = tx.execute(select(func.max(_probe.c.stored_at))).scalar()
    waiting = select(_delivery.c.id).where(
        _delivery.c.state == State.QUEUED, _delivery.c.kind == Kind.PROBE
    )
    if tx.execute(waiting.limit(1)).first() is not None:
        return False
    return last is None or now >= last + every


def start_due(tx: Transaction, vault: Vault, to: str, every: timedelta, now: datetime) -> bool:
    """Queues a probe where one is due: several servers start one between them."""
    if not is_due(tx, every, now):
        return False
    sealed = vault.keep(wire.encode(Probing(phone=to)), about("delivery", Kind.PROBE))
    lane = rules.lane(Kind.PROBE, 0, True)
    row = deliveries.row(Kind.PROBE, None, None, lane, now, now, sealed)
    deliveries.enqueue(tx, [row | {"expires_at": now + PROBE_WITHIN}])
    newest = select(func.max(_delivery.c.id)).where(_delivery.c.kind == Kind.PROBE)
    delivery_id = tx.execute(newest).scalar_one()
    tx.execute(insert(_probe).values(delivery_id=delivery_id, stored_at=now))
    kept = select(_probe.c.delivery_id).order_by(_probe.c.delivery_id.desc()).limit(KEPT)
    tx.execute(delete(_probe).where(_probe.c.delivery_id.not_in(kept)))
    return True


def note(tx: Transaction) -> int:
    """Writes down how far the open probes got; how many there were news of."""
    found = news(tx)
    for delivery_id, sent_at, delivered_at in found:
        tx.execute(
            update(_probe)
            .where(_probe.c.delivery_id == delivery_id)
            .values(sent_at=sent_at, delivered_at=delivered_at)
        )
    return len(found)


def news(tx: Transaction) -> list[tuple[int, datetime | None, datetime | None]]:
    """Probes of which more is known than was written down: when they were sent and delivered."""
    arrived = _receipt.c.status.in_(
        [word for word, state in rules.CARRIER_STATES.items() if state is State.DELIVERED]
    )
    sent = func.min(case((_attempt.c.outcome == "sent", _attempt.c.settled_at)))
    delivered = func.min(case((arrived, _receipt.c.received_at)))
    query = (
        select(
            _probe.c.delivery_id, _probe.c.sent_at, sent.label("sent"), delivered.label("delivered")
        )
        .join(_attempt, _attempt.c.delivery_id == _probe.c.delivery_id)
        .outerjoin(_receipt, _receipt.c.attempt_id == _attempt.c.id)
        .where(_probe.c.delivered_at.is_(None))
        .group_by(_probe.c.delivery_id, _probe.c.sent_at)
    )
    return [
        (row.delivery_id, row.sent, row.delivered)
        for row in tx.execute(query)
        if row.sent != row.sent_at or row.delivered is not None
    ]


def latest(tx: Transaction) -> Probe | None:
    return _newest(tx, select(*_probe.c))


def last_decided(tx: Transaction, now: datetime) -> Probe | None:
    """The newest probe that arrived or should have: one still on its way says nothing."""
    decided = _probe.c.delivered_at.is_not(None) | (_probe.c.stored_at < now - PROBE_WITHIN)
    return _newest(tx, select(*_probe.c).where(decided))


def compose(vault: Vault, claimed: Claimed) -> tuple[str, str]:
    """The operator's number, and the words."""
    content = vault.read(claimed.sealed or b"", about("delivery", Kind.PROBE))
    return wire.decode(Probing, content).phone, WORDS


def _newest(tx: Transaction, query: Select[Any]) -> Probe | None:
    row = tx.execute(query.order_by(_probe.c.delivery_id.desc()).limit(1)).first()
    if row is None:
        return None
    return Probe(stored_at=row.stored_at, sent_at=row.sent_at, delivered_at=row.delivered_at)
