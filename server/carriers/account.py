"""The account behind the texts: whether it works, and how much credit is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from aiohttp import ClientError
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from server.carriers.connection import WarmClient
from server.carriers.twilio import TIMEOUT, UNREADABLE

LATEST = 20  # texts whose price is looked at


@dataclass(frozen=True, slots=True)
class Account:
    """`status` is Twilio's word; `carrier_time` is the Date of its answer, if it gave one.

    `text_price` is what the latest texts cost on average, where the carrier says so by now.
    """

    status: str
    is_trial: bool
    credit: float
    currency: str
    carrier_time: datetime | None
    text_price: float | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The account could not be asked; `status` is the HTTP status where there was an answer."""

    status: int | None


async def ask(account_sid: str, auth_token: str, api_url: str | None) -> Account | Unreachable:
    """Three questions to the carrier, through the same connection as texts take."""
    connection = WarmClient(account_sid, auth_token, TIMEOUT, connections=1)
    client = Client(account_sid, auth_token, http_client=connection)
    if api_url:
        client.api.base_url = api_url.rstrip("/")
    try:
        account = await client.api.accounts(account_sid).fetch_async()
        answer = await client.balance.fetch_with_http_info_async()
        texts = await client.messages.list_async(limit=LATEST, page_size=LATEST)
        return Account(
            status=account.status or "",
            is_trial=account.type == "Trial",
            credit=float(answer.data.balance),
            currency=answer.data.currency or "",
            carrier_time=_moment({k.lower(): v for k, v in answer.headers.items()}.get("date")),
            text_price=average([text.price for text in texts]),
        )
    except (TwilioException, ClientError, OSError, *UNREADABLE) as error:
        return Unreachable(getattr(error, "status", None))
    finally:
        await connection.close()


def average(prices: Iterable[str | None]) -> float | None:
    """Twilio's prices are below zero, and come a while after the text; a free one says nothing."""
    known = [abs(float(price)) for price in prices if price and float(price) != 0]
    return sum(known) / len(known) if known else None


def _moment(header: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(header) if header else None
    except ValueError:
        return None
