"""Whether a webhook was signed by the carrier or the office phone, with a secret of ours."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from twilio.request_validator import RequestValidator

CLOCKS_APART = timedelta(minutes=5)  # a phone's clock may be off, and a recording must not play


def valid(url: str, form: Mapping[str, str], signature: str | None, tokens: Iterable[str]) -> bool:
    """Every token is tried to its end, so that neither time nor order tells which one fits.

    `url` is built from the public URL in the settings, never from a request's Host.
    """
    if not signature:
        return False
    try:
        return any([RequestValidator(token).validate(url, form, signature) for token in tokens])
    except UnicodeEncodeError:  # a lone surrogate in a form cannot have been signed
        return False


def valid_from_phone(
    body: bytes, timestamp: str | None, signature: str | None, key: str, now: datetime
) -> bool:
    """As android-sms-gateway signs: its raw body and then the seconds since 1970."""
    if not timestamp or not signature or not (timestamp.isascii() and timestamp.isdecimal()):
        return False
    made = hmac.new(key.encode(), body + timestamp.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(made.encode(), signature.lower().encode()):
        return False
    return len(timestamp) <= 11 and abs(now - _moment(timestamp)) <= CLOCKS_APART


def _moment(timestamp: str) -> datetime:
    return datetime.fromtimestamp(int(timestamp), UTC)
