"""Enrolment as it happens: staff type the contacts, a phone pairs, the contacts are asked."""

from base64 import urlsafe_b64encode
from typing import Any

from server.services import setup
from server.vault import token_hash
from shared import crypto, wire
from tests.support import people
from tests.support.people import Contact
from tests.support.phone import Phone
from tests.support.world import World


def text_of(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def offer(world: World, contacts: tuple[Contact, ...], known: str = "") -> str:
    """Staff type an activist with these contacts, or a known one anew; the code for the phone."""
    now, office = world.clock.now(), world.office.id

    def unit(tx: Any) -> str:
        activist = known or setup.new_activist(tx, world.vault, office, "Ana", "tests", now)
        bundle = people.bundle("Ana", contacts)
        return setup.offer_pairing(tx, world.vault, activist, bundle, "tests", now)

    return world.database.write(unit)


def pairing(code: str, token: bytes) -> dict[str, str]:
    return {
        "code": code,
        "device_name": "Ana's phone",
        "token_hash": token_hash(token).hex(),
        "dispatch_key": text_of(crypto.dispatch_pair(token).public),
    }


def paired(world: World, contacts: tuple[Contact, ...], known: str = "") -> Phone:
    token = crypto.random_bytes()
    code = offer(world, contacts, known)
    said = world.caller.ask("POST", "/v1/pairings", pairing(code, token)).ok()
    assert said["contacts"] == len(contacts)
    world.work()
    return world.phone(token)


def profile(phone: Phone, contacts: tuple[Contact, ...]) -> dict[str, str]:
    padded = wire.pad(wire.encode(people.bundle("Ana", contacts)), wire.BUNDLE_SIZE)
    sealed = crypto.seal(crypto.dispatch_pair(phone.token).public, padded)
    return {"bundle": text_of(sealed), "office_copy": text_of(sealed)}


def asked(world: World, *names: str) -> tuple[Phone, tuple[Contact, ...]]:
    """A paired phone, and contacts whose invitations have come and are unanswered."""
    contacts = people.contacts_of("Ana", [list(names)], ["en"])
    phone = paired(world, contacts)
    for one in contacts:
        world.carrier.expect(one, "asks to text you")
    return phone, contacts


def standing(phone: Phone) -> list[dict[str, Any]]:
    answer = phone.caller.ask("GET", "/v1/profile/standing").ok()
    return answer["contacts"]  # type: ignore[no-any-return]
