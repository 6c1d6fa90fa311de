"""A contact's doors: what the page shows, and the two buttons. Nothing secret is in an address."""

from base64 import urlsafe_b64decode
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from msgspec import Meta
from starlette.responses import Response

from server.db import Transaction
from server.domain.answers import Meaning
from server.services import contact_pages, contacts
from server.web.deps import RawBody, answer, documented, parts_of
from shared import wire

router = APIRouter(prefix="/v1/contact", tags=["contact"])


class PageKey(wire.Message, frozen=True):
    """Both derived in the browser from the secret behind the `#` of the link."""

    lookup: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
    key: wire.Base64Key


class PageAnswer(PageKey, frozen=True):
    answer: Literal[1, 2]


@router.post("/view", **documented(PageKey))
async def view(request: Request, body: RawBody) -> Response:
    """What the contact's page shows."""
    asked, parts = wire.decode(PageKey, body), parts_of(request)
    with parts.database.read() as tx:
        page = contacts.open_page(tx, parts.vault, *_keys(asked))
        shown = contact_pages.view(tx, parts.vault, page)
    if page.first_time:
        now = parts.clock.now()
        await parts.database.write_soon(lambda tx: contacts.note_opened(tx, parts.vault, page, now))
    return answer(shown)


@router.post("/answer", **documented(PageAnswer))
async def give_answer(request: Request, body: RawBody) -> Response:
    """ "I act" (1) or "I cannot" (2)."""
    given, parts = wire.decode(PageAnswer, body), parts_of(request)
    lookup, key = _keys(given)
    meaning = Meaning.ACTING if given.answer == 1 else Meaning.CANNOT
    now = parts.clock.now()

    def unit(tx: Transaction) -> None:
        page = contacts.open_page(tx, parts.vault, lookup, key)
        contacts.answer_page(tx, parts.vault, page.recipient_id, meaning, now)

    await parts.database.write_soon(unit)
    with parts.database.read() as tx:
        page = contacts.open_page(tx, parts.vault, lookup, key)
        return answer(contact_pages.view(tx, parts.vault, page))


def _keys(asked: PageKey) -> tuple[str, bytes]:
    return asked.lookup, urlsafe_b64decode(asked.key + "=")
