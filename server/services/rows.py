"""Prepared statements that more than one use case needs."""

from typing import Any

from sqlalchemy import bindparam, insert
from sqlmodel import SQLModel

from server.statements import Statement
from server.tables import (
    Attempt,
    Delivery,
    Entry,
    Incident,
    IncidentWrap,
    PhoneView,
    Position,
    PressedAlert,
    Receipt,
    Recipient,
)


def table(model: type[SQLModel]) -> Any:
    return model.__table__  # type: ignore[attr-defined]


def inserting(model: type[SQLModel], *without: str, returning: str | None = None) -> Statement:
    """An INSERT of each column but those that begin as NULL, a parameter of its own name each."""
    target = table(model)
    names = [column.name for column in target.columns if column.name not in without]
    clause = insert(target).values({name: bindparam(name) for name in names})
    return Statement(clause.returning(target.c[returning]) if returning else clause)


INSERT_INCIDENT = inserting(
    Incident,
    "again_at",
    "again_texted_at",
    "stopped_at",
    "taken_by",
    "taken_at",
    "lead_id",
    "closed_at",
    "outcome",
)
INSERT_ALERT = inserting(PressedAlert)
INSERT_VIEW = inserting(PhoneView)
INSERT_WRAP = inserting(IncidentWrap)
INSERT_RECIPIENT = inserting(Recipient, "answer", "answered_at", "opened_at")
INSERT_POSITION = inserting(Position)
INSERT_ENTRY = inserting(Entry, "seq", returning="seq")
INSERT_DELIVERY = inserting(Delivery, "id", "attempt_id", "lease_until", "provider_id", "error")
INSERT_ATTEMPT = inserting(Attempt)
INSERT_RECEIPT = inserting(Receipt, "id")
