"""Who did what to keys and records: each row's hash covers the one before it."""

import hashlib
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, select

from server.columns import EPOCH, MICROSECOND
from server.db import Transaction
from server.services import rows
from server.tables.audit import Audit

_audit = rows.table(Audit)
FIRST = bytes(32)


class Noted(NamedTuple):
    """A row of the log as it stands."""

    at: datetime
    actor: str
    action: str
    subject: str | None
    previous: bytes
    hash: bytes


def note(tx: Transaction, actor: str, action: str, subject: str | None, now: datetime) -> None:
    """Appends a row. `actor` and `subject` are ids, never names."""
    last = tx.execute(select(_audit.c.hash).order_by(_audit.c.seq.desc()).limit(1)).scalar()
    previous = bytes(last) if last is not None else FIRST
    tx.execute(
        insert(_audit).values(
            at=now,
            actor=actor,
            action=action,
            subject=subject,
            previous=previous,
            hash=link(previous, actor, action, subject, now),
            signature=None,
        )
    )


def rows_of(tx: Transaction) -> list[Noted]:
    """The whole log, oldest first."""
    columns = [_audit.c[name] for name in Noted._fields]
    return [Noted(*tuple(row)) for row in tx.execute(select(*columns).order_by(_audit.c.seq))]


def is_whole(noted: list[Noted]) -> bool:
    """Whether every row follows from the one before it."""
    before = FIRST
    for row in noted:
        if row.previous != before:
            return False
        before = link(before, row.actor, row.action, row.subject, row.at)
        if row.hash != before:
            return False
    return True


def link(previous: bytes, actor: str, action: str, subject: str | None, at: datetime) -> bytes:
    """The hash of a row: over the one before it and its own words, with their lengths."""
    digest = hashlib.sha256(previous)
    for part in (str((at - EPOCH) // MICROSECOND), actor, action, subject or ""):
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return digest.digest()
