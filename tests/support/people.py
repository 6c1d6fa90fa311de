"""Activists and their contacts, put on the server as staff and pairing would put them there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import count

from server.db import Transaction
from server.services import activists, consents, setup
from server.vault import Vault, token_hash
from shared import crypto, wire
from tests.support.phone import Phone

STOP_CODE = "4711"
DURESS_CODE = "1174"
TIMEZONE = "Africa/Dakar"
CARD = wire.Card(lawyer="The office has the number.", police="Do not go there alone.")
FRENCH = 33_639_980_000  # kept free for fiction by the French regulator

_numbers = count(FRENCH + 1)


@dataclass(frozen=True)
class Contact:
    """Somebody who gets texts, and what they call the activist."""

    name: str
    phone: str
    language: wire.Locale
    ring: int
    id: str
    known_as: str
    code_word: str = ""
    pin: bytes = b""

    def on_the_wire(self) -> wire.Contact:
        return wire.Contact(
            id=self.id,
            name=self.name,
            phone=self.phone,
            known_as=self.known_as,
            language=self.language,
            ring=self.ring,
            code_word=self.code_word,
            pin=self.pin,
        )


@dataclass(frozen=True)
class Activist:
    id: str
    name: str
    phone: Phone
    contacts: tuple[Contact, ...]

    def __iter__(self) -> Iterator[Contact]:
        return iter(self.contacts)


Named = str | Contact


def contact(someone: Named, activist: str, language: wire.Locale, ring: int) -> Contact:
    """A new contact of that name; one that exists is the same person, known by another name."""
    if isinstance(someone, Contact):
        return replace(someone, id=crypto.random_text(12), known_as=activist, ring=ring)
    return Contact(someone, f"+{next(_numbers)}", language, ring, crypto.random_text(12), activist)


def contacts_of(
    activist: str, rings: Sequence[Sequence[Named]], languages: Sequence[wire.Locale]
) -> tuple[Contact, ...]:
    """First ring first; the languages go round."""
    placed = [(someone, ring) for ring, some in enumerate(rings, 1) for someone in some]
    return tuple(
        contact(someone, activist, languages[place % len(languages)], ring)
        for place, (someone, ring) in enumerate(placed)
    )


def bundle(name: str, contacts: Sequence[Contact], timezone: str = TIMEZONE) -> wire.Bundle:
    stop, duress = verifiers()
    return wire.Bundle(
        name=name,
        contacts=[one.on_the_wire() for one in contacts],
        stop=stop,
        duress=duress,
        timezone=timezone,
        card=CARD,
    )


def enrol(
    tx: Transaction,
    vault: Vault,
    office_id: str,
    name: str,
    token: bytes,
    contacts: Sequence[Contact],
    agreed: bool,
    now: datetime,
) -> str:
    """An activist with a phone; `agreed`: every contact has said yes."""
    activist_id = setup.new_activist(tx, vault, office_id, name, "tests", now)
    dispatch = crypto.dispatch_pair(token).public
    padded = wire.pad(wire.encode(bundle(name, contacts)), wire.BUNDLE_SIZE)
    sealed = vault.box(dispatch, padded)
    activists.add_device(tx, activist_id, token_hash(token), dispatch, sealed, now)
    if agreed:
        for one in contacts:
            consents.record(tx, activist_id, one.id, "agreed", now)
    return activist_id


@cache
def verifiers() -> tuple[bytes, bytes]:
    """Of the stop and the duress code; made once, because making them is slow on purpose."""
    return crypto.code_verifier(STOP_CODE), crypto.code_verifier(DURESS_CODE)
