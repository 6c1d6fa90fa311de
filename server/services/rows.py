"""Prepared statements that more than one use case needs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, bindparam, false, insert, literal_column, true
from sqlmodel import SQLModel

from server.domain.delivery import Kind, State
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


def inserting(
    model: type[SQLModel],
    *without: str,
    returning: str | None = None,
    always: Mapping[str, str | int] = {},
) -> Statement:
    """An INSERT of each column but those that begin as NULL, a parameter of its own name each.

    `always`: what every row begins with; it stands in the SQL, and is not bound each time.
    """
    target = table(model)
    names = [column.name for column in target.columns if column.name not in {*without, *always}]
    bound: dict[str, Any] = {name: bindparam(name) for name in names}
    written = {name: _written(value) for name, value in always.items()}
    clause = insert(target).values(bound | written)
    return Statement(clause.returning(target.c[returning]) if returning else clause)


def _written(value: str | int) -> ColumnElement[Any]:
    if isinstance(value, bool):
        return true() if value else false()
    return literal_column(f"'{value}'" if isinstance(value, str) else str(value))


INSERT_INCIDENT = inserting(
    Incident,
    "again_at",
    "again_texted_at",
    "stopped_at",
    "silent_since",
    "taken_by",
    "taken_at",
    "lead_id",
    "closed_at",
    "outcome",
    always={"closes_by_two": False, "duress": False, "entries": 1},
)
INSERT_ALERT = inserting(PressedAlert)
INSERT_VIEW = inserting(
    PhoneView,
    always={"stopped": False, "notified": 0, "delivered": 0, "acknowledged": 0, "office": False},
)
INSERT_WRAP = inserting(IncidentWrap)
INSERT_RECIPIENT = inserting(Recipient, "answer", "answered_at", "opened_at", "seen_at")
INSERT_POSITION = inserting(Position)
INSERT_ENTRY = inserting(Entry, "seq", returning="seq")
_LATER = ("id", "attempt_id", "lease_until", "provider_id", "error", "avoided")
_QUEUED: dict[str, str | int] = {"state": State.QUEUED.value, "attempts": 0, "plain": False}
INSERT_DELIVERY = inserting(Delivery, *_LATER, always=_QUEUED)
INSERT_ONE_DELIVERY = inserting(Delivery, *_LATER, returning="id", always=_QUEUED)
INSERT_FIRST_TEXT = inserting(
    Delivery, *_LATER, "sealed", always={**_QUEUED, "kind": Kind.ALERT.value}
)
INSERT_ATTEMPT = inserting(Attempt, "way", "others")
INSERT_RECEIPT = inserting(Receipt, "id")
