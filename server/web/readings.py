"""Which languages an office's contacts are written to in, and who read their words."""

from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Request
from msgspec import Meta
from starlette.responses import Response

from server.domain.errors import NotKnown
from server.services import offices, readings
from server.services.staff import Session
from server.web.deps import Parts, RawBody, answer, documented, parts_of
from server.web.ladder import Administrator
from shared import texts, wire

router = APIRouter(prefix="/v1/languages", tags=["staff"])


class ReadBy(wire.Message, frozen=True):
    """Who has read every text and call in a language, and would send them."""

    reader: Annotated[str, Meta(min_length=1, max_length=80)]


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """`office` recorded it: this one or one above it, whose reader is not named here."""

    locale: str
    read: bool
    changed: bool = False
    office: str | None = None
    reader: str | None = None
    read_at: datetime | None = None


class Languages(msgspec.Struct, frozen=True):
    languages: list[Language]


@router.get("", **documented(secured="session"))
def get_languages(request: Request, who: Administrator) -> Response:
    """How each language stands in one's own office; English is sent in any case."""
    return _standing(parts_of(request), who)


@router.put("/{locale}", **documented(ReadBy, secured="session"))
def put_language(request: Request, who: Administrator, locale: str, body: RawBody) -> Response:
    """Somebody has read the words as this version has them: contacts get them from now on."""
    if locale not in texts.LOCALES:
        raise NotKnown("There is no such language.", mend="GET /v1/languages has all.")
    parts, wish = parts_of(request), wire.decode(ReadBy, body)
    now = parts.clock.now()
    parts.database.write(
        lambda tx: readings.record(
            tx, parts.vault, who.office_id, locale, wish.reader, who.staff_id, now
        )
    )
    return _standing(parts, who)


def _standing(parts: Parts, who: Session) -> Response:
    with parts.database.read() as tx:
        known, names = readings.of_office(tx, parts.vault, who.office_id), offices.names(tx)
    languages = []
    for locale in texts.LOCALES:
        read = known.get(locale)
        if read is None:
            languages.append(Language(locale=locale, read=False))
            continue
        languages.append(
            Language(
                locale=locale,
                read=True,
                changed=read.changed,
                office=names[read.office_id],
                reader=read.reader if read.office_id in who.sees else None,
                read_at=read.at,
            )
        )
    return answer(Languages(languages))
