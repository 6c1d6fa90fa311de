"""Numbers that said STOP: an entry tells of no activist, and is compared with what is open."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert  # SQLite says it alike

from server.db import Transaction
from server.services import rows
from server.statements import Statement
from server.tables import Suppression

_suppression = rows.table(Suppression)

_ADD = Statement(
    insert(_suppression)
    .values(number_mac=bindparam("number_mac"), since=bindparam("since"))
    .on_conflict_do_nothing()
)
_REMOVE = Statement(delete(_suppression).where(_suppression.c.number_mac == bindparam("mac")))
_FIND = Statement(
    select(_suppression.c.number_mac).where(_suppression.c.number_mac == bindparam("mac"))
)


def add(tx: Transaction, mac: bytes, now: datetime) -> None:
    """STOP, by a text to us or to the carrier; the first one counts."""
    tx.run(_ADD, number_mac=mac, since=now)


def remove(tx: Transaction, mac: bytes) -> None:
    """START."""
    tx.run(_REMOVE, mac=mac)


def holds(tx: Transaction, mac: bytes) -> bool:
    return tx.row(_FIND, mac=mac) is not None
