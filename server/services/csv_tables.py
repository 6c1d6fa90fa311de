"""Tables as CSV that a spreadsheet opens as text: nothing in it is ever a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from server.services import incident_sheets
from server.services.sentences import NO_BREAK, NOTHING

# Excel takes a file for UTF-8 only where it begins with this; without it Arabic is lost.
BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet may take for the start of a formula, full-width twins included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")
ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")  # a cell has one direction of its own

TIMELINE = ("number", "happened", "stored", "actor", "kind", "sentence", "said", "lat", "lon")
INCIDENTS = (
    "code",
    "kind",
    "state",
    "outcome",
    "office",
    "person",
    "opened",
    "taken",
    "taken_by",
    "closed",
    "contacts",
    "notified",
    "delivered",
    "acting",
    "declined",
    "lat",
    "lon",
    "accuracy_m",
    "place",
    "id",
)


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with its mark, commas, CRLF; every text in quotation marks, numbers bare."""
    out = io.StringIO(newline="")
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode()


def cell(value: Any) -> Any:
    """A time in UTC, a number, or text that cannot be a formula: it begins with an apostrophe."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    text = str(value).translate(ISOLATES).replace(NO_BREAK, " ").replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def timeline(incident: Mapping[str, Any], locale: str, *, names: bool) -> bytes:
    """A row for each entry, in the order in which they became durable."""
    says, rows = incident_sheets.voice(incident, locale), []
    for entry in incident["timeline"]:
        line = incident_sheets.line(says, entry, names=names)
        position = entry["detail"].get("position")
        rows.append(
            (
                entry["seq"],
                entry["at"],
                entry["recorded_at"],
                line["actor"],
                entry["kind"],
                line["sentence"],
                line["said"],
                position.lat if position else None,
                position.lon if position else None,
            )
        )
    return table(TIMELINE, rows)


def incidents(summaries: Iterable[Mapping[str, Any]], *, names: bool) -> bytes:
    """A row for each incident of a period."""
    return table(INCIDENTS, (_row(one, names) for one in summaries))


def _row(one: Mapping[str, Any], names: bool) -> tuple[Any, ...]:
    position, place, taken = one["position"], one.get("place"), one["taken_by"]
    return (
        one["code"],
        one["kind"],
        one["state"],
        one["outcome"],
        one["office_name"],
        (one["activist"] or NOTHING) if names else None,
        one["opened_at"],
        one["taken_at"],
        taken["name"] if taken else None,
        one["closed_at"],
        one["contacts"],
        one["notified"],
        one["delivered"],
        one["acting"],
        one["declined"],
        position.lat if position else None,
        position.lon if position else None,
        position.accuracy_m if position else None,
        place["name"] if place else None,
        one["id"],
    )
