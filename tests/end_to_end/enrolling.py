"""An activist enrolled in a running demo as an office would: typed, paired, contacts' consent."""

import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

from server.commands import pairing
from server.db import Database, Transaction
from server.services import people_lists, setup
from server.vault import Ring, Vault
from shared import crypto, wire
from tests.end_to_end.demo import soon


class Enrolled:
    """A phone's token, and the contacts as they were typed."""

    def __init__(self, server: str, sandbox: str, contacts: list[dict[str, Any]]) -> None:
        self.server = server
        self.sandbox = sandbox
        self.contacts = contacts
        self._token = crypto.random_bytes()
        self._old: set[str] = set()

    def pair(self, code: str) -> None:
        """The server takes the typed bundle over, and asks the contacts, who agree."""
        public = crypto.dispatch_pair(self._token).public
        words = {"code": code, "device_name": "phone", "dispatch_key": _plain(public)}
        words["token_hash"] = hashlib.sha256(self._token).hexdigest()
        _post(f"{self.server}/v1/pairings", words)
        for contact in self.contacts:
            asked = soon(lambda phone=contact["phone"]: self._texts(phone))[0]
            reply = {"from": contact["phone"], "to": asked["from"], "body": "1"}
            _post(f"{self.sandbox}/_sandbox/replies", reply)
        for contact in self.contacts:  # each is thanked once their agreement is stored
            soon(lambda phone=contact["phone"]: len(self._texts(phone)) > 1)

    def press(self, **changes: Any) -> str:
        """The incident's id."""
        for place in range(len(self.contacts)):
            self._old |= set(self._links(place))
        now = datetime.now(UTC).isoformat()
        alert: dict[str, Any] = {"id": str(uuid4()), "kind": "alert", "pressed_at": now} | changes
        if "position" in alert:
            alert["position"] = {"at": now} | alert["position"]
        token = {"Authorization": f"Bearer {_plain(self._token)}"}
        return str(_post(f"{self.server}/v1/alerts", alert, token)["incident_id"])

    def link(self, contact: int = 0) -> str:
        """A contact's link of the newest press, once its text has come."""
        return str(soon(lambda: [one for one in self._links(contact) if one not in self._old])[0])

    def _links(self, contact: int) -> list[str]:
        bodies = [text["body"] for text in self._texts(self.contacts[contact]["phone"])]
        return [body.split()[-1] for body in bodies if "/t#" in body]

    def _texts(self, phone: str) -> list[dict[str, Any]]:
        query = phone.replace("+", "%2B")
        with urlopen(f"{self.sandbox}/_sandbox/messages?to={query}", timeout=60) as answer:
            return list(json.load(answer))


def enrol(
    server: str,
    sandbox: str,
    data: Path,
    contacts: list[dict[str, Any]],
    card: wire.Card | None = None,
) -> Enrolled:
    """As the operator's commands would, which refuse to work on a demo's data."""
    enrolled, now = Enrolled(server, sandbox, contacts), datetime.now(UTC)
    typed = data.parent / "contacts.json"
    typed.write_text(json.dumps(contacts))
    bundle = wire.Bundle(
        name="Ana",
        contacts=pairing.read_contacts(typed),
        stop=crypto.code_verifier("4711"),
        duress=crypto.code_verifier("1174"),
        timezone="Africa/Dakar",
        card=card or wire.Card(),
    )
    vault = Vault(Ring.load(data / "keys.json"))
    database = Database(f"sqlite:///{data}/candlewire.db")

    def offer(tx: Transaction) -> str:
        office = people_lists.all_offices(tx)[0][0]
        activist = setup.new_activist(tx, vault, office, bundle.name, "tests", now)
        return setup.offer_pairing(tx, vault, activist, bundle, "tests", now)

    try:
        enrolled.pair(database.write(offer))
    finally:
        database.close()
    return enrolled


def _plain(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _post(address: str, body: object, headers: dict[str, str] | None = None) -> Any:
    sent = {"Content-Type": "application/json"} | (headers or {})
    request = Request(address, json.dumps(body).encode(), sent, method="POST")
    with urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")
