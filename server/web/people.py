"""Offices and staff: who there is, and what administrators do about it."""

import asyncio
import hashlib
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from msgspec import Meta
from starlette.responses import Response

from server.db import Transaction
from server.domain.access import Role
from server.services import members, staff
from server.web import whence
from server.web.deps import (
    Parts,
    RawBody,
    SignedIn,
    answer,
    documented,
    parts_of,
    read,
    require_same_origin,
)
from server.web.ladder import Administrator
from server.web.people_access import MemberId
from server.web.sign_in import Nothing, Password
from server.web.tries import counted
from shared import wire

router = APIRouter(prefix="/v1", tags=["staff"])

Name = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"\S")]
Email = Annotated[str, Meta(min_length=3, max_length=200, pattern=r"^\S+@\S+$(?!\n)")]


class NewSection(wire.Message, frozen=True):
    name: Name
    parent_id: wire.Opaque


class NewMember(wire.Message, frozen=True):
    office_id: wire.Opaque
    email: Email
    name: Name
    role: Role = Role.RESPONDER


class NewRole(wire.Message, frozen=True):
    role: Role


class Invitation(wire.Message, frozen=True):
    """`code` is shown this once: with it they choose a password."""

    id: str
    code: str


class Acceptance(wire.Message, frozen=True):
    code: Annotated[str, Meta(min_length=8, max_length=64)]
    password: Password


@router.get("/people", **documented(secured="session"))
def list_people(request: Request, who: SignedIn) -> Response:
    """Offices and staff, of the own office and of those below it."""
    parts, now = parts_of(request), parts_of(request).clock.now()
    with parts.database.read() as tx:
        offices = [one._asdict() for one in members.offices_of(tx, who)]
        staff_ = [one._asdict() for one in members.members_of(tx, parts.vault, who, now)]
    return answer({"offices": offices, "staff": staff_})


@router.post("/offices", **documented(NewSection, status=201, secured="session"))
def add_section(request: Request, who: Administrator, body: RawBody) -> Response:
    """A section below the own office, or below one of its sections."""
    parts, wish, now = parts_of(request), wire.decode(NewSection, body), _now(request)
    office_id = parts.database.write(
        lambda tx: members.add_section(tx, parts.vault, who, wish.name.strip(), wish.parent_id, now)
    )
    return answer({"id": office_id}, 201)


@router.post("/staff", **documented(NewMember, Invitation, 201, secured="session"))
def invite(request: Request, who: Administrator, body: RawBody) -> Response:
    """Somebody new; the code goes to them by a way that nobody else reads."""
    parts, wish, now = parts_of(request), wire.decode(NewMember, body), _now(request)

    def unit(tx: Transaction) -> members.Invited:
        return members.invite(
            tx, parts.vault, who, wish.office_id, wish.email, wish.name.strip(), wish.role, now
        )

    return _invited(parts.database.write(unit))


@router.patch("/staff/{staff_id}", **documented(NewRole, status=204, secured="session"))
def change_role(
    request: Request, who: Administrator, staff_id: MemberId, body: RawBody
) -> Response:
    parts, role, now = parts_of(request), wire.decode(NewRole, body).role, _now(request)
    parts.database.write(lambda tx: members.change_role(tx, who, staff_id, role, now))
    return Response(status_code=204)


@router.post("/staff/{staff_id}/grant", **documented(Nothing, status=204, secured="session"))
def grant(request: Request, who: Administrator, staff_id: MemberId, body: RawBody) -> Response:
    """Lets a colleague who has accepted read the office's records: that always takes two."""
    wire.decode(Nothing, body or b"{}")
    parts, now = parts_of(request), _now(request)
    parts.database.write(lambda tx: members.grant(tx, parts.vault, who, staff_id, now))
    return Response(status_code=204)


@router.post(
    "/staff/{staff_id}/invitation", **documented(Nothing, Invitation, 201, secured="session")
)
def invite_again(
    request: Request, who: Administrator, staff_id: MemberId, body: RawBody
) -> Response:
    """A new code for who lost their password or comes back: new keys, and a new grant."""
    wire.decode(Nothing, body or b"{}")
    parts, now = parts_of(request), _now(request)
    return _invited(parts.database.write(lambda tx: members.invite_again(tx, who, staff_id, now)))


@router.post("/staff/{staff_id}/disable", **documented(Nothing, secured="session"))
def disable(request: Request, who: Administrator, staff_id: MemberId, body: RawBody) -> Response:
    """Sends somebody away: their sessions end, their key is taken back."""
    wire.decode(Nothing, body or b"{}")
    parts, now = parts_of(request), _now(request)
    left = parts.database.write(lambda tx: members.disable(tx, who, staff_id, now))
    return answer({"readers_left": left})


@router.delete("/staff/{staff_id}/sessions", **documented(status=204, secured="session"))
def end_sessions(request: Request, who: Administrator, staff_id: MemberId) -> Response:
    """Signs somebody out everywhere."""
    parts, now = parts_of(request), _now(request)
    parts.database.write(lambda tx: members.end_sessions(tx, who, staff_id, now))
    return Response(status_code=204)


@router.post("/invitations", **documented(Acceptance, status=204))
async def accept(request: Request, body: RawBody) -> Response:
    """Whoever holds an invitation's code chooses a password, and so makes their own keys."""
    parts = parts_of(request)
    require_same_origin(parts.settings, request)
    wish, now = wire.decode(Acceptance, body), parts.clock.now()
    staff.check_new_password(wish.password, "/password")
    code = wish.code.strip()
    whose = counted(hashlib.sha256(code.encode()).digest(), whence.network(request), None)
    parts.tries.begin(whose, now)
    await _accept(parts, code, wish.password, now)
    parts.tries.right(whose, now)
    return Response(status_code=204)


async def _accept(parts: Parts, code: str, password: str, now: datetime) -> None:
    staff_id = await read(parts, lambda tx: staff.invited(tx, code))
    async with parts.sign_ins_at_once:
        made = await asyncio.to_thread(staff.new_keys, parts.vault, staff_id, password)
    await parts.database.write_soon(lambda tx: staff.keep_keys(tx, staff_id, code, made, now))


def _invited(invited: members.Invited) -> Response:
    return answer(Invitation(id=invited.id, code=invited.code), 201)


def _now(request: Request) -> datetime:
    return parts_of(request).clock.now()
