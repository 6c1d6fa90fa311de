"""Where an office phone reports: receipts and texts, each checked by signature and form."""

import re
from typing import Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from server.carriers import signature
from server.carriers.gateway import failure
from server.services import contacts, settlements
from server.web.deps import Parts, RawBody, parts_of
from shared.phone import normalised

router = APIRouter(prefix="/gateway", include_in_schema=False)

ID = re.compile(r"[\x21-\x7e]{1,100}")
WORDS = {"sms:sent": "sent", "sms:delivered": "delivered", "sms:failed": "undelivered"}
RECEIVED = "sms:received"


class Event(msgspec.Struct, frozen=True):
    """What the app posts; names that we do not know are its own affair."""

    id: str
    event: str
    payload: dict[str, Any]


@router.post("/{way}")
async def event(request: Request, way: str, body: RawBody) -> Response:
    """One event of the phone that this way is. The same event again changes nothing."""
    parts = parts_of(request)
    phone = parts.route_file.phones.get(way)
    headers, now = request.headers, parts.clock.now()
    if phone is None or not signature.valid_from_phone(
        body, headers.get("x-timestamp"), headers.get("x-signature"), phone.signing_key, now
    ):
        return Response(status_code=403)
    try:
        posted = msgspec.json.decode(body, type=Event)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Response(status_code=400)
    if posted.event == RECEIVED:
        await _receive_text(parts, way, posted)
    elif posted.event in WORDS:
        await _receive_receipt(parts, posted)
    return Response(status_code=204)  # what is of no use here must not be posted again for days


async def _receive_text(parts: Parts, way: str, posted: Event) -> None:
    """The id of the event tells a repeat; the message's own is made from its words."""
    body, now = posted.payload.get("message"), parts.clock.now()
    sender = _number(posted.payload.get("sender") or posted.payload.get("phoneNumber"))
    if sender is None or not isinstance(body, str) or not ID.fullmatch(posted.id):
        return
    provider_id = f"{way}:{posted.id}"
    await parts.database.write_soon(
        lambda tx: contacts.receive_text(tx, parts.vault, provider_id, sender, body[:2000], now)
    )


async def _receive_receipt(parts: Parts, posted: Event) -> None:
    attempt, now = _attempt(posted.payload.get("messageId")), parts.clock.now()
    if attempt is None:
        return  # a text that somebody sent from the phone itself
    word = WORDS[posted.event]
    reason = posted.payload.get("reason")
    code = failure(reason if isinstance(reason, str) else "") if word == "undelivered" else None
    await parts.database.write_soon(
        lambda tx: settlements.receive(tx, parts.vault, attempt, word, code, now, attempt)
    )


def _number(sender: object) -> str | None:
    """In full; a network's own service texts come from words and short numbers."""
    try:
        return normalised(sender) if isinstance(sender, str) else None
    except ValueError:
        return None


def _attempt(message_id: object) -> str | None:
    try:
        return str(UUID(message_id)) if isinstance(message_id, str) else None
    except ValueError:
        return None
