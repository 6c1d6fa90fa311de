"""Trading a one-time code for a place in an office: the phone makes its own token."""

import base64
import hashlib
from typing import Final
from urllib.parse import parse_qs, urlsplit

import msgspec

from mobile.core.looks import Words
from mobile.core.pages import Action, Around, Asked, Field, Page, PageView, Typed, onward
from mobile.core.vault import Hot
from shared import crypto, wire

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
BY_HAND: Final = "by_hand"


class BadAddress(ValueError):
    """A server address that could not keep a token secret, or no address at all."""


def server_address(typed: str) -> str:
    """`https://host[:port]`, whatever was typed around it. Plain http on loopback alone."""
    text = typed.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise BadAddress from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    plain = parts.path in ("", "/") and not (
        parts.username or parts.password or parts.query or parts.fragment
    )
    if not (parts.hostname and safe and plain) or any(c.isspace() for c in text):
        raise BadAddress
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def read_link(text: str) -> tuple[str, str]:
    """Server and code of `candlewire://pair?server=…&code=…`. Raises ValueError."""
    parts = urlsplit("".join(text.split()))  # a text that was copied brings line breaks along
    if (parts.scheme, parts.netloc) != ("candlewire", "pair"):
        raise ValueError("not a pairing code")
    said = parse_qs(parts.query, max_num_fields=8)
    try:
        (server,), (code,) = said["server"], said["code"]
    except KeyError:
        raise ValueError("a pairing code names server and code") from None
    return server, code


def new_token() -> bytes:
    return crypto.random_bytes()


def read_token(text: str) -> bytes:
    """The 32 bytes of a token written in base64url. Raises ValueError."""
    token = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(token) != crypto.KEY_SIZE:
        raise ValueError("a token is 32 bytes in base64url")
    return token


def introduction(code: str, device_name: str, token: bytes) -> wire.Pairing:
    """What the server may know of the token: its hash, and the public key derived from it."""
    public = crypto.dispatch_pair(token).public
    return wire.Pairing(
        code="".join(code.split()),
        device_name=device_name.strip()[:60] or "phone",
        token_hash=hashlib.sha256(token).hexdigest(),
        dispatch_key=base64.urlsafe_b64encode(public).decode().rstrip("="),
    )


def paired(hot: Hot, server: str, token: bytes, office_key: str = "") -> Hot:
    """The same phone, in its new place."""
    return msgspec.structs.replace(hot, token=token, servers=(server,), office_key=office_key)


class PairPage(Page):
    """Takes the text of the office's QR code; address and code by hand where there is none."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._is_by_hand = False
        self._is_asking = False
        self._note = Words()
        self._server = ""
        self._token = b""

    def on_open(self) -> None:
        self._note = Words()

    def on_link(self, text: str) -> None:
        """What the camera read, or somebody pasted."""
        try:
            server, code = read_link(text)
        except ValueError:
            return self._say("setup.pair.bad_link")
        self._ask(server, code, "")

    def on_action(self, name: str, typed: Typed) -> None:
        if name == BY_HAND:
            self._is_by_hand = not self._is_by_hand
            self._say("")
        elif self._is_by_hand:
            self._ask(typed["server"], typed["code"], typed["device"])
        else:
            self.on_link(typed["link"])

    def _ask(self, server: str, code: str, device_name: str) -> None:
        try:
            self._server = server_address(server)
        except BadAddress:
            return self._say("app.pair.bad_address")
        self._token = new_token()
        asked = introduction(code, device_name, self._token)
        if not 8 <= len(asked.code) <= 64:
            return self._say("app.pair.bad_code")
        self._is_asking = True
        self._say("app.pair.trying")
        body, server = wire.encode(asked), self._server
        self._around.aside(
            lambda: self._around.ask(server, None, "POST", "/v1/pairings", body), self._on_answer
        )

    def _on_answer(self, answer: Asked) -> None:
        status, body = answer
        self._is_asking = False
        try:
            known = wire.decode(wire.Paired, body) if status in (200, 201) else None
        except wire.Malformed:
            known, status = None, None
        if known is None:
            refused = status is not None and _is_refusal(status, body)
            return self._say("app.pair.refused" if refused else "app.pair.unreachable")
        self._note = Words()
        self._around.keep(paired(self._around.hot(), self._server, self._token, known.office_key))
        self._around.done()

    def _say(self, key: str) -> None:
        self._note = Words(key)
        self._around.changed()

    def view(self) -> PageView:
        by_hand = (
            Field("server", Words("app.pair.server"), initial="https://"),
            Field("code", Words("app.pair.code")),
            Field("device", Words("app.pair.device"), initial=Words("app.pair.device_default")),
        )
        other_way = "setup.pair.by_link" if self._is_by_hand else "setup.pair.by_hand"
        return PageView(
            title=Words("app.pair.title"),
            why=Words("app.pair.detail"),
            fields=by_hand if self._is_by_hand else (Field("link", Words("setup.pair.link")),),
            note=self._note,
            actions=(
                onward("app.pair.send", is_ready=not self._is_asking),
                Action(BY_HAND, Words(other_way), is_ready=not self._is_asking),
            ),
        )


def _is_refusal(status: int, body: bytes) -> bool:
    """Whether it was our server that refused: any other one has no such page either."""
    if status != 404:
        return 400 <= status < 500
    try:
        msgspec.json.decode(body, type=wire.Problem)
    except msgspec.MsgspecError:
        return False
    return True
