"""Signatures of webhooks: what the carrier signed passes, anything else does not."""

import pytest
from twilio.request_validator import RequestValidator

from server.carriers.signature import valid

URL = "https://candlewire.example/twilio/status?attempt=1"
FORM = {"MessageSid": "SM1", "MessageStatus": "delivered"}


def signed(token: str, url: str = URL, form: dict[str, str] = FORM) -> str:
    return str(RequestValidator(token).compute_signature(url, form))


@pytest.mark.parametrize("token", ["old", "new"])
def test_either_token_of_a_rotation_is_good(token: str) -> None:
    assert valid(URL, FORM, signed(token), ["old", "new"])


@pytest.mark.parametrize(
    ("url", "form", "signature", "tokens"),
    [
        (URL, FORM, signed("other"), ["old", "new"]),
        (URL + "0", FORM, signed("old"), ["old"]),
        (URL, {**FORM, "MessageStatus": "failed"}, signed("old"), ["old"]),
        (URL, {**FORM, "MessageStatus": "\ud800"}, signed("old"), ["old"]),
        (URL, FORM, "", ["old"]),
        (URL, FORM, None, ["old"]),
        (URL, FORM, "é" * 28, ["old"]),
        (URL, FORM, signed("old"), []),
    ],
)
def test_anything_else_is_not(
    url: str, form: dict[str, str], signature: str | None, tokens: list[str]
) -> None:
    assert not valid(url, form, signature, tokens)
