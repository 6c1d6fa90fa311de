"""The SMS sandbox as a test drives it, and a place that its webhooks arrive at."""

import json
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode
from urllib.request import Request, urlopen

from starlette.requests import Request as Asked
from starlette.responses import Response

from server.carriers.twilio import TwilioCarrier
from server.sandbox import create_sandbox
from server.sandbox.office_phone import Phone
from tests.support.serving import serve
from tests.support.waiting import PATIENCE

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "a sandbox's token"
LINE = "+12025550199"
PHONE_LINE = "+12025550198"  # of the office phone
PHONE_PASSWORD = "a phone's password"
PHONE_KEY = "a phone's signing key"


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    url: str

    def faults(self, **faults: Any) -> None:
        self.call("PUT", "/_sandbox/faults", faults)

    def phone_faults(self, **faults: Any) -> None:
        self.call("PUT", "/_sandbox/faults/phone", faults)

    def messages(self, to: str | None = None) -> list[dict[str, Any]]:
        query = f"?{urlencode({'to': to})}" if to else ""
        return self.call("GET", f"/_sandbox/messages{query}")  # type: ignore[no-any-return]

    def reply(self, sender: str, body: str, to: str = LINE) -> str:
        body_ = {"from": sender, "to": to, "body": body}
        return self.call("POST", "/_sandbox/replies", body_)["sid"]  # type: ignore[no-any-return]

    def calls(self, to: str | None = None) -> list[dict[str, Any]]:
        query = f"?{urlencode({'to': to})}" if to else ""
        return self.call("GET", f"/_sandbox/calls{query}")  # type: ignore[no-any-return]

    def press(self, to: str, digits: str) -> dict[str, Any]:
        body = {"to": to, "digits": digits}
        return self.call("POST", "/_sandbox/keys", body)  # type: ignore[no-any-return]

    def copy_of(self, sid: str) -> str:
        """The words of a text as the carrier's account still shows them."""
        credentials = b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        address = f"{self.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json"
        with urlopen(
            Request(address, headers={"Authorization": f"Basic {credentials}"}), timeout=PATIENCE
        ) as response:
            return str(json.loads(response.read())["body"])

    def empty(self) -> None:
        self.call("DELETE", "/_sandbox/messages")

    def carrier(self, status_url: str = "http://127.0.0.1:9/twilio/status") -> TwilioCarrier:
        return TwilioCarrier(ACCOUNT, TOKEN, LINE, self.url, status_url, timeout=1)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(self.url + path, data, method=method), timeout=PATIENCE) as response:
            content = response.read()
        return json.loads(content) if content else None


@contextmanager
def sandbox(
    data: Path,
    inbound_url: str = "http://127.0.0.1:9/twilio/inbound",
    port: int = 0,
    phone_url: str = "http://127.0.0.1:9/gateway/office",
) -> Iterator[Sandbox]:
    phone = Phone(PHONE_LINE, "sms", PHONE_PASSWORD, PHONE_KEY, phone_url)
    with serve(create_sandbox(data, ACCOUNT, TOKEN, inbound_url, phone=phone), port=port) as url:
        yield Sandbox(url)


@dataclass(frozen=True)
class Post:
    """One webhook as it arrived."""

    path: str
    query: str
    form: dict[str, str]
    signature: str


class Receiver:
    """An ASGI app that keeps every webhook posted to it."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self._changed = threading.Condition()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        asked = Asked(scope, receive)
        form = dict(parse_qsl((await asked.body()).decode(), keep_blank_values=True))
        signature = asked.headers.get("x-twilio-signature", "")
        with self._changed:
            self.posts.append(Post(asked.url.path, asked.url.query, form, signature))
            self._changed.notify_all()
        await Response("<Response/>", media_type="text/xml")(scope, receive, send)

    def wait_for(
        self, holds: Callable[[list[Post]], bool], seconds: float = PATIENCE
    ) -> list[Post]:
        with self._changed:
            if not self._changed.wait_for(lambda: holds(self.posts), seconds):
                raise AssertionError(f"only {len(self.posts)} webhooks came in {seconds} s")
            return list(self.posts)

    async def _live(self, receive: Any, send: Any) -> None:
        while (event := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{event['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})


def eventually(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Waits for what another thread or process does by itself."""
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, f"not within {seconds} s"
        time.sleep(0.02)
