"""The file of an export: gathered under one consistent view, then made outside of it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from server.db import Transaction
from server.domain.errors import NotAllowed
from server.domain.export import Form, What
from server.domain.urgent_action import State as ActionState
from server.services import (
    board,
    csv_tables,
    exports,
    geojson,
    incident_sheets,
    pdf,
    rows,
    urgent_actions,
)
from server.services.reading import Reader
from server.services.staff import Session
from server.services.urgent_actions import Standing
from server.tables import Incident
from server.vault import Vault
from shared import texts

CHUNK = 200
MEDIA = {
    Form.PDF: ("application/pdf", "pdf"),
    Form.CSV: ("text/csv; charset=utf-8", "csv"),
    Form.GEOJSON: ("application/geo+json", "geojson"),
    Form.TEXT: ("text/plain; charset=utf-8", "txt"),
}

_incident = rows.table(Incident)


class File(NamedTuple):
    name: str
    media: str
    content: bytes


Making = Callable[[], File]


def gathered(tx: Transaction, vault: Vault, who: Session, row: Any, now: datetime) -> Making:
    """What the file holds, read now; the call that makes it needs no database."""
    match What(row.what):
        case What.INCIDENT:
            return _incident_file(tx, vault, who, row, now)
        case What.PERIOD:
            return _period_file(tx, vault, who, row, now)
        case What.URGENT_ACTION:
            return _appeal_file(tx, vault, who, row, now)


def _incident_file(tx: Transaction, vault: Vault, who: Session, row: Any, now: datetime) -> Making:
    found = incident_sheets.whole(tx, vault, Reader(vault, who), row.subject_id)
    if not found["readable"]:
        raise NotAllowed("This incident cannot be read any more.", mend="Its keys are gone.")
    names, form = bool(row.names), Form(row.form)

    def make() -> bytes:
        match form:
            case Form.CSV:
                return csv_tables.timeline(found, row.locale, names=names)
            case Form.GEOJSON:
                return geojson.incident(found, names=names)
        sheet = _sheet(found, row, now)
        return pdf.incidents([sheet], found["code"], row.locale, who.name, now)

    return lambda: _file(f"{found['code']}-{_day(now)}", form, make())


def _period_file(tx: Transaction, vault: Vault, who: Session, row: Any, now: datetime) -> Making:
    reader, names, form = Reader(vault, who), bool(row.names), Form(row.form)
    where = exports.of_period(who.sees, row.subject_id, row.since, row.until)
    ids = [
        one.id
        for one in tx.execute(
            select(_incident.c.id).where(*where).order_by(_incident.c.opened_at, _incident.c.id)
        )
    ]
    span = f"{_day(row.since)}-{_day(row.until)}"
    if form is Form.PDF:
        whole = [incident_sheets.whole(tx, vault, reader, one) for one in ids]
        sheets = [_sheet(one, row, now) for one in whole if one["readable"]]
        if not sheets:
            raise NotAllowed("These incidents cannot be read any more.", mend="Take a CSV file.")
        return lambda: _file(span, form, pdf.incidents(sheets, span, row.locale, who.name, now))
    summaries = [one for some in _chunks(ids) for one in board.some(tx, vault, reader, some)]
    written = csv_tables.incidents if form is Form.CSV else geojson.incidents
    return lambda: _file(span, form, written(summaries, names=names))


def _appeal_file(tx: Transaction, vault: Vault, who: Session, row: Any, now: datetime) -> Making:
    standing = urgent_actions.one(tx, vault, who, row.subject_id)
    form, locale = Form(row.form), standing.row.locale
    is_final = standing.row.state == ActionState.FINAL
    mark = "" if is_final else texts.say("record.doc.draft", locale)
    parts = _parts(standing, locale, public=is_final)
    name = f"{standing.code}-urgent-action-{_day(now)}"

    def make() -> bytes:
        if form is Form.PDF:
            facts = _facts(standing, locale)
            return pdf.urgent_action(
                parts, facts, code=standing.code, locale=locale, by=who.name, mark=mark, now=now
            )
        title = texts.say("record.doc.urgent_action", locale)
        blocks = [f"{part['title']}\n" + "\n".join(part["paragraphs"]) for part in parts]
        facts_ = [f"{one['label']}: {one['values'][0]['text']}" for one in _facts(standing, locale)]
        return "\n\n".join([*filter(None, [mark]), title, *blocks, "\n".join(facts_), ""]).encode()

    return lambda: _file(name, form, make())


def _parts(standing: Standing, locale: str, *, public: bool) -> list[dict[str, Any]]:
    """Where it is known from, the public is not told: that would lead to whoever said so."""
    named = ["who", "what_happened", "demands", "addressees"]
    if not public:
        named.append("sources")
    return [
        {
            "title": texts.say(f"record.appeal.{name}", locale),
            "paragraphs": [line for line in getattr(standing.appeal, name).splitlines() if line],
        }
        for name in named
    ]


def _facts(standing: Standing, locale: str) -> list[dict[str, Any]]:
    appeal = standing.appeal
    rows_ = (
        ("act_by", appeal.act_by.isoformat() if appeal.act_by else "–", True),
        ("languages", appeal.languages or "–", False),
        ("photo", texts.say("record.doc.yes" if appeal.photo else "record.doc.no", locale), False),
    )
    return [
        {
            "label": texts.say(f"record.appeal.{name}", locale),
            "values": [{"text": value, "ltr": ltr}],
        }
        for name, value, ltr in rows_
    ]


def _sheet(found: dict[str, Any], row: Any, now: datetime) -> dict[str, Any]:
    names, numbers = bool(row.names), bool(row.numbers)
    return incident_sheets.sheet(found, row.locale, names=names, numbers=numbers, now=now)


def _chunks(ids: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(ids), CHUNK):
        yield ids[at : at + CHUNK]


def _file(name: str, form: Form, content: bytes) -> File:
    media, ending = MEDIA[form]
    return File(f"candlewire-{name}.{ending}", media, content)


def _day(at: datetime) -> str:
    return at.date().isoformat()
