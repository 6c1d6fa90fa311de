"""What went over the air: kept, moved on, listed. Every function takes the transaction first."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, delete, func, insert, or_, select, update

from server.db import Transaction
from server.sandbox.journey import next_at
from server.sandbox.tables import IS_OPTED_OUT, KEEP_MESSAGE, call, message, opt_out, webhook
from shared import texts

Row = Mapping[str, Any]

PREFIXES: Final = {"text": "SM", "reply": "SM", "call": "CA"}
STOP_WORDS: Final = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
)
START_WORDS: Final = frozenset({"START", "YES", "UNSTOP"})

BUBBLES: Final = 30  # a handset's latest entries; the rest has scrolled away


def new(
    kind: str,
    phone: str,
    line: str,
    body: str,
    status: str,
    now: datetime,
    *,
    service_sid: str | None = None,
    fate: int | None = None,
    callback: str | None = None,
) -> dict[str, Any]:
    """A row that is not stored yet."""
    counted = texts.segments(body)
    return {
        "sid": PREFIXES[kind] + secrets.token_hex(16),
        "kind": kind,
        "phone": phone,
        "line": line,
        "service_sid": service_sid,
        "body": body,
        "redacted": False,
        "encoding": counted.encoding,
        "segments": counted.parts,
        "status": status,
        "error_code": None,
        "fate": fate,
        "callback": callback,
        "created_at": now,
        "sent_at": None,
        "updated_at": now,
        "next_at": next_at(status, now),
    }


def keep(tx: Transaction, row: Row) -> bool:
    """False, and nothing kept, where that number has said STOP to this line."""
    if row["kind"] == "text" and tx.row(IS_OPTED_OUT, phone=row["phone"], line=row["line"]):
        return False
    tx.run(KEEP_MESSAGE, **row)
    return True


def keep_reply(tx: Transaction, row: Row) -> None:
    """A contact's answer. Twilio itself acts on STOP and START, and passes them on as well."""
    tx.run(KEEP_MESSAGE, **row)
    word = row["body"].strip().upper()
    if word in STOP_WORDS | START_WORDS:
        pair = {"phone": row["phone"], "line": row["line"]}
        tx.execute(delete(opt_out).filter_by(**pair))
        if word in STOP_WORDS:
            tx.execute(insert(opt_out).values(pair))


def empty(tx: Transaction) -> None:
    for table in (message, call, webhook, opt_out):
        tx.execute(delete(table))


def rows(tx: Transaction, query: Select[Any]) -> list[Row]:
    found: Any = tx.execute(query).mappings()
    return list(found)


def find(tx: Transaction, sid: str) -> Row | None:
    return next(iter(rows(tx, select(message).where(message.c.sid == sid))), None)


def redact(tx: Transaction, sid: str) -> None:
    """The carrier forgets what it said; whoever received it does not."""
    tx.execute(update(message).where(message.c.sid == sid).values(redacted=True))


def received(tx: Transaction, phone: str | None) -> Sequence[Row]:
    """Every text to that phone, or to all, oldest first."""
    query: Select[Any] = select(message).where(message.c.kind == "text")
    if phone is not None:
        query = query.where(message.c.phone == phone)
    return rows(tx, query.order_by(message.c.seq))


def page(
    tx: Transaction,
    to: str | None,
    sender: str | None,
    since: datetime | None,
    until: datetime | None,
    offset: int,
    size: int,
) -> Sequence[Row]:
    """Texts and replies as Twilio lists them: newest first."""
    ours = message.c.sid.startswith(PREFIXES["text"])  # an office phone's are not the carrier's
    query: Select[Any] = select(message).where(message.c.kind != "call", ours)
    outward, inward = message.c.kind == "text", message.c.kind == "reply"
    if to is not None:
        query = query.where(
            or_(and_(outward, message.c.phone == to), and_(inward, message.c.line == to))
        )
    if sender is not None:
        query = query.where(
            or_(and_(outward, message.c.line == sender), and_(inward, message.c.phone == sender))
        )
    at = func.coalesce(message.c.sent_at, message.c.created_at, type_=message.c.created_at.type)
    if since is not None:
        query = query.where(at >= since)
    if until is not None:
        query = query.where(at < until)
    return rows(tx, query.order_by(message.c.seq.desc()).offset(offset).limit(size))


def latest_by_phone(tx: Transaction) -> dict[str, int]:
    """Each handset that took part, with the number of its last entry."""
    query = select(message.c.phone, func.max(message.c.seq).label("last")).group_by(message.c.phone)
    return {row.phone: row.last for row in tx.execute(query)}


def conversation(tx: Transaction, phone: str) -> list[Row]:
    """A handset's latest entries, oldest first."""
    query = (
        select(message, call.c.twiml)
        .outerjoin(call, call.c.sid == message.c.sid)
        .where(message.c.phone == phone)
        .order_by(message.c.seq.desc())
        .limit(BUBBLES)
    )
    return rows(tx, query)[::-1]
