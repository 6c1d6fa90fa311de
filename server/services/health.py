"""What an operator may know: whether it stores, and counts without names."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from server.db import Database, Transaction, Unavailable
from server.services import rows
from server.tables import Delivery, Incident

_incident = rows.table(Incident)
_delivery = rows.table(Delivery)


class Counts(NamedTuple):
    incidents: Mapping[str, int]
    texts: Mapping[str, int]


def reasons(database: Database) -> list[str]:
    """Why an alert could not be stored now; empty where it could."""
    try:
        database.write(lambda tx: None)
        with database.read() as tx:
            tx.execute(select(1))
    except (Unavailable, DBAPIError):
        return ["The database cannot store now. See `candlewire doctor`."]
    return [] if database.healthy else ["The last batch could not be stored."]


def counts(tx: Transaction) -> Counts:
    incidents = tx.execute(
        select(_incident.c.state, func.count()).group_by(_incident.c.state)
    ).all()
    texts = tx.execute(select(_delivery.c.state, func.count()).group_by(_delivery.c.state)).all()
    return Counts(dict(incidents), dict(texts))  # type: ignore[arg-type]
