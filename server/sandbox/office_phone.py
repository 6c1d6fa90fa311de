"""What an office phone is to the sandbox: its secrets, and the webhooks that it posts."""

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
from starlette.requests import Request

from server.sandbox.faults import Weather
from server.sandbox.messages import Row

EVENTS: Final[Mapping[str, str]] = {
    "sent": "sms:sent",
    "delivered": "sms:delivered",
    "undelivered": "sms:failed",
    "failed": "sms:failed",
}
REASON: Final = "Send result: RESULT_ERROR_GENERIC_FAILURE"


@dataclass(frozen=True)
class Phone:
    """Its number, what it lets in, and where it reports. Its own bad days are in `weather`."""

    number: str
    user: str
    password: str
    signing_key: str
    webhook_url: str
    weather: Weather = field(default_factory=Weather)

    def admits(self, request: Request) -> bool:
        pair = b64encode(f"{self.user}:{self.password}".encode()).decode()
        return hmac.compare_digest(request.headers.get("authorization", ""), f"Basic {pair}")

    def headers(self, body: str, now: datetime) -> dict[str, str]:
        """Of a webhook, signed at the moment at which it is posted."""
        seconds = str(int(now.timestamp()))
        made = hmac.new(self.signing_key.encode(), (body + seconds).encode(), hashlib.sha256)
        return {
            "Content-Type": "application/json",
            "X-Signature": made.hexdigest(),
            "X-Timestamp": seconds,
        }


def report(row: Row, status: str) -> dict[str, str] | None:
    """The webhook's body for a message that came to this status; None where it tells nobody."""
    if status not in EVENTS:
        return None
    more = {"reason": REASON} if EVENTS[status] == "sms:failed" else {}
    return _event(EVENTS[status], {"messageId": row["sid"], "phoneNumber": row["phone"], **more})


def received(row: Row) -> dict[str, str]:
    """The webhook's body for a text that came in."""
    payload = {"messageId": row["sid"], "phoneNumber": row["phone"], "message": row["body"]}
    return _event("sms:received", payload)


def _event(name: str, payload: dict[str, Any]) -> dict[str, str]:
    event = {
        "deviceId": "sandbox",
        "event": name,
        "id": secrets.token_urlsafe(12),
        "payload": {**payload, "simNumber": 1},
        "webhookId": name,
    }
    return {"body": msgspec.json.encode(event).decode()}
