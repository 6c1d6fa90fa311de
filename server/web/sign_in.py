"""Signing in and out: a password, and what goes with it."""

import asyncio
import hmac
from typing import Annotated

from fastapi import APIRouter, Request
from msgspec import Meta
from starlette.responses import Response

from server.db import Transaction
from server.services import passkeys, second_factors, sessions, staff
from server.services.second_factors import Proof
from server.services.staff import Session
from server.web import whence
from server.web.deps import (
    AnySession,
    Parts,
    RawBody,
    answer,
    documented,
    parts_of,
    read,
    require_same_origin,
)
from server.web.tries import Counted, counted
from shared import crypto, wire
from shared.crypto import KeyPair

router = APIRouter(prefix="/v1/session", tags=["staff"])

KNOWN_FOR = 365 * 24 * 3600  # seconds that a browser is known by its cookie

Encoded = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]+$(?!\n)", max_length=8000)]
Password = Annotated[str, Meta(min_length=1, max_length=200)]
Code = Annotated[str, Meta(pattern=r"^[0-9]{6}$(?!\n)")]


class PasskeyAnswer(wire.Message, frozen=True):
    """What a passkey answered to a challenge, its parts in base64url."""

    id: Encoded
    client_data: Encoded
    authenticator_data: Encoded
    signature: Encoded

    @property
    def shown(self) -> passkeys.Shown:
        return passkeys.Shown(self.id, self.client_data, self.authenticator_data, self.signature)


class SignIn(wire.Message, frozen=True):
    """At most one of the last three is looked at."""

    email: Annotated[str, Meta(min_length=3, max_length=200)]
    password: Password
    totp: Code | None = None
    recovery_code: Annotated[str, Meta(min_length=16, max_length=40)] | None = None
    passkey: PasskeyAnswer | None = None

    @property
    def shown(self) -> second_factors.Shown:
        passkey = self.passkey.shown if self.passkey else None
        return second_factors.Shown(self.totp, self.recovery_code, passkey)


class Nothing(wire.Message, frozen=True):
    """An empty object."""


class StaffMember(wire.Message, frozen=True):
    id: str
    name: str
    role: str
    office: str
    office_name: str


class SignedInAs(wire.Message, frozen=True):
    """`unlocked`: a colleague has granted the office's key, so names and places can be read.

    `must_enrol`: nothing but setting up a second factor is allowed yet.
    """

    staff: StaffMember
    unlocked: bool
    must_enrol: bool = False


@router.post("", **documented(SignIn, SignedInAs))
async def sign_in(request: Request, body: RawBody) -> Response:
    """Signs in; the cookie also holds the key to what the session may read."""
    parts = parts_of(request)
    require_same_origin(parts.settings, request)
    wish, now = wire.decode(SignIn, body), parts.clock.now()
    account = staff.address_mac(parts.vault, wish.email)
    known_browser = _known_browser(request, parts, account)
    whose = counted(account, whence.network(request), known_browser)
    parts.tries.begin(whose, now)
    staff_id, pair, proof = await _checked(parts, wish)
    from_where = whence.whence(request)
    cookie = await parts.database.write_soon(
        lambda tx: sessions.enter(tx, parts.vault, staff_id, pair, proof, from_where, now)
    )
    parts.tries.right(whose, now)

    def resume(tx: Transaction) -> Session:
        return staff.resume(tx, parts.vault, cookie, now)

    response = answer(_signed_in_as(parts, await read(parts, resume)))
    _set_cookie(response, parts, parts.cookie, cookie, staff.SESSION_LASTS.total_seconds())
    if known_browser is None:
        value = _browser_value(parts, account, crypto.random_text(16))
        _set_cookie(response, parts, _browser_cookie(parts), value, KNOWN_FOR)
    return response


async def _checked(parts: Parts, wish: SignIn) -> tuple[str, KeyPair, Proof]:
    """Whose password and second factor these are; SignInNeeded, and always the same one."""
    known = await read(parts, lambda tx: staff.credentials(tx, parts.vault, wish.email))
    pair = await unlock(parts, known, wish.password)
    staff_id, now = known.staff_id or "", parts.clock.now()
    proof = await read(
        parts,
        lambda tx: sessions.check(tx, parts.vault, parts.site, staff_id, pair, wish.shown, now),
    )
    return staff_id, pair, proof


@router.post("/challenge", **documented(Nothing))
def challenge(request: Request, body: RawBody) -> Response:
    """What a passkey signs, in the form that browsers take; good for five minutes, once."""
    parts = parts_of(request)
    require_same_origin(parts.settings, request)
    wire.decode(Nothing, body or b"{}")
    return answer(passkeys.asking(parts.vault, parts.site, "sign-in", parts.clock.now()))


@router.get("", **documented(None, SignedInAs, secured="session"))
def session(request: Request, who: AnySession) -> Response:
    """Who is signed in."""
    return answer(_signed_in_as(parts_of(request), who))


@router.delete("", **documented(status=204, secured="session"))
def sign_out(request: Request, who: AnySession) -> Response:
    """Ends the session; its open sockets close."""
    parts = parts_of(request)
    cookie = request.cookies[parts.cookie]
    parts.database.write(lambda tx: staff.end_session(tx, cookie))
    response = Response(status_code=204)
    _set_cookie(response, parts, parts.cookie, "", 0)
    return response


def tries_of(request: Request, who: Session) -> list[Counted]:
    """Whose wrong passwords are counted, of somebody who is signed in."""
    return counted(who.staff_id.encode(), whence.network(request), who.id)


async def unlock(parts: Parts, known: staff.Credentials, password: str) -> KeyPair:
    async with parts.sign_ins_at_once:
        return await asyncio.to_thread(staff.unlock, parts.vault, known, password)


def _signed_in_as(parts: Parts, who: Session) -> SignedInAs:
    member = StaffMember(
        id=who.staff_id,
        name=who.name,
        role=who.role,
        office=who.office_id,
        office_name=who.office_name,
    )
    return SignedInAs(
        staff=member,
        unlocked=who.readable,
        must_enrol=parts.needs_second_factor and who.factor is None,
    )


def _browser_cookie(parts: Parts) -> str:
    return parts.cookie.replace("session", "browser")


def _browser_value(parts: Parts, account: bytes, name: str) -> str:
    return f"{name}.{parts.vault.mac(f'browser|{account.hex()}|{name}').hex()}"


def _known_browser(request: Request, parts: Parts, account: bytes) -> str | None:
    """The name of a browser that has signed in to this account before."""
    value = request.cookies.get(_browser_cookie(parts), "")
    name = value.partition(".")[0]
    is_ours = hmac.compare_digest(value.encode(), _browser_value(parts, account, name).encode())
    return name if is_ours else None


def _set_cookie(response: Response, parts: Parts, name: str, value: str, lasts: float) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(lasts),
        path="/",
        secure=not parts.settings.is_loopback,
        httponly=True,
        samesite="strict",
    )
