"""A contact's page as its script opens it: look-up and key come from the secret in the link."""

from base64 import urlsafe_b64encode
from typing import Any

from shared import crypto
from tests.support.web import Answer, Caller


def page_keys(secret: str) -> dict[str, str]:
    raw = secret.encode()
    key = urlsafe_b64encode(crypto.derive(raw, "candlewire/1/link/key")).rstrip(b"=")
    return {
        "lookup": crypto.derive(raw, "candlewire/1/link/id", 16).hex(),
        "key": key.decode(),
    }


class ContactPage:
    def __init__(self, caller: Caller, secret: str) -> None:
        self._caller = caller
        self.keys = page_keys(secret)

    def open(self) -> Answer:
        return self._caller.ask("POST", "/v1/contact/view", self.keys)

    def view(self) -> dict[str, Any]:
        return self.open().ok()  # type: ignore[no-any-return]

    def answer(self, number: int) -> dict[str, Any]:
        given = self._caller.ask("POST", "/v1/contact/answer", {**self.keys, "answer": number})
        return given.ok()  # type: ignore[no-any-return]
