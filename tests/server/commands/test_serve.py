"""The production server as real processes: web and relay, on SQLite, against the sandbox."""

import hashlib
import json
import os
import signal
import time
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from twilio.request_validator import RequestValidator
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from server.running import listen
from shared import crypto
from tests.server.commands.operating import PUBLIC_URL, Operator
from tests.support.sandbox import ACCOUNT, LINE, TOKEN, Sandbox, eventually

BEN = "+33639980001"


class Phone:
    """A phone, and a contact's, as they speak to the server behind its TLS proxy."""

    def __init__(self, server: str, code: str) -> None:
        self.server = server
        secret = crypto.random_bytes()
        self.token = urlsafe_b64encode(secret).decode().rstrip("=")
        public = urlsafe_b64encode(crypto.dispatch_pair(secret).public).decode().rstrip("=")
        asked = {
            "code": code,
            "device_name": "phone",
            "token_hash": hashlib.sha256(secret).hexdigest(),
            "dispatch_key": public,
        }
        self.call("/v1/pairings", asked)

    def press(self) -> None:
        now = datetime.now(UTC).isoformat()
        alert = {"id": str(uuid4()), "kind": "alert", "pressed_at": now, "countdown_s": 0}
        assert self.call("/v1/alerts", alert)["contacts"] == 1

    def call(self, path: str, body: dict[str, object]) -> dict[str, object]:
        headers = {"Authorization": f"Bearer {getattr(self, 'token', '')}"}
        request = Request(self.server + path, json.dumps(body).encode(), headers)
        with urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())


def contact_answers(server: str, body: str) -> None:
    form = {
        "AccountSid": ACCOUNT,
        "MessageSid": "SM" + uuid4().hex,
        "From": BEN,
        "To": LINE,
        "Body": body,
    }
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC_URL + "/twilio/inbound", form)
    headers = {"X-Twilio-Signature": signature}
    request = Request(server + "/twilio/inbound", urlencode(form).encode(), headers)
    urlopen(request, timeout=30).close()


def ready(server: str) -> int:
    try:
        with urlopen(server + "/readyz", timeout=30) as answer:
            return int(answer.status)
    except HTTPError as refusal:
        refusal.close()
        return refusal.code


def address(process: "Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().split()[-1]


def read_all(socket: ClientConnection) -> None:
    while True:
        socket.recv(timeout=30)


def relay_of(process: "Popen[str]") -> int | None:
    children = Path(f"/proc/{process.pid}/task")
    found = [
        int(pid) for task in children.iterdir() for pid in (task / "children").read_text().split()
    ]
    return found[0] if found else None


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().split(")")[-1].split()[0] != "Z"


@pytest.fixture
def carrier(server: Operator):
    with server.running("sandbox", "--port", "0") as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        server.settings["TWILIO_API_URL"] = said["sandbox"]
        yield Sandbox(said["sandbox"])


@pytest.fixture
def code(server: Operator) -> str:
    """What `people` prints for Amina's phone."""
    (server.folder / "contacts.json").write_text(
        json.dumps([{"name": "Ben", "phone": BEN, "known_as": "Amina"}])
    )
    activist = server.done("people", "activist", "add", "--office", "Hub", "--name", "Amina")
    pair = ["people", "activist", "pair", "--activist", activist.strip()]
    said = server.done(*pair, "--contacts", "contacts.json", "--codes-stdin", stdin="1234\n9876\n")
    return said.splitlines()[0]


def texts(carrier: Sandbox, words: str) -> int:
    return sum(words in text["body"] for text in carrier.messages(BEN))


def test_from_pairing_to_a_text_through_every_kind_of_end(
    server: Operator, carrier: Sandbox, code: str
):
    with server.running("serve", "--port", "0") as process:
        url = address(process)
        phone = Phone(url, code)
        eventually(lambda: len(carrier.messages(BEN)) == 1, 60)
        contact_answers(url, "1")
        eventually(lambda: len(carrier.messages(BEN)) == 2, 60)

        # The thanks may go out once more, should the relay end before it has noted the answer.
        relay = relay_of(process)
        assert relay is not None
        os.kill(relay, signal.SIGKILL)
        phone.press()
        eventually(lambda: texts(carrier, "needs help") == 1, 60)
        assert relay_of(process) not in (None, relay)
        assert ready(url) == 200

        with connect(
            url.replace("http", "ws") + "/v1/phone",
            additional_headers={"Authorization": f"Bearer {phone.token}"},
        ) as socket:
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            eventually(lambda: ready(url) == 503, 2)
            phone.press()
            with pytest.raises(ConnectionClosed) as closed:
                read_all(socket)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
        assert process.wait(10) == 0
        assert time.monotonic() - began <= 10
    eventually(lambda: not is_alive(relay), 30)

    with server.running("serve", "--port", "0") as process:
        address(process)
        eventually(lambda: texts(carrier, "pressed again") == 1, 60)
        assert texts(carrier, "needs help") == 1
        orphan = relay_of(process)
        assert orphan is not None
        assert "Stop it first" in server.refused("keys", "rotate")
        process.kill()
        eventually(lambda: not is_alive(orphan), 30)


def test_the_halves_run_alone(server: Operator, carrier: Sandbox, code: str):
    with server.running("serve", "--role", "web", "--port", "0") as web:
        Phone(address(web), code)
        assert relay_of(web) is None
        assert carrier.messages(BEN) == []
        with server.running("serve", "--role", "relay"):
            eventually(lambda: len(carrier.messages(BEN)) == 1, 60)


def test_a_port_that_is_taken_is_said(server: Operator):
    taken = listen("127.0.0.1", 0)
    taken.listen()
    port = str(taken.getsockname()[1])
    assert f"Port {port} is in use" in server.refused("serve", "--port", port)
    taken.close()


def test_a_relay_ends_however_often_it_is_told_to(server: Operator) -> None:
    """Each kill of its parent, a supervisor and an operator may say so at the same moment."""
    words = ("serve", "--role", "relay", "--parent", str(os.getpid()))
    for _ in range(3):
        with server.running(*words) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "[]\n"
            while process.poll() is None:
                process.send_signal(signal.SIGTERM)
            assert process.returncode in (0, -signal.SIGTERM)  # that, when Python is at its end
