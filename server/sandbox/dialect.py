"""Twilio's way of putting it: its resources, its error bodies, its webhook forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import urlencode

API_VERSION: Final = "2010-04-01"
LONGEST_BODY: Final = 1600

# code: HTTP status, message. The numbers that Twilio repeats in some of them are left out.
ERRORS: Final[Mapping[int, tuple[int, str]]] = {
    20001: (400, "Bad request"),
    20003: (401, "Authenticate"),
    20009: (400, "Cannot delete this resource before it is complete"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url parameter is required"),
    21211: (400, "Invalid 'To' Phone Number"),
    21212: (400, "Invalid From Number"),
    21213: (400, "'From' phone number is required"),
    21408: (
        400,
        "Permission to send an SMS has not been enabled for the region of the 'To' number",
    ),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number is not a valid, SMS-capable number of your account."),
    21608: (400, "The 'To' number is unverified. Trial accounts send to verified numbers only."),
    21609: (400, "The 'StatusCallback' URL is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (400, "This 'From' number has exceeded the maximum number of queued messages"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    21624: (400, "Invalid validity period value"),
    21635: (400, "'To' number cannot be a landline"),
    30029: (400, "Invalid ContentRetention"),
    30030: (400, "Invalid AddressRetention"),
    30400: (400, "Parameters are not valid"),
}
CODE_OF_STATUS: Final[Mapping[int, int]] = {401: 20003, 404: 20404, 429: 20429}


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error as Twilio would answer it."""

    code: int
    status: int

    @property
    def body(self) -> dict[str, Any]:
        _, message = ERRORS.get(self.code, (self.status, "The request was refused"))
        return {
            "code": self.code,
            "message": message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def refusal(code: int | None, status: int | None = None) -> Refusal:
    """Fills in what is not given: the usual status of a code, the usual code of a status."""
    if code is None:
        status = status or 500
        code = CODE_OF_STATUS.get(status, 20500 if status >= 500 else 20001)
    return Refusal(code, status or ERRORS.get(code, (400, ""))[0])


def message_resource(row: Mapping[str, Any], account_sid: str) -> dict[str, Any]:
    """A text or a reply as GET and POST Messages show it."""
    inbound = row["kind"] == "reply"
    unassigned = row["status"] == "accepted"  # a messaging service picks the sender later
    path = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{row['sid']}"
    return {
        "sid": row["sid"],
        "account_sid": account_sid,
        "messaging_service_sid": row["service_sid"],
        "to": row["line"] if inbound else row["phone"],
        "from": row["phone"] if inbound else None if unassigned else row["line"],
        "body": "" if row["redacted"] else row["body"],
        "status": row["status"],
        "direction": "inbound" if inbound else "outbound-api",
        "num_segments": "0" if unassigned else str(row["segments"]),
        "num_media": "0",
        "error_code": row["error_code"],
        "error_message": None,
        "price": None,
        "price_unit": "USD",
        "api_version": API_VERSION,
        "date_created": rfc2822(row["created_at"]),
        "date_updated": rfc2822(row["updated_at"]),
        "date_sent": rfc2822(row["sent_at"]),
        "uri": f"{path}.json",
        "subresource_uris": {"media": f"{path}/Media.json"},
    }


def page_resource(
    rows: Sequence[Mapping[str, Any]],
    asked: Mapping[str, str],
    number: int,
    size: int,
    account_sid: str,
) -> dict[str, Any]:
    """One page of the list; a row over its size means that there is a next one."""
    path = f"/{API_VERSION}/Accounts/{account_sid}/Messages.json"

    def uri(page: int) -> str:
        return f"{path}?{urlencode({**asked, 'Page': page, 'PageSize': size})}"

    return {
        "messages": [message_resource(row, account_sid) for row in rows[:size]],
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + len(rows[:size]) - 1,
        "uri": uri(number),
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1) if len(rows) > size else None,
        "previous_page_uri": uri(number - 1) if number else None,
    }


def account_resource(account_sid: str) -> dict[str, Any]:
    return {
        "sid": account_sid,
        "friendly_name": "SMS sandbox",
        "status": "active",
        "type": "Full",
        "uri": f"/{API_VERSION}/Accounts/{account_sid}.json",
    }


def balance_resource(account_sid: str) -> dict[str, Any]:
    """Nothing costs anything here: the balance stays as it is."""
    return {"account_sid": account_sid, "balance": "100.00", "currency": "USD"}


def number_resource(number: str, line: str) -> dict[str, Any]:
    """What Lookup says of a number; every number here is somebody's."""
    return {
        "phone_number": number,
        "valid": True,
        "validation_errors": [],
        "line_type_intelligence": {"type": line, "error_code": None},
        "url": f"/v2/PhoneNumbers/{number}",
    }


def call_resource(row: Mapping[str, Any], account_sid: str) -> dict[str, Any]:
    return {
        "sid": row["sid"],
        "account_sid": account_sid,
        "to": row["phone"],
        "from": row["line"],
        "status": row["status"],
        "direction": "outbound-api",
        "api_version": API_VERSION,
        "date_created": rfc2822(row["created_at"]),
        "date_updated": rfc2822(row["updated_at"]),
        "start_time": None,
        "end_time": None,
        "duration": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "uri": f"/{API_VERSION}/Accounts/{account_sid}/Calls/{row['sid']}.json",
    }


def status_form(
    row: Mapping[str, Any], account_sid: str, status: str | None = None
) -> dict[str, str]:
    """What Twilio posts to a status callback; `status` in place of the row's own."""
    common = {
        "AccountSid": account_sid,
        "From": row["line"],
        "To": row["phone"],
        "ApiVersion": API_VERSION,
    }
    if row["kind"] == "call":
        return {
            **common,
            "CallSid": row["sid"],
            "CallStatus": status or row["status"],
            "Direction": "outbound-api",
            "CallbackSource": "call-progress-events",
            "CallDuration": "2" if row["status"] == "completed" else "0",
        }
    form = {
        **common,
        "MessageSid": row["sid"],
        "SmsSid": row["sid"],
        "MessageStatus": row["status"],
        "SmsStatus": row["status"],
    }
    if row["service_sid"]:
        form["MessagingServiceSid"] = row["service_sid"]
    if row["error_code"] is not None:
        form["ErrorCode"] = str(row["error_code"])
    return form


def key_form(row: Mapping[str, Any], account_sid: str, digits: str) -> dict[str, str]:
    """What Twilio posts when somebody presses a key."""
    return {
        "CallSid": row["sid"],
        "AccountSid": account_sid,
        "From": row["line"],
        "To": row["phone"],
        "CallStatus": "in-progress",
        "Direction": "outbound-api",
        "ApiVersion": API_VERSION,
        "Digits": digits,
        "FinishedOnKey": "",
        "msg": "Gather End",
    }


def inbound_form(row: Mapping[str, Any], account_sid: str) -> dict[str, str]:
    """What Twilio posts when a text comes in."""
    return {
        "MessageSid": row["sid"],
        "SmsSid": row["sid"],
        "SmsMessageSid": row["sid"],
        "AccountSid": account_sid,
        "From": row["phone"],
        "To": row["line"],
        "Body": row["body"],
        "NumMedia": "0",
        "NumSegments": str(row["segments"]),
        "SmsStatus": "received",
        "ApiVersion": API_VERSION,
    }


def rfc2822(moment: datetime | None) -> str | None:
    return None if moment is None else format_datetime(moment)
