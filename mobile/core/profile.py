"""Contacts, card and codes as a phone sends them: typed once, sealed for two readers, forgotten."""

import base64
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from shared import crypto, phone, wire

MOST: Final = 20
RECOMMENDED: Final = 5
RINGS: Final = (1, 2, 3)


class NotFit(ValueError):
    """Something typed that cannot be used; `key` is the text that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedContact:
    """A contact as it was typed, with a number in E.164. Shown as nothing: it may be printed."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    known_as: str = field(repr=False)
    language: wire.Locale = "en"
    ring: int = 1
    code_word: str = field(default="", repr=False)
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is typed until it is sent; in memory alone."""

    me: str = field(default="", repr=False)
    contacts: tuple[TypedContact, ...] = ()
    card: wire.Card = field(default_factory=wire.Card, repr=False)


def contact(
    *, name: str, number: str, known_as: str, language: wire.Locale, ring: int, word: str, pin: str
) -> TypedContact:
    """Raises NotFit with what to mend."""
    name, known_as, word, pin = (text.strip() for text in (name, known_as, word, pin))
    if not 1 <= len(name) <= 60:
        raise NotFit("setup.contacts.need_name")
    if not 1 <= len(known_as) <= 60:
        raise NotFit("setup.contacts.need_name")
    if len(word) > 20:
        raise NotFit("setup.contacts.too_long")
    if pin and not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 12):
        raise NotFit("setup.contacts.bad_pin")
    try:
        reachable = phone.normalised(number)
    except ValueError:
        raise NotFit("setup.contacts.bad_number") from None
    return TypedContact(
        name=name,
        phone=reachable,
        known_as=known_as,
        language=language,
        ring=ring,
        code_word=word,
        pin=pin,
    )


def with_contact(draft: Draft, added: TypedContact) -> Draft:
    """Raises NotFit for somebody who is on the list already, and for one too many."""
    if any(known.phone == added.phone for known in draft.contacts):
        raise NotFit("setup.contacts.twice")
    if len(draft.contacts) >= MOST:
        raise NotFit("setup.contacts.full")
    return replace(draft, contacts=(*draft.contacts, added))


def bundle(
    draft: Draft, *, stop: str, duress: str, timezone: str, ids: tuple[str, ...]
) -> wire.Bundle:
    """What is sealed. Slow, as codes and PINs are stretched; `ids` are those of an earlier list.

    Who stands in the same place of the list keeps the id, and with it the consent given before;
    the server asks again where the number is another one.
    """
    known = [*ids, *(crypto.random_text(12) for _ in draft.contacts)]
    return wire.Bundle(
        name=draft.me,
        contacts=[_sent(typed, known[place]) for place, typed in enumerate(draft.contacts)],
        stop=crypto.code_verifier(stop),
        duress=crypto.code_verifier(duress),
        timezone=timezone,
        card=draft.card,
    )


def sealed(whole: wire.Bundle, token: bytes, office_key: str) -> wire.ProfileUpdate:
    """For the server at the moment of a press, and for the office, which gets no verifier.

    Raises NotFit where it is too long, or the office's key is none.
    """
    unarmed = [msgspec.structs.replace(contact, pin=b"") for contact in whole.contacts]
    copy = msgspec.structs.replace(whole, contacts=unarmed, stop=b"", duress=b"")
    try:
        office = base64.urlsafe_b64decode(office_key + "=" * (-len(office_key) % 4))
        return wire.ProfileUpdate(
            bundle=_box(crypto.dispatch_pair(token).public, whole), office_copy=_box(office, copy)
        )
    except wire.Malformed:
        raise NotFit("setup.contacts.too_long") from None
    except (ValueError, crypto.CryptoError):
        raise NotFit("setup.codes.refused") from None


def _sent(typed: TypedContact, known_id: str) -> wire.Contact:
    return wire.Contact(
        id=known_id,
        name=typed.name,
        phone=typed.phone,
        known_as=typed.known_as,
        language=typed.language,
        ring=typed.ring,
        code_word=typed.code_word,
        pin=crypto.code_verifier(typed.pin) if typed.pin else b"",
    )


def _box(public: bytes, whole: wire.Bundle) -> str:
    padded = wire.pad(wire.encode(whole), wire.BUNDLE_SIZE)
    return base64.urlsafe_b64encode(crypto.seal(public, padded)).decode().rstrip("=")
