"""What Twilio knows of a number, or any server of its language: its Lookup, with its SDK."""

import logging
from typing import Any

from aiohttp import ClientError
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.rest import Client

from server.carriers.connection import WarmClient
from server.carriers.numbers import AT_ONCE
from server.carriers.twilio import TIMEOUT, UNREADABLE
from server.domain.reach import SAID_OF_LINE, Reach

log = logging.getLogger(__name__)

FIELDS = "line_type_intelligence"


class TwilioNumbers:
    """Twilio's Lookup, at the same address as texts where that is not Twilio's own.

    A number goes to the carrier that texts it, and to nobody else.
    """

    def __init__(
        self, account_sid: str, auth_token: str, api_url: str | None, *, timeout: float = TIMEOUT
    ) -> None:
        self._connection = WarmClient(account_sid, auth_token, timeout, connections=AT_ONCE)
        client = Client(account_sid, auth_token, http_client=self._connection)
        if api_url:
            client.lookups.base_url = api_url.rstrip("/")
        self._numbers = client.lookups.v2.phone_numbers

    async def reach_of(self, phone: str) -> Reach | None:
        try:
            found = await self._numbers(phone).fetch_async(fields=FIELDS)
            return _reach(found.valid, found.line_type_intelligence)
        except (TwilioRestException, TwilioServiceException) as error:
            if error.status == 429 or error.status >= 500:
                return None
            return Reach.UNKNOWN  # a carrier without Lookup, or an account without it
        except (ClientError, OSError, *UNREADABLE):
            log.warning("the carrier could not be asked about a number")
            return None

    async def close(self) -> None:
        await self._connection.close()


def _reach(valid: bool | None, line: dict[str, Any] | None) -> Reach:
    if valid is False:
        return Reach.UNREACHABLE
    return SAID_OF_LINE.get((line or {}).get("type") or "", Reach.UNKNOWN)
