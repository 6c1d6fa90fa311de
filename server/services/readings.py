"""Which languages an office has had read by people who speak them: no others are sent."""

import hashlib
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from server.db import Transaction
from server.domain import access
from server.services import audit, offices, rows
from server.statements import Statement
from server.tables.readings import Reading
from server.vault import Vault, about
from shared import texts, wire

# The others are made from it, and whoever sets up a server has read it.
ALWAYS: wire.Locale = "en"

_reading = rows.table(Reading)

_READ = Statement(
    select(_reading.c.locale).join(offices.CHAIN, offices.CHAIN.c.id == _reading.c.office_id)
)


class Read(NamedTuple):
    """Who read a language, for which office; `changed`: its words are others since."""

    office_id: str
    reader: str
    at: datetime
    changed: bool


@cache
def digest(locale: str) -> bytes:
    """Of the words of texts, calls and the contact's page, as this version has them."""
    words = [texts.strings(domain, locale) for domain in ("sms", "contact")]
    return hashlib.sha256(wire.encode(words)).digest()


def allowed(tx: Transaction, office_id: str) -> frozenset[str]:
    """The languages that an office, or one above it, has had read."""
    return frozenset({ALWAYS, *(locale for (locale,) in tx.rows(_READ, office=office_id))})


def spoken(wish: wire.Locale, known: frozenset[str]) -> wire.Locale:
    return wish if wish in known else ALWAYS


def record_all(
    tx: Transaction, vault: Vault, office_id: str, reader: str, by: str, now: datetime
) -> None:
    """Every language at once, as in the demo."""
    for locale in texts.LOCALES:
        record(tx, vault, office_id, locale, reader, by, now)


def record(
    tx: Transaction,
    vault: Vault,
    office_id: str,
    locale: str,
    reader: str,
    by: str,
    now: datetime,
) -> None:
    """Somebody has read the words as they stand; in place of who read them before."""
    this = (_reading.c.office_id == office_id, _reading.c.locale == locale)
    tx.execute(delete(_reading).where(*this))
    tx.execute(
        insert(_reading).values(
            office_id=office_id,
            locale=locale,
            digest=digest(locale),
            sealed=vault.keep(reader.encode(), place(office_id, locale)),
            at=now,
        )
    )
    audit.note(tx, by, f"language {locale} read", office_id, now)


def of_office(tx: Transaction, vault: Vault, office_id: str) -> dict[str, Read]:
    """By language, what the office recorded, or else the nearest one above it."""
    found: dict[str, Read] = {}
    for office in access.ancestors(office_id, offices.parents(tx)):
        for row in tx.execute(select(_reading).where(_reading.c.office_id == office)):
            reader = vault.read(row.sealed, place(office, row.locale)).decode()
            changed = bytes(row.digest) != digest(row.locale)
            found.setdefault(row.locale, Read(office, reader, row.at, changed))
    return found


def place(office_id: str, locale: str) -> bytes:
    """The associated data of a reader's name."""
    return about("reading", locale, office_id)
