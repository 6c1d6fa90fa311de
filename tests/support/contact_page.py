"""A contact's page as its script opens it: look-up and key come from the secret in the link."""

import hashlib
from base64 import urlsafe_b64encode
from typing import Any

from tests.support.web import Answer, Caller


def page_keys(secret: str) -> dict[str, str]:
    derived = hashlib.sha512(b"\0\0\0\x01" + secret.encode() + b"candlewire/1/link").digest()
    return {
        "lookup": secret[:4].encode().hex() + derived[32:44].hex(),
        "key": urlsafe_b64encode(derived[:32]).rstrip(b"=").decode(),
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
