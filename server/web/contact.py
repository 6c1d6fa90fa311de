"""A contact's doors: what the page shows, its two buttons, its PIN. No secret is in an address."""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from msgspec import Meta
from starlette.responses import Response

from server.db import Transaction
from server.domain.answers import Meaning, western
from server.domain.errors import NotKnown
from server.services import contact_pages, contacts, links
from server.web.deps import GUESS_WAIT, Parts, RawBody, answer, documented, parts_of
from shared import wire

router = APIRouter(prefix="/v1/contact", tags=["contact"])


class PageKey(wire.Message, frozen=True):
    """Both derived in the browser from the secret behind the `#` of the link."""

    lookup: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
    key: wire.Base64Key


class PageAnswer(PageKey, frozen=True):
    answer: Literal[1, 2]


class PagePin(PageKey, frozen=True):
    pin: Annotated[str, Meta(pattern=r"^\d{4,12}$(?!\n)")]


@router.post("/view", **documented(PageKey))
async def view(request: Request, body: RawBody) -> Response:
    """What the contact's page shows."""
    asked, parts = wire.decode(PageKey, body), parts_of(request)
    async with slowing_guesses(parts):
        with parts.database.read() as tx:
            page = links.open_page(tx, parts.vault, *_keys(asked))
            shown = contact_pages.view(tx, parts.vault, page)
    now = parts.clock.now()
    if links.is_news(page, now):
        await parts.database.write_soon(lambda tx: links.note_look(tx, parts.vault, page, now))
    return answer(shown)


@router.post("/answer", **documented(PageAnswer))
async def give_answer(request: Request, body: RawBody) -> Response:
    """ "I act" (1) or "I cannot" (2)."""
    given, parts = wire.decode(PageAnswer, body), parts_of(request)
    lookup, key = _keys(given)
    meaning = Meaning.ACTING if given.answer == 1 else Meaning.CANNOT
    now = parts.clock.now()

    def unit(tx: Transaction) -> None:
        page = links.open_page(tx, parts.vault, lookup, key)
        contacts.answer_page(tx, parts.vault, page.recipient_id, meaning, now)

    async with slowing_guesses(parts):
        await parts.database.write_soon(unit)
    with parts.database.read() as tx:
        page = links.open_page(tx, parts.vault, lookup, key)
        return answer(contact_pages.view(tx, parts.vault, page))


@router.post("/pin", **documented(PagePin))
async def enter_pin(request: Request, body: RawBody) -> Response:
    """Trades a right PIN for the `key` that the other two doors open with."""
    given, parts = wire.decode(PagePin, body), parts_of(request)
    vault, now = parts.vault, parts.clock.now()

    def look() -> links.Guard:
        with parts.database.read() as tx:
            return links.guard(tx, vault, *_keys(given))

    async with slowing_guesses(parts), parts.codes_at_once:
        guard = await asyncio.to_thread(look)
        if not await asyncio.to_thread(links.is_right, western(given.pin), guard):
            raise await parts.database.write_soon(lambda tx: links.refuse(tx, vault, guard, now))
        key = await parts.database.write_soon(lambda tx: links.release(tx, guard))
    return answer({"key": urlsafe_b64encode(key).rstrip(b"=").decode()})


@asynccontextmanager
async def slowing_guesses(parts: Parts) -> AsyncIterator[None]:
    """Whoever guesses waits, a few at a time; whoever has a link does not wait behind them."""
    try:
        yield
    except NotKnown:
        async with parts.guesses_at_once:
            await asyncio.sleep(GUESS_WAIT)
        raise


def _keys(asked: PageKey) -> tuple[str, bytes]:
    return asked.lookup, urlsafe_b64decode(asked.key + "=")
