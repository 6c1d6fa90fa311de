"""The doors in Twilio's dialect: texts and calls come in here, and are asked for again."""

import asyncio
import hmac
import re
import socket
import struct
from base64 import b64encode
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from server.db import Database
from server.sandbox import calls, messages
from server.sandbox.dialect import (
    LONGEST_BODY,
    Refusal,
    account_resource,
    balance_resource,
    call_resource,
    message_resource,
    number_resource,
    page_resource,
    refusal,
)
from server.sandbox.faults import Weather
from shared.clock import Clock

Form = dict[str, str]
Taken = dict[str, Any] | Refusal

MOST_PAGES: Final = 100_000
LONGEST_FORM: Final = 64 * 1024
PATIENCE: Final = 60.0  # seconds that a hanging request is held; nobody waits longer
SERVICE_LINE: Final = "+12025550100"  # the number that a messaging service texts from
EVENTS: Final = "StatusCallbackEvent"
LONGEST_RINGING: Final = 60  # seconds
IN_FLIGHT: Final = ("accepted", "queued")
NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}")
SENDER: Final = re.compile(r"\+?[1-9][0-9]{2,14}|[A-Za-z0-9 ]{1,11}")
RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class Account:
    """One account: takes its texts and calls, shows them, and knows who may ask."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        account_sid: str,
        auth_token: str,
        taken: Callable[[], None],
        weather: Weather,
    ) -> None:
        self._db = db
        self._clock = clock
        self._weather = weather
        self._taken = taken
        self.sid = account_sid
        self._authorization = b"Basic " + b64encode(f"{account_sid}:{auth_token}".encode())

    def admits(self, authorization: bytes) -> bool:
        return hmac.compare_digest(authorization, self._authorization)

    async def take_text(self, form: Form, fate: int | None) -> Taken:
        now = self._clock.now()
        if (code := wrong_in_text(form)) is not None:
            return refusal(code)
        service = form.get("MessagingServiceSid")
        row = messages.new(
            "text",
            form["To"],
            form.get("From") or SERVICE_LINE,
            form["Body"],
            "accepted" if service else "queued",
            now,
            service_sid=service,
            fate=fate,
            callback=form.get("StatusCallback"),
        )
        if not await self._db.write_soon(lambda tx: messages.keep(tx, row)):
            return refusal(21610)
        self._taken()
        return message_resource(row, self.sid)

    async def take_call(self, form: Form, fate: int | None) -> Taken:
        now = self._clock.now()
        if (code := wrong_in_call(form)) is not None:
            return refusal(code)
        words = form.get("Twiml") or form["Url"]
        callback = form.get("StatusCallback")
        row = messages.new(
            "call", form["To"], form["From"], words, "queued", now, fate=fate, callback=callback
        )
        rings_for = min(int(form.get("Timeout", LONGEST_RINGING)), LONGEST_RINGING)
        events = form.get("StatusCallbackEvent", "completed")
        await self._db.write_soon(lambda tx: calls.keep(tx, row, rings_for, events))
        self._taken()
        return call_resource(row, self.sid)

    async def redact(self, form: Form, fate: int | None) -> Taken:
        """An empty body takes the words from the account's copy of a text that is on its way no
        more.
        """
        if form.get("Body") != "":
            return refusal(30400)
        sid = form["sid"]
        with self._db.read() as tx:
            row = messages.find(tx, sid)
        if row is None or row["kind"] == "call":
            return refusal(20404)
        if row["status"] in IN_FLIGHT:
            return refusal(20009)
        await self._db.write_soon(lambda tx: messages.redact(tx, sid))
        return message_resource({**row, "redacted": True}, self.sid)

    def show_message(self, request: Request) -> Response:
        if not self._admitted(request):
            return twilio_answer(refusal(20003))
        with self._db.read() as tx:
            row = messages.find(tx, request.path_params["sid"])
        if row is None or row["kind"] == "call":
            return twilio_answer(refusal(20404))
        return twilio_answer(message_resource(row, self.sid))

    def show_messages(self, request: Request) -> Response:
        if not self._admitted(request):
            return twilio_answer(refusal(20003))
        asked = dict(request.query_params)
        try:
            since, until = dates(asked)
            number, size = int(asked.get("Page", 0)), int(asked.get("PageSize", 50))
        except ValueError:
            return twilio_answer(refusal(20001))
        number, size = max(0, min(MOST_PAGES, number)), max(1, min(1000, size))
        with self._db.read() as tx:
            rows = messages.page(
                tx, asked.get("To"), asked.get("From"), since, until, number * size, size + 1
            )
        return twilio_answer(page_resource(rows, asked, number, size, self.sid))

    def show_number(self, request: Request) -> Response:
        if not self._admitted(request):
            return twilio_answer(refusal(20003))
        number = request.path_params["number"]
        return twilio_answer(number_resource(number, self._weather.line_of(number)))

    def show_account(self, request: Request) -> Response:
        if not self._admitted(request):
            return twilio_answer(refusal(20003))
        return twilio_answer(account_resource(self.sid))

    def show_balance(self, request: Request) -> Response:
        if not self._admitted(request):
            return twilio_answer(refusal(20003))
        return twilio_answer(balance_resource(self.sid))

    def nothing_here(self, request: Request) -> Response:
        return twilio_answer(refusal(20404 if self._admitted(request) else 20003))

    def _admitted(self, request: Request) -> bool:
        return self.admits(request.headers.get("authorization", "").encode("latin-1"))


class SendDoor:
    """A POST of a text or a call: plain ASGI, for a burst is thousands of these."""

    def __init__(
        self,
        account: Account,
        weather: Weather,
        take: Callable[[Form, int | None], Awaitable[Taken]],
        status: int = 201,
    ) -> None:
        self._status = status
        self._account = account
        self._weather = weather
        self._take = take

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await read_body(receive)
        if body is None:
            return
        form = read_form(body) | scope["path_params"]
        if not self._account.admits(dict(scope["headers"]).get(b"authorization", b"")):
            await twilio_answer(refusal(20003))(scope, receive, send)
            return
        verdict = self._weather.verdict(form, asyncio.get_running_loop().time())
        if verdict.hang:
            await hang(receive)
            return
        if verdict.reset:
            await reset(receive)
            return
        taken = verdict.refusal or await self._take(form, verdict.fate)
        if self._weather.faults.latency_ms:
            await asyncio.sleep(self._weather.faults.latency_ms / 1000)
        if verdict.reset_after and not isinstance(taken, Refusal):
            await reset(receive)
            return
        await twilio_answer(taken, self._status)(scope, receive, send)


def wrong_in_text(form: Form) -> int | None:
    """Twilio's code for what is wrong with this request, or None."""
    to, body = form.get("To", ""), form.get("Body", "")
    sender = form.get("From", "")
    period = form.get("ValidityPeriod", "1")
    wrong = {
        21604: not to,
        21211: not NUMBER.fullmatch(to),
        21603: not sender and not form.get("MessagingServiceSid"),
        21212: bool(sender) and not SENDER.fullmatch(sender),
        21602: not body.strip(),
        21617: len(body) > LONGEST_BODY,
        21624: not period.isdecimal() or not 1 <= int(period[:6]) <= 36_000,
        30029: form.get("ContentRetention", "retain") not in ("retain", "discard"),
        30030: form.get("AddressRetention", "retain") not in ("retain", "obfuscate"),
        21609: not is_web_address(form.get("StatusCallback")),
    }
    return next((code for code, holds in wrong.items() if holds), None)


def wrong_in_call(form: Form) -> int | None:
    to, sender = form.get("To", ""), form.get("From", "")
    wrong = {
        21201: not to,
        21211: not NUMBER.fullmatch(to),
        21213: not sender,
        21212: not SENDER.fullmatch(sender),
        21205: not (form.get("Twiml") or form.get("Url")),
        20001: not form.get("Timeout", "60").isdecimal(),
        21609: not is_web_address(form.get("StatusCallback")),
    }
    return next((code for code, holds in wrong.items() if holds), None)


def is_web_address(url: str | None) -> bool:
    if url is None:
        return True
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port out of range is found out only when it is asked for
        return False


def dates(asked: Form) -> tuple[datetime | None, datetime | None]:
    """DateSent in its three forms, as a half-open span. Raises ValueError."""
    day, since, until = (asked.get(f"DateSent{sign}") for sign in ("", ">", "<"))
    if day is not None:
        start = _moment(day)
        return start, start + timedelta(days=1)
    last = None if until is None else _moment(until) + timedelta(seconds=1)
    return None if since is None else _moment(since), last


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def twilio_answer(content: Taken, status: int = 200) -> Response:
    headers = {}
    if isinstance(content, Refusal):
        status, content = content.status, content.body
        if status == 429:
            headers["Retry-After"] = "1"
        if status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return Response(msgspec.json.encode(content), status, headers, "application/json")


async def read_body(receive: Receive) -> bytes | None:
    """None where the other side left before it had said everything."""
    body = b""
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return None
        part: bytes = event.get("body", b"")
        body += part
        if not event.get("more_body") or len(body) > LONGEST_FORM:
            return body


def read_form(body: bytes) -> Form:
    """The last of each name, but all of a call's events; what is not text is replaced."""
    if len(body) > LONGEST_FORM:
        return {}
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    events = " ".join(value for name, value in pairs if name == EVENTS)
    return dict(pairs) | ({EVENTS: events} if events else {})


async def hang(receive: Receive) -> None:
    """Never answers: until the other side gives up."""
    try:
        async with asyncio.timeout(PATIENCE):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        await reset(receive)


async def reset(receive: Receive) -> None:
    """Cuts the connection with an RST. ASGI knows no such thing, so this reaches into uvicorn."""
    transport: asyncio.Transport = receive.__self__.transport  # type: ignore[attr-defined]
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
