"""What a record says of a text or a call that failed."""

from zoneinfo import ZoneInfo

import pytest

from server.services.sentences import Voice


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("refused", "alert", "Text to contact 1 refused. The carrier gave the reason 21211."),
        ("undelivered", "alert", "Text to contact 1 did not arrive. The carrier gave the reason"),
        ("refused", "call", "The call to contact 1 was not answered"),
        ("refused", "duty_call", "The call to the duty phone was not answered"),
        ("undelivered", "call", "The call to contact 1 was not answered"),
    ],
)
def test_a_failure_is_told_of_what_it_was(kind: str, text: str, said: str) -> None:
    entry = {
        "kind": kind,
        "actor": {"kind": "system", "name": None},
        "detail": {"contact": "contact 1", "text": text, "code": 21211},
    }
    assert said in Voice("en", ZoneInfo("UTC")).sentence(entry, names=True)
