"""Activists as their office keeps them: added, paired, looked at, and a lost phone revoked."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import msgspec
import segno
from fastapi import APIRouter, Request
from msgspec import Meta
from starlette.responses import Response

from server.db import Transaction
from server.services import enrolments, profiles, setup
from server.services.enrolments import TypedContact
from server.web.deps import Parts, RawBody, SignedIn, answer, documented, parts_of, read
from server.web.ladder import Administrator
from server.web.people import Name
from server.web.people_access import ActivistId, PhoneId
from server.web.sign_in import Nothing
from shared import wire

router = APIRouter(prefix="/v1/activists", tags=["staff"])


class NewActivist(wire.Message, frozen=True):
    office_id: wire.Opaque
    name: Name


class Enrolment(wire.Message, frozen=True):
    """`contacts` null: those that the office knows, with their card and time zone. `replaces`: the
    phone that is paired takes the place of all earlier ones."""

    stop: wire.Code
    duress: wire.Code
    contacts: Annotated[list[TypedContact], Meta(max_length=20)] | None = None
    card: wire.Card = msgspec.field(default_factory=wire.Card)
    timezone: Annotated[str, Meta(max_length=64)] = "UTC"
    replaces: bool = False


class PairingCode(wire.Message, frozen=True):
    """Shown this once: as text, as what a phone's camera reads, and as a picture of that."""

    code: str
    address: str
    picture: str


@router.post("", **documented(NewActivist, status=201, secured="session"))
def add(request: Request, who: Administrator, body: RawBody) -> Response:
    """Somebody new; the name is readable by the office alone."""
    parts, wish = parts_of(request), wire.decode(NewActivist, body)
    now = parts.clock.now()
    activist_id = parts.database.write(
        lambda tx: profiles.add(tx, parts.vault, who, wish.office_id, wish.name.strip(), now)
    )
    return answer({"id": activist_id}, 201)


@router.get("/{activist_id}", **documented(secured="session"))
def view(request: Request, who: SignedIn, activist_id: ActivistId) -> Response:
    """Phones, contacts, consents. It is answered once it is written down who looked."""
    parts, now = parts_of(request), parts_of(request).clock.now()
    found = parts.database.write(lambda tx: profiles.view(tx, parts.vault, who, activist_id, now))
    lists = {
        "phones": [one._asdict() for one in found.phones],
        "offers": [one._asdict() for one in found.offers],
    }
    return answer({**found._asdict(), **lists})


@router.post("/{activist_id}/pairing", **documented(Enrolment, PairingCode, 201, secured="session"))
async def offer_pairing(
    request: Request, who: Administrator, activist_id: ActivistId, body: RawBody
) -> Response:
    """A one-time code for a phone. What was typed waits sealed under it; the code is not kept."""
    parts, wish = parts_of(request), wire.decode(Enrolment, body)
    await read(parts, lambda tx: profiles.known(tx, who, activist_id))
    timezone = enrolments.check_timezone(wish.timezone)
    contacts, stop, duress = await _worked_out(parts, wish)
    plain = wire.Bundle(
        name=".", contacts=[], stop=stop, duress=duress, timezone=timezone, card=wish.card
    )
    now = parts.clock.now()

    def unit(tx: Transaction) -> str:
        bundle = profiles.typed_bundle(tx, parts.vault, who, activist_id, contacts, plain)
        return setup.offer_pairing(
            tx,
            parts.vault,
            activist_id,
            enrolments.fit(bundle),
            who.staff_id,
            now,
            replaces=wish.replaces,
        )

    code = await parts.database.write_soon(unit)
    address = enrolments.link(parts.settings.public_url, code)
    picture = segno.make(address, error="m").svg_data_uri(scale=5, light="#fff")
    return answer(PairingCode(code=code, address=address, picture=picture), 201)


@router.post("/{activist_id}/invitations", **documented(Nothing, secured="session"))
def ask_anew(
    request: Request, who: Administrator, activist_id: ActivistId, body: RawBody
) -> Response:
    """Invites contacts again who never answered."""
    wire.decode(Nothing, body or b"{}")
    parts, now = parts_of(request), parts_of(request).clock.now()
    asked = parts.database.write(
        lambda tx: profiles.ask_anew(tx, parts.vault, who, activist_id, now)
    )
    return answer({"asked": asked})


@router.delete("/{activist_id}/phones/{device_id}", **documented(status=204, secured="session"))
def revoke_phone(
    request: Request, who: SignedIn, activist_id: ActivistId, device_id: PhoneId
) -> Response:
    """A lost phone, on a call: everybody on duty may, and it is refused at once."""
    parts, now = parts_of(request), parts_of(request).clock.now()
    parts.database.write(lambda tx: profiles.revoke_phone(tx, who, activist_id, device_id, now))
    return Response(status_code=204)


async def _worked_out(
    parts: Parts, wish: Enrolment
) -> tuple[Sequence[wire.Contact] | None, bytes, bytes]:
    """Verifiers of codes and PINs take 40 ms each: off the event loop, a few at a time."""

    def work() -> tuple[list[wire.Contact] | None, bytes, bytes]:
        stop, duress = enrolments.verifiers(wish.stop, wish.duress)
        if wish.contacts is None:
            return None, stop, duress
        typed = [enrolments.contact(one, place) for place, one in enumerate(wish.contacts)]
        return typed, stop, duress

    async with parts.codes_at_once:
        return await asyncio.to_thread(work)
