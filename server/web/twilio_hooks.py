"""Where the carrier reports: receipts, texts and keys, each checked by signature and form."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from server.carriers import signature
from server.domain.delivery import CALL_STATES, CARRIER_STATES
from server.services import calls, contacts, settlements
from server.web.deps import Parts, RawBody, parts_of

router = APIRouter(prefix="/twilio", include_in_schema=False)

# Names and values are signed without a mark between them, so that bytes can be moved across the
# boundary: what we use must have exactly its form, every other name must be a plain word, and
# what begins like a field of ours, anywhere but in a contact's own words, must be that field.
NAME = re.compile(r"^[A-Za-z][A-Za-z0-9]{0,39}$")
MESSAGE = re.compile(r"^(SM|MM)[0-9a-f]{32}$")
CALL = re.compile(r"^CA[0-9a-f]{32}$")
DIGITS = re.compile(r"^[0-9*#]{0,10}$")
LANGUAGE = re.compile(r"^[a-z]{2}$")
NUMBER = re.compile(r"^\+[1-9][0-9]{6,14}$")
ERROR = re.compile(r"^[0-9]{5}$")
OURS = {"AccountSid", "MessageSid", "MessageStatus", "CallSid", "CallStatus", "ErrorCode"}
# Not read; they end like ours.
ALIKE = {"SmsMessageSid", "OriginalRepliedMessageSid", "ParentCallSid", "ForwardedFrom"}
FIELDS = OURS | ALIKE | {"From", "Digits"}
BEGINS = re.compile(
    r"AccountSid(?=AC)|MessageSid(?=[SM]M)|MessageStatus(?=[a-z])|CallSid(?=CA)|CallStatus(?=[a-z])"
    r"|ErrorCode(?=[0-9])|From(?=\+)|Digits(?=[0-9*#])"
)
MOST_FIELDS = 60
TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@router.post("/status")
async def status(request: Request, body: RawBody) -> Response:
    """A receipt: appended, and ranked against what is known. Never answers 5xx."""
    parts, form = parts_of(request), _form(request, body)
    if form is None or not _signed(parts, request, form):
        return Response(status_code=403)
    attempt, code = _attempt(request), form.get("ErrorCode", "")
    word, provider_id = _news(form)
    if (
        attempt is None
        or form.get("AccountSid") not in _tokens(parts)
        or word is None
        or (code and not ERROR.match(code))
    ):
        return Response(status_code=400)
    now = parts.clock.now()
    await parts.database.write_soon(
        lambda tx: settlements.receive(
            tx, parts.vault, attempt, word, int(code) if code else None, now, provider_id
        )
    )
    return Response(status_code=204)


@router.post("/inbound")
async def inbound(request: Request, body: RawBody) -> Response:
    """A text from a contact. The same message again changes nothing."""
    parts, form = parts_of(request), _form(request, body)
    if form is None or not _signed(parts, request, form):
        return Response(status_code=403)
    provider_id, sender = form.get("MessageSid", ""), form.get("From", "")
    if (
        form.get("AccountSid") not in _tokens(parts)
        or not MESSAGE.match(provider_id)
        or not NUMBER.match(sender)
        or "Body" not in form
    ):
        return Response(status_code=400)
    now = parts.clock.now()
    await parts.database.write_soon(
        lambda tx: contacts.receive_text(
            tx, parts.vault, provider_id, sender, form["Body"][:2000], now
        )
    )
    return Response(TWIML, media_type="text/xml")


@router.post("/voice")
async def voice(request: Request, body: RawBody) -> Response:
    """A key on a call of ours: what the line does next. The same key again changes nothing."""
    parts, form = parts_of(request), _form(request, body)
    if form is None or not _signed(parts, request, form):
        return Response(status_code=403)
    attempt, digits = _attempt(request), form.get("Digits", "")
    locale = request.query_params.get("language", "")
    if (
        attempt is None
        or form.get("AccountSid") not in _tokens(parts)
        or not CALL.match(form.get("CallSid", ""))
        or not DIGITS.match(digits)
        or not LANGUAGE.match(locale)
    ):
        return Response(status_code=400)
    now, again_at = parts.clock.now(), None
    if "again" not in request.query_params:
        again_at = calls.key_address(parts.settings.public_url, attempt, locale, again=True)
    twiml = await parts.database.write_soon(
        lambda tx: calls.press(tx, parts.vault, attempt, digits, locale, again_at, now)
    )
    return Response(twiml, media_type="text/xml")


def _news(form: Mapping[str, str]) -> tuple[str | None, str]:
    """The status and the id, of a text or of a call; None for a word that is no status of it."""
    names, of, words = ("MessageStatus", "MessageSid"), MESSAGE, frozenset(CARRIER_STATES)
    if "CallStatus" in form:
        names, of, words = ("CallStatus", "CallSid"), CALL, frozenset(CALL_STATES)
    status, provider_id = (form.get(name, "") for name in names)
    return status if status in words and of.match(provider_id) else None, provider_id


def _form(request: Request, body: bytes) -> Mapping[str, str] | None:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return None
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except (UnicodeDecodeError, ValueError):
        return None
    form = dict(pairs)
    if len(form) != len(pairs) or not all(NAME.match(name) for name in form):
        return None
    return form if _is_cut_as_signed(form) else None


def _is_cut_as_signed(form: Mapping[str, str]) -> bool:
    """What was signed is the same string wherever it is cut: each field in it must be parsed."""
    joined = "".join(name + ("" if name == "Body" else form[name]) for name in sorted(form))
    parsed = sum(len(BEGINS.findall(name + form[name][:2])) for name in form if name in FIELDS)
    return len(BEGINS.findall(joined)) == parsed


def _signed(parts: Parts, request: Request, form: Mapping[str, str]) -> bool:
    """Over the public address, which the caller cannot choose: never over the Host header."""
    query = request.url.query
    url = parts.settings.public_url + request.url.path + (f"?{query}" if query else "")
    known = _tokens(parts)
    tokens = known.get(form.get("AccountSid", ""), known[parts.settings.twilio_account_sid])
    return signature.valid(url, form, request.headers.get("x-twilio-signature"), tokens)


def _tokens(parts: Parts) -> Mapping[str, list[str]]:
    """What each account signs with: one that has two is changing them."""
    settings = parts.settings
    ours = [settings.twilio_auth_token, settings.twilio_auth_token_old]
    others = parts.route_file.accounts.values()
    return {one.account_sid: [one.auth_token] for one in others} | {
        settings.twilio_account_sid: [token for token in ours if token]
    }


def _attempt(request: Request) -> str | None:
    try:
        return str(UUID(request.query_params.get("attempt", "")))
    except ValueError:
        return None
