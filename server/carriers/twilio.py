"""Texts and calls through Twilio, or any server of its language, with the official SDK."""

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientError
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client

from server.carriers import NO_RETENTION_FLAGS, Outcome, Refused, Sent, Unknown
from server.carriers.connection import WarmClient, fault, retry_after

log = logging.getLogger(__name__)

TIMEOUT = 10.0  # seconds; Twilio answers in under two, and a lease outlives ten
CONNECTIONS = 256  # an account that allows fewer answers 429, and the relay slows down
LOOK_BACK = 50  # texts to one number that are searched for a lost one

SERVICE_SID = re.compile(r"MG[0-9a-fA-F]{32}")
GONE = 404
NO_CALLBACK = 21609
FIRST_TWILIO_CODE = 10_000  # below it, the SDK repeats the HTTP status for want of a code
LONGEST_VALIDITY = 36_000
RINGING = 40  # seconds; many networks hand a call to a mailbox after it, and a mailbox is nobody
# The first of them proves within a second that a call whose answer was lost goes out.
CALL_EVENTS = ("initiated", "answered", "completed")
NO_CALLER = 21213
# What the SDK raises for an answer that is no JSON, or JSON of another shape.
UNREADABLE = (ValueError, TypeError, AttributeError)


class TwilioCarrier:
    """`sender` is a number, or the SID of a messaging service (`MG…`). A receipt is posted to
    `status_url` with `?attempt=` and the attempt's id.

    Calls come from a number alone: from `caller`, or from the sender where that is one. Without
    a number every call is refused, as Twilio would refuse it.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        api_url: str | None,
        status_url: str,
        *,
        caller: str = "",
        timeout: float = TIMEOUT,
        connections: int = CONNECTIONS,
    ) -> None:
        self._connection = WarmClient(account_sid, auth_token, timeout, connections)
        client = Client(account_sid, auth_token, http_client=self._connection)
        if api_url:
            client.api.base_url = api_url.rstrip("/")
        self._messages = client.messages
        self._calls = client.calls
        by_service = SERVICE_SID.fullmatch(sender)
        self._sender = {"messaging_service_sid" if by_service else "from_": sender}
        self._left_out: int | None = None
        self._caller = caller or ("" if by_service else sender)
        self._status_url = status_url
        self._retention: dict[str, str] = {
            "content_retention": "discard",
            "address_retention": "obfuscate",
        }

    async def send(self, to: str, body: str, attempt_id: str, valid_for: timedelta) -> Outcome:
        """One text. It is asked for again only where Twilio has refused a flag of ours."""
        fields = {
            **self._sender,
            **self._retention,
            "to": to,
            "body": body,
            "validity_period": max(1, min(LONGEST_VALIDITY, int(valid_for.total_seconds()))),
            "status_callback": f"{self._status_url}?attempt={attempt_id}",
        }
        return await self._create(self._messages.create_async, fields)

    async def call(self, to: str, twiml: str, attempt_id: str) -> Outcome:
        """One call. It is asked for again only where Twilio has refused our callback address."""
        if not self._caller:
            return Refused(NO_CALLER, 400)
        fields = {
            "from_": self._caller,
            "to": to,
            "twiml": twiml,
            "timeout": RINGING,
            "status_callback": f"{self._status_url}?attempt={attempt_id}",
            "status_callback_event": list(CALL_EVENTS),
        }
        return await self._create(self._calls.create_async, fields)

    async def find(self, to: str, code: str, since: datetime, attempt_id: str) -> list[str]:
        """Twilio dates to the second, and a queued text has no date of sending to search by."""
        earliest = since.replace(microsecond=0)
        try:
            texts = await self._messages.list_async(to=to, limit=LOOK_BACK)
        except (TwilioException, ClientError, OSError, *UNREADABLE) as error:
            log.warning("the carrier's list could not be read", extra={"fault": fault(error)})
            return []
        found = [
            text.sid
            for text in texts
            if code in (text.body or "")
            and text.date_created is not None
            and text.date_created >= earliest
        ]
        return found[::-1]

    async def status(self, provider_id: str) -> tuple[str, int | None] | None:
        try:
            text = await self._messages(provider_id).fetch_async()
        except (TwilioException, ClientError, OSError, *UNREADABLE) as error:
            log.warning("the carrier could not be asked", extra={"fault": fault(error)})
            return None
        return (str(text.status), text.error_code) if text.status else None

    async def forget(self, provider_id: str) -> bool:
        """Its record stays, for the carrier's support to look at: only the words go. (Twilio may
        refuse for days to delete a whole record.)
        """
        try:
            await self._messages(provider_id).update_async(body="")
        except (TwilioRestException, TwilioServiceException) as error:
            if error.status == GONE:
                return True
            log.warning("the carrier keeps a text", extra={"fault": f"code {error.code}"})
            return False
        except (TwilioException, ClientError, OSError, *UNREADABLE) as error:
            log.warning("the carrier could not be asked", extra={"fault": fault(error)})
            return False
        return True

    async def close(self) -> None:
        await self._connection.close()

    async def _create(
        self, create: Callable[..., Awaitable[Any]], fields: dict[str, Any]
    ) -> Outcome:
        left_out = None
        outcome = await self._ask(create, fields)
        while isinstance(outcome, Refused) and (simpler := self._without(outcome.code, fields)):
            left_out, fields = outcome.code, simpler
            outcome = await self._ask(create, fields)
        keeps_body = "body" in fields and "content_retention" not in fields
        match outcome:
            case Sent(provider_id):
                return Sent(provider_id, self._left_out or left_out, keeps_body)
            case Unknown():
                return replace(outcome, keeps_body=keeps_body)
        return outcome

    async def _ask(self, create: Callable[..., Awaitable[Any]], fields: dict[str, Any]) -> Outcome:
        try:
            made = await create(**fields)
        except (TwilioRestException, TwilioServiceException) as error:
            return _refusal(error.status, error.code)
        except (ClientError, OSError, *UNREADABLE) as error:
            return Unknown(fault(error))
        return Sent(made.sid) if made.sid else Unknown("unreadable")

    def _without(self, code: int | None, fields: dict[str, Any]) -> dict[str, Any] | None:
        """The same request without what Twilio refused, or None where that was not ours to drop."""
        if code in NO_RETENTION_FLAGS and "content_retention" in fields:
            if self._retention:
                log.warning("the account keeps texts: it has no message redaction")
            self._retention, self._left_out = {}, code
            flags = ("content_retention", "address_retention")
            return {name: value for name, value in fields.items() if name not in flags}
        if code == NO_CALLBACK and "status_callback" in fields:
            log.warning("the carrier refuses our callback address: no receipts will come")
            return {name: value for name, value in fields.items() if name != "status_callback"}
        return None


def _refusal(status: int, code: object) -> Outcome:
    """A fault of the carrier's own says nothing about the text."""
    if status >= 500 or status == 408:
        return Unknown(f"status {status}")
    known = code if isinstance(code, int) and code >= FIRST_TWILIO_CODE else None
    return Refused(known, status, retry_after.get())
