"""Texts through a phone in the office that runs android-sms-gateway, asked on its own address.

Our attempt's id is the message's id there: the phone sends no id twice, and knows what became
of each. It reports to `server.web.gateway_hooks`.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    encode_basic_auth,
)

from server.carriers import Outcome, Refused, Sent, Unknown
from server.carriers.connection import fault

log = logging.getLogger(__name__)

TIMEOUT = 10.0  # seconds, as for any carrier
AT_ONCE = 100  # a message of this priority waits for none of the phone's own limits
NO_CALLER = 21213
# The phone says no more than that it failed: as a carrier that gives no reason, and as one
# whose text expired.
FAILED, EXPIRED = 30008, 30036
EXPIRY = "ttl expired"
# The phone's words for a message, as Twilio's.
STATES = {
    "Pending": "queued",
    "Processed": "sending",
    "Sent": "sent",
    "Delivered": "delivered",
    "Failed": "undelivered",
}


class GatewayCarrier:
    """`address` is the phone's local server, such as `http://192.168.1.20:8080`."""

    def __init__(self, address: str, user: str, password: str, *, timeout: float = TIMEOUT) -> None:
        self._address = address.rstrip("/")
        self._headers = {"Authorization": encode_basic_auth(user, password)}
        self._timeout = timeout
        self._session: ClientSession | None = None

    async def send(self, to: str, body: str, attempt_id: str, valid_for: timedelta) -> Outcome:
        message = {
            "id": attempt_id,
            "textMessage": {"text": body},
            "phoneNumbers": [to],
            "withDeliveryReport": True,
            "ttl": max(1, int(valid_for.total_seconds())),
            "priority": AT_ONCE,
        }
        try:
            status, _ = await self._ask("POST", "/message?skipPhoneValidation=true", message)
        except (ClientError, OSError, ValueError) as error:
            return Unknown(fault(error))
        if status in (200, 201, 202, 409):  # 409: it has a message of this id
            return Sent(attempt_id)
        return Unknown(f"status {status}") if status >= 500 else Refused(None, status)

    async def call(self, to: str, twiml: str, attempt_id: str) -> Outcome:
        """It has no line for calls that speak."""
        return Refused(NO_CALLER, 400)

    async def find(self, to: str, code: str, since: datetime, attempt_id: str) -> list[str]:
        return [attempt_id] if await self.status(attempt_id) is not None else []

    async def status(self, provider_id: str) -> tuple[str, int | None] | None:
        try:
            status, message = await self._ask("GET", f"/message/{quote(provider_id, safe='')}")
        except (ClientError, OSError, ValueError) as error:
            log.warning("the office phone could not be asked", extra={"fault": fault(error)})
            return None
        word = STATES.get(str(message.get("state"))) if status == 200 else None
        if word is None:
            return None
        return word, failure(_reason(message)) if word == "undelivered" else None

    async def forget(self, provider_id: str) -> bool:
        """The phone is the office's own, and nobody else keeps a copy."""
        return True

    async def health(self) -> int | None:
        """The HTTP status of its own check, once it has taken our password; None where it is away.

        The check itself asks for no password, but whoever asks for a message needs one.
        """
        try:
            status, _ = await self._ask("GET", "/message/none")
            return (await self._ask("GET", "/health"))[0] if status in (200, 404) else status
        except (ClientError, OSError, ValueError):
            return None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _ask(
        self, method: str, path: str, message: Mapping[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        async with self._open_session().request(
            method,
            self._address + path,
            json=message,
            headers=self._headers,
            allow_redirects=False,
        ) as answer:
            if answer.status != 200:
                return answer.status, {}
            body = await answer.json(content_type=None)
            return answer.status, body if isinstance(body, dict) else {}

    def _open_session(self) -> ClientSession:
        """Made at the first request: a session belongs to the loop that runs it."""
        if self._session is None:
            self._session = ClientSession(
                timeout=ClientTimeout(total=self._timeout), cookie_jar=DummyCookieJar()
            )
        return self._session


def failure(reason: str) -> int:
    """The carrier's code that asks for the same as the phone's words for a failure."""
    return EXPIRED if EXPIRY in reason.lower() else FAILED


def _reason(message: Mapping[str, Any]) -> str:
    people = message.get("recipients")
    first = people[0] if isinstance(people, list) and people else {}
    return str(first.get("error") or "") if isinstance(first, dict) else ""
