"""Trading a one-time code for a place in an office: the phone makes its own token."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

from mobile.core.looks import Words
from mobile.core.vault import Hot
from shared import crypto, wire

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    note: Words
    can_send: bool


BLANK = PairView(note=Words(), can_send=True)


class PairPresenter:
    """Of the pairing screen. `ask` posts and later calls `on_answer`; `keep` moves in."""

    def __init__(
        self,
        *,
        hot: Hot,
        ask: Callable[[str, wire.Pairing], None],
        keep: Callable[[Hot], None],
        show: Callable[[PairView], None],
    ) -> None:
        self.hot = hot
        self._ask = ask
        self._keep = keep
        self._show = show
        self._server = ""
        self._token = b""

    def on_open(self) -> None:
        self._show(BLANK)

    def on_send(self, server: str, code: str, device_name: str) -> None:
        try:
            self._server = server_address(server)
        except BadAddress:
            return self._say("app.pair.bad_address")
        self._token = new_token()
        asked = introduction(code, device_name, self._token)
        if not 8 <= len(asked.code) <= 64:
            return self._say("app.pair.bad_code")
        self._show(PairView(note=Words("app.pair.trying"), can_send=False))
        self._ask(self._server, asked)

    def on_answer(self, status: int | None, body: bytes) -> None:
        """The server's answer, or None where there was none."""
        try:
            known = wire.decode(wire.Paired, body) if status in (200, 201) else None
        except wire.Malformed:
            known, status = None, None
        if known:
            self._keep(paired(self.hot, self._server, self._token, known.office_key))
            return self._show(BLANK)
        refused = status is not None and 400 <= status < 500 and status != 404
        return self._say("app.pair.refused" if refused else "app.pair.unreachable")

    def _say(self, key: str) -> None:
        self._show(PairView(note=Words(key), can_send=True))
