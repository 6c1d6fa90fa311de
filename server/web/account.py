"""One's own account: second factors, recovery codes, sessions, password."""

import asyncio
from datetime import datetime
from typing import Annotated

import msgspec
import segno
from fastapi import APIRouter, Request
from msgspec import Meta
from starlette.responses import Response

from server.db import Transaction
from server.domain.errors import Forbidden, NotKnown, SignInNeeded
from server.services import passkeys, second_factors, sessions, staff, totp
from server.web.deps import AnySession, RawBody, SignedIn, answer, documented, parts_of, read
from server.web.sign_in import Code, Encoded, Nothing, Password, tries_of, unlock
from shared import wire

router = APIRouter(prefix="/v1/account", tags=["staff"])


class TotpCode(wire.Message, frozen=True):
    code: Code


class NewPasskey(wire.Message, frozen=True):
    """What a browser made to a challenge, its parts in base64url; `name` is for its owner."""

    id: Encoded
    client_data: Encoded
    attestation: Encoded
    name: Annotated[str, Meta(min_length=1, max_length=60)]


class NewPassword(wire.Message, frozen=True):
    password: Password
    new_password: Password


class RecoveryCodes(wire.Message, frozen=True):
    """Shown this once; empty where there are some already."""

    recovery_codes: list[str]


class TotpOffer(wire.Message, frozen=True):
    """The secret to be typed into an app, and as a picture to be scanned."""

    secret: str
    address: str
    picture: str


class OwnPasskey(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    created_at: datetime
    used_at: datetime | None


class OwnSession(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    device: str
    network: str
    created_at: datetime
    seen_at: datetime
    current: bool


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """`needed`: one second factor stays, and nothing else is allowed before it is there."""

    needed: bool
    totp: bool
    passkeys: list[OwnPasskey]
    recovery_codes: int
    sessions: list[OwnSession]


@router.get("", **documented(None, Account, secured="session"))
def account(request: Request, who: AnySession) -> Response:
    """What is set up, and where somebody is signed in."""
    parts, now = parts_of(request), parts_of(request).clock.now()
    with parts.database.read() as tx:
        factors = second_factors.of(tx, parts.vault, who.staff_id, who.pair)
        open_ones = sessions.of(tx, parts.vault, who, now)
    return answer(
        Account(
            needed=parts.needs_second_factor,
            totp=factors.totp,
            passkeys=[_own_passkey(one) for one in factors.passkeys],
            recovery_codes=factors.recovery_codes,
            sessions=[
                OwnSession(
                    id=one.id,
                    device=one.whence.device,
                    network=one.whence.network,
                    created_at=one.created_at,
                    seen_at=one.seen_at,
                    current=one.id == who.id,
                )
                for one in open_ones
            ],
        )
    )


@router.post("/totp", **documented(Nothing, TotpOffer, secured="session"))
def offer_totp(request: Request, who: AnySession, body: RawBody) -> Response:
    """A new secret for an authenticator app; it counts once its first code has come."""
    wire.decode(Nothing, body or b"{}")
    parts = parts_of(request)
    offer = parts.database.write(
        lambda tx: totp.offer(tx, parts.vault, who.staff_id, who.pair, who.name)
    )
    picture = segno.make(offer.address, error="m").svg_data_uri(scale=4, light="#fff")
    return answer(TotpOffer(secret=offer.secret, address=offer.address, picture=picture))


@router.put("/totp", **documented(TotpCode, RecoveryCodes, secured="session"))
def confirm_totp(request: Request, who: AnySession, body: RawBody) -> Response:
    """The app's first code: from now on signing in takes one."""
    parts, code = parts_of(request), wire.decode(TotpCode, body).code
    now = parts.clock.now()

    def unit(tx: Transaction) -> list[str]:
        codes = second_factors.confirm_totp(tx, parts.vault, who.staff_id, who.pair, code, now)
        sessions.note_factor(tx, who, "totp")
        return codes

    return answer(RecoveryCodes(recovery_codes=parts.database.write(unit)))


@router.delete("/totp", **documented(status=204, secured="session"))
def remove_totp(request: Request, who: AnySession) -> Response:
    """The app's codes are not taken any more."""
    parts, now = parts_of(request), parts_of(request).clock.now()
    needed = parts.needs_second_factor
    parts.database.write(
        lambda tx: second_factors.remove_totp(tx, who.staff_id, needed=needed, now=now)
    )
    return Response(status_code=204)


@router.post("/passkeys/challenge", **documented(Nothing, secured="session"))
def passkey_challenge(request: Request, who: AnySession, body: RawBody) -> Response:
    """What a browser makes a passkey from, in the form that it takes; good for five minutes."""
    wire.decode(Nothing, body or b"{}")
    parts, now = parts_of(request), parts_of(request).clock.now()
    with parts.database.read() as tx:
        return answer(passkeys.making(tx, parts.vault, parts.site, who.staff_id, who.name, now))


@router.post("/passkeys", **documented(NewPasskey, RecoveryCodes, 201, secured="session"))
def add_passkey(request: Request, who: AnySession, body: RawBody) -> Response:
    """Keeps a passkey: from now on signing in takes one."""
    parts, wish = parts_of(request), wire.decode(NewPasskey, body)
    made = passkeys.Made(wish.id, wish.client_data, wish.attestation, wish.name)
    now = parts.clock.now()

    def unit(tx: Transaction) -> list[str]:
        codes = second_factors.add_passkey(
            tx, parts.vault, parts.site, who.staff_id, who.pair, made, now
        )
        sessions.note_factor(tx, who, "passkey")
        return codes

    return answer(RecoveryCodes(recovery_codes=parts.database.write(unit)), 201)


@router.delete("/passkeys/{passkey_id}", **documented(status=204, secured="session"))
def remove_passkey(request: Request, who: AnySession, passkey_id: str) -> Response:
    """This passkey's answers are not taken any more."""
    parts, now = parts_of(request), parts_of(request).clock.now()
    try:
        passkey = passkeys.decoded(passkey_id)
    except ValueError:
        raise NotKnown("There is no such passkey.") from None
    needed = parts.needs_second_factor
    parts.database.write(
        lambda tx: second_factors.remove_passkey(tx, who.staff_id, passkey, needed=needed, now=now)
    )
    return Response(status_code=204)


@router.post("/recovery-codes", **documented(Nothing, RecoveryCodes, secured="session"))
def new_recovery_codes(request: Request, who: SignedIn, body: RawBody) -> Response:
    """Ten new recovery codes, in place of all that are left."""
    wire.decode(Nothing, body or b"{}")
    parts, now = parts_of(request), parts_of(request).clock.now()
    codes = parts.database.write(
        lambda tx: second_factors.new_recovery_codes(tx, parts.vault, who.staff_id, now)
    )
    return answer(RecoveryCodes(recovery_codes=codes))


@router.put("/password", **documented(NewPassword, status=204, secured="session"))
async def change_password(request: Request, who: SignedIn, body: RawBody) -> Response:
    """Another password for the same keys; all one's other sessions end."""
    parts, wish = parts_of(request), wire.decode(NewPassword, body)
    staff.check_new_password(wish.new_password, "/new_password")
    now, whose = parts.clock.now(), tries_of(request, who)
    parts.tries.begin(whose, now)
    known = await read(parts, lambda tx: staff.credentials_of(tx, who.staff_id))
    try:
        pair = await unlock(parts, known, wish.password)
    except SignInNeeded:
        raise Forbidden("This is not your password.", pointer="/password") from None
    parts.tries.right(whose, now)
    async with parts.sign_ins_at_once:
        locked = await asyncio.to_thread(
            sessions.lock_anew, parts.vault, who.staff_id, pair, wish.new_password
        )
    await parts.database.write_soon(
        lambda tx: sessions.change_password(tx, who, known, locked, now)
    )
    return Response(status_code=204)


@router.delete("/sessions", **documented(status=204, secured="session"))
def end_other_sessions(request: Request, who: SignedIn) -> Response:
    """Ends all one's sessions but this one; their sockets close within seconds."""
    parts, now = parts_of(request), parts_of(request).clock.now()
    parts.database.write(lambda tx: sessions.end_others(tx, who, now))
    return Response(status_code=204)


@router.delete("/sessions/{session_id}", **documented(status=204, secured="session"))
def end_session(request: Request, who: SignedIn, session_id: str) -> Response:
    """Ends one of one's own sessions; its sockets close within seconds."""
    parts, now = parts_of(request), parts_of(request).clock.now()
    parts.database.write(lambda tx: sessions.end(tx, who, session_id, now))
    return Response(status_code=204)


def _own_passkey(one: passkeys.Listed) -> OwnPasskey:
    return OwnPasskey(
        id=passkeys.encoded(one.id),
        name=one.name,
        created_at=one.created_at,
        used_at=one.used_at,
    )
