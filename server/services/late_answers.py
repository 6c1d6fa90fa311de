"""Answers that meet nothing open, as after a close: one text back, which tells of no incident."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert  # SQLite says it alike

from server.db import Transaction
from server.domain import delivery as delivery_rules
from server.domain import languages
from server.domain.answers import TOLD_EVERY
from server.domain.delivery import Kind
from server.services import deliveries, offices, readings, records, rows, suppressions
from server.services.records import Stranger
from server.statements import Statement
from server.tables.late_answers import LateAnswer
from server.vault import Vault, about
from shared import wire

_late_answer = rows.table(LateAnswer)

_FIRST_TODAY = Statement(
    insert(_late_answer)
    .values(number_mac=bindparam("number_mac"), at=bindparam("at"))
    .on_conflict_do_nothing()
    .returning(_late_answer.c.number_mac)
)
_OLD = Statement(
    select(_late_answer.c.number_mac).where(_late_answer.c.at <= bindparam("before")).limit(1)
)
_FORGET_OLD = Statement(delete(_late_answer).where(_late_answer.c.at <= bindparam("before")))


def reply(tx: Transaction, vault: Vault, phone: str, mac: bytes, now: datetime) -> None:
    """Says that no alert is open to this number: once a day, and never after a STOP."""
    if suppressions.holds(tx, mac) or not tx.rows(_FIRST_TODAY, number_mac=mac, at=now):
        return
    kind = Kind.NO_ALERT_OPEN
    stranger = Stranger(phone=phone, language=_language(tx, phone))
    sealed = vault.keep(records.encode(stranger), about("delivery", kind))
    lane = delivery_rules.lane(kind, 0, False)
    deliveries.enqueue(tx, [deliveries.row(kind, None, None, lane, now, now, sealed)])


def has_old(tx: Transaction, now: datetime) -> bool:
    return tx.row(_OLD, before=now - TOLD_EVERY) is not None


def forget_old(tx: Transaction, now: datetime) -> None:
    """After a day nothing tells that these numbers ever wrote."""
    tx.run(_FORGET_OLD, before=now - TOLD_EVERY)


def _language(tx: Transaction, phone: str) -> wire.Locale:
    """Whose contact it was is not known any more: the first office's reading counts."""
    roots = offices.roots(tx)
    read = readings.allowed(tx, roots[0].office_id) if roots else deliveries.NO_OFFICE
    return readings.spoken(languages.likely(phone), read)
