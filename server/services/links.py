"""What a contact's link opens, and the PIN before it; unknown, expired and revoked ones alike."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from server.db import Transaction
from server.domain.access import PIN_TRIES
from server.domain.answers import Meaning
from server.domain.errors import Forbidden, NotAllowed, NotKnown, Refusal
from server.services import leads, rows, timeline
from server.services.timeline import Actor
from server.statements import Statement
from server.tables import Recipient
from server.tables.links import LinkPin
from server.vault import Vault, about, link_and_pin
from shared import crypto
from shared.crypto import KEY_SIZE, VERIFIER_SIZE, CryptoError

# A page asks every few seconds; whoever acts need not be heard of so often, and each is a write.
NOTED_EVERY = timedelta(minutes=1)

_recipient = rows.table(Recipient)
_pin = rows.table(LinkPin)

_BY_LOOKUP = Statement(
    select(
        _recipient.c.link_wrap,
        _recipient.c.incident_id,
        _recipient.c.opened_at,
        _recipient.c.answer,
        _recipient.c.seen_at,
    ).where(_recipient.c.id == bindparam("lookup"), _recipient.c.link_wrap.is_not(None))
)
_PIN_OF = Statement(
    select(_pin.c.sealed, _recipient.c.incident_id, _pin.c.wrong)
    .join(_recipient, _recipient.c.id == _pin.c.recipient_id)
    .where(_recipient.c.id == bindparam("lookup"), _recipient.c.link_wrap.is_not(None))
)
_OPENED = Statement(
    update(_recipient)
    .where(_recipient.c.id == bindparam("recipient"))
    .values(opened_at=bindparam("now"))
)
_COUNT_WRONG = Statement(
    update(_pin).where(_pin.c.recipient_id == bindparam("recipient")).values(wrong=_pin.c.wrong + 1)
)
_INSERT_PIN = rows.inserting(LinkPin)


class Page(NamedTuple):
    """A contact's page, opened with the secret of their text."""

    recipient_id: str
    private: bytes
    incident_id: str
    first_time: bool
    acts: bool
    seen_at: datetime | None


class Guard(NamedTuple):
    """The PIN before a link: what checks it, and the key that a right one releases."""

    recipient_id: str
    incident_id: str
    verifier: bytes
    releases: bytes


def open_page(tx: Transaction, vault: Vault, lookup: str, key: bytes) -> Page:
    """The page behind a link's look-up and key; Forbidden where a PIN stands before it."""
    found = tx.row(_BY_LOOKUP, lookup=lookup)
    if found is None:
        raise _not_known()
    wrap, incident_id, opened_at, said, seen_at = found
    try:
        private = vault.unlock(key, wrap, about("link", lookup))
    except CryptoError:
        guard(tx, vault, lookup, key)
        raise Forbidden("This link opens with a PIN.", pointer="/pin") from None
    return Page(lookup, private, incident_id, opened_at is None, said == Meaning.ACTING, seen_at)


def is_news(page: Page, now: datetime) -> bool:
    """Whether this look is written down: the first, and that of somebody who acts now and then."""
    lately = page.seen_at is not None and now - page.seen_at < NOTED_EVERY
    return page.first_time or (page.acts and not lately)


def note_look(tx: Transaction, vault: Vault, page: Page, now: datetime) -> None:
    """A sign of life; the first time a contact's page is opened is on the timeline."""
    leads.note_sign(tx, page.recipient_id, now)
    if page.first_time:
        tx.run(_OPENED, recipient=page.recipient_id, now=now)
        _entry(tx, vault, page.incident_id, page.recipient_id, "page_opened", now)


def put_behind_pin(
    tx: Transaction, vault: Vault, recipient_id: str, key: bytes, verifier: bytes
) -> bytes:
    """Keeps a half that only the right PIN releases; returns what it makes with the link's key."""
    half, place = crypto.random_bytes(), about("link_pin", recipient_id)
    sealed = vault.keep(vault.lock(key, half + verifier, place), place)
    tx.run(_INSERT_PIN, recipient_id=recipient_id, sealed=sealed, wrong=0)
    return link_and_pin(key, half)


def guard(tx: Transaction, vault: Vault, lookup: str, key: bytes) -> Guard:
    """Shown to the holder of the link's key alone; NotAllowed once too many PINs were wrong."""
    found = tx.row(_PIN_OF, lookup=lookup)
    if found is None:
        raise _not_known()
    sealed, incident_id, wrong = found
    place = about("link_pin", lookup)
    try:
        kept = vault.unlock(key, vault.read(sealed, place), place)
    except CryptoError:
        raise _not_known() from None
    if wrong >= PIN_TRIES:
        raise _locked()
    return Guard(lookup, incident_id, kept[KEY_SIZE:], link_and_pin(key, kept[:KEY_SIZE]))


def is_right(pin: str, guard: Guard) -> bool:
    """Outside of any transaction: it takes 20 ms and 19 MiB."""
    return len(guard.verifier) == VERIFIER_SIZE and crypto.code_matches(pin, guard.verifier)


def release(tx: Transaction, guard: Guard) -> bytes:
    """The key behind a right PIN, unless wrong ones that were tried beside it locked the link."""
    if _wrong(tx, guard) >= PIN_TRIES:
        raise _locked()
    return guard.releases


def refuse(tx: Transaction, vault: Vault, guard: Guard, now: datetime) -> Refusal:
    """Counts a wrong PIN; what to answer. The last one locks the link, and staff see it."""
    tx.run(_COUNT_WRONG, recipient=guard.recipient_id)
    wrong = _wrong(tx, guard)
    if wrong == PIN_TRIES:
        _entry(tx, vault, guard.incident_id, guard.recipient_id, "pin_locked", now)
    return Forbidden("This PIN is not right.", pointer="/pin") if wrong < PIN_TRIES else _locked()


def _wrong(tx: Transaction, guard: Guard) -> int:
    found = tx.row(_PIN_OF, lookup=guard.recipient_id)
    if found is None:
        raise _not_known()
    return int(found[2])


def _entry(
    tx: Transaction, vault: Vault, incident_id: str, recipient_id: str, kind: str, now: datetime
) -> None:
    actor = Actor("contact", recipient_id)
    timeline.append(tx, vault, incident_id, kind, actor, now, now, recipient=recipient_id)


def _not_known() -> NotKnown:
    return NotKnown("This link is not known any more.")


def _locked() -> NotAllowed:
    return NotAllowed("Too many wrong PINs: this link stays shut.", mend="Answer the text instead.")
