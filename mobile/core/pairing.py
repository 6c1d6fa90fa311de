"""Trading a one-time code for a place in an office: the phone makes its own token."""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

import msgspec

from mobile.core.looks import Mark, Tone, Words
from mobile.core.pages import (
    Action,
    Around,
    Asked,
    Fact,
    Field,
    Page,
    PageView,
    Typed,
    onward,
)
from mobile.core.vault import Hot
from shared import crypto, wire

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
BY_HAND: Final = "by_hand"
NOT_NOW: Final = "not_now"
HOST: Final = re.compile(r"[a-z0-9._-]{1,253}|[0-9a-f:.]+")
LONGEST_PART: Final = 20  # of an address: longer ones may be cut wherever the line ends
# Unseen: a line may end here, and what stands before stays so in a right-to-left line too.
MAY_END: Final = "\u200e\u200b"


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
    host = f"[{parts.hostname}]" if ":" in parts.hostname else ascii_name(parts.hostname)
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def ascii_name(host: str) -> str:
    """The name as the network knows it: no letter of another script passes for a Latin one."""
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadAddress from None
    if not HOST.fullmatch(name):
        raise BadAddress
    return name


def readable(server: str) -> str:
    """The whole address, however long: what a line has no room for stands on the next."""
    parts = re.split(r"(?<=[./])", server)
    pieces = [
        part[start : start + LONGEST_PART]
        for part in parts
        for start in range(0, len(part), LONGEST_PART)
    ]
    return MAY_END.join(pieces).replace(f"/{MAY_END}/", "//")


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


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where a code that came from outside of the app would lead."""

    server: str
    code: str


class PairPage(Page):
    """Takes the text of the office's QR code; address and code by hand where there is none.

    A code that another app hands over is asked about first: until yes nobody hears of this phone.
    """

    def __init__(self, around: Around) -> None:
        self._around = around
        self._is_by_hand = False
        self._is_asking = False
        self._note = Words()
        self._server = ""  # the one that was asked last
        self._invitation: Invitation | None = None

    def on_open(self) -> None:
        if not self._is_asking:
            self._note, self._server = Words(), ""

    def forget(self) -> None:
        self._invitation = None

    def on_link(self, text: str) -> None:
        """A code that another app opened this one with."""
        if self._is_asking:
            return
        if invitation := self._read(text):
            self._invitation = invitation
            self._say("")

    def on_action(self, name: str, typed: Typed) -> None:
        if name == NOT_NOW:
            self._invitation = None
            self._say("")
        elif self._invitation:
            self._ask(self._invitation.server, self._invitation.code, "")
        elif name == BY_HAND:
            self._is_by_hand = not self._is_by_hand
            self._say("")
        elif self._is_by_hand:
            self._ask(typed["server"], typed["code"], typed["device"])
        elif invitation := self._read(typed["link"]):
            self._ask(invitation.server, invitation.code, "")

    def _read(self, text: str) -> Invitation | None:
        try:
            server, code = read_link(text)
            return Invitation(server_address(server), code)
        except BadAddress:
            self._say("app.pair.bad_address")
        except ValueError:
            self._say("setup.pair.bad_link")
        return None

    def _ask(self, typed: str, code: str, device_name: str) -> None:
        try:
            server = server_address(typed)
        except BadAddress:
            return self._say("app.pair.bad_address")
        token = new_token()
        asked = introduction(code, device_name, token)
        if not 8 <= len(asked.code) <= 64:
            return self._say("app.pair.bad_code")
        self._is_asking, self._server = True, server
        self._say("app.pair.trying")
        body = wire.encode(asked)
        self._around.aside(
            lambda: self._around.ask(server, None, "POST", "/v1/pairings", body),
            lambda answer: self._on_answer(answer, server, token),
        )

    def _on_answer(self, answer: Asked, server: str, token: bytes) -> None:
        status, body = answer
        self._is_asking = False
        try:
            known = wire.decode(wire.Paired, body) if status in (200, 201) else None
        except wire.Malformed:
            known, status = None, None
        if known is None:
            refused = status is not None and _is_refusal(status, body)
            return self._say("app.pair.refused" if refused else "app.pair.unreachable")
        self._note, self._invitation = Words(), None
        self._around.keep(paired(self._around.hot(), server, token, known.office_key))
        self._around.done()

    def _say(self, key: str) -> None:
        self._note = Words(key)
        self._around.changed()

    def view(self) -> PageView:
        if self._invitation:
            return self._question(self._invitation)
        by_hand = (
            Field("server", Words("app.pair.server"), initial="https://"),
            Field("code", Words("app.pair.code")),
            Field("device", Words("app.pair.device"), initial=Words("app.pair.device_default")),
        )
        other_way = "setup.pair.by_link" if self._is_by_hand else "setup.pair.by_hand"
        return PageView(
            title=Words("app.pair.title"),
            why=Words("app.pair.detail"),
            facts=(_asked(self._server),) if self._server else (),
            fields=by_hand if self._is_by_hand else (Field("link", Words("setup.pair.link")),),
            note=self._note,
            actions=(
                onward("app.pair.send", is_ready=not self._is_asking),
                Action(BY_HAND, Words(other_way), is_ready=not self._is_asking),
            ),
        )

    def _question(self, invitation: Invitation) -> PageView:
        """The address is the title: on a small screen with large letters it is seen first."""
        return PageView(
            title=_address(invitation.server),
            why=Words("setup.pair.ask"),
            note=self._note,
            actions=(
                onward("app.pair.send", is_ready=not self._is_asking),
                Action(NOT_NOW, Words("setup.pair.not_now"), is_ready=not self._is_asking),
            ),
        )


def _address(server: str) -> Words:
    return Words("setup.pair.address", (("address", readable(server)),))


def _asked(server: str) -> Fact:
    return Fact(_address(server), Mark.RING, Tone.WAITING, locale="en")


def _is_refusal(status: int, body: bytes) -> bool:
    """Whether it was our server that refused: any other one has no such page either."""
    if status != 404:
        return 400 <= status < 500
    try:
        msgspec.json.decode(body, type=wire.Problem)
    except msgspec.MsgspecError:
        return False
    return True
