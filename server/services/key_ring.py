"""What the relay ring keeps readable: does a ring fit this database, and moving to a new key."""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import LargeBinary, func, select, update

from server.db import Transaction
from server.services import rows
from server.tables import CheckInTimer, Consent, Delivery, Incident, Organisation, Staff
from server.tables.ladders import DutyPhone
from server.tables.links import LinkPin
from server.tables.readings import Reading
from server.tables.rota import PlannedShift
from server.vault import Vault, about
from shared.crypto import CryptoError

CHECK = "candlewire ring"

_organisation = rows.table(Organisation)


class Kept(NamedTuple):
    """A column of blobs that `Vault.keep` makes, and the place that each is bound to."""

    column: Any
    place: Callable[[Any], bytes]

    @property
    def number(self) -> Any:
        """The key's number is a blob's first byte."""
        return func.substr(self.column, 1, 1, type_=LargeBinary)


KEPT = (
    Kept(_organisation.c.ring_check, lambda row: about("organisation", row.id)),
    Kept(rows.table(Staff).c.sealed, lambda row: about("staff", row.id)),
    Kept(
        rows.table(Consent).c.sealed, lambda row: about("consent", row.contact_id, row.activist_id)
    ),
    Kept(rows.table(CheckInTimer).c.sealed, lambda row: about("check_in", row.activist_id)),
    Kept(
        rows.table(DutyPhone).c.sealed,
        lambda row: about("duty_phone", row.office_id, sequence=row.position),
    ),
    Kept(
        rows.table(PlannedShift).c.sealed,
        lambda row: about("planned_shift", row.office_id, sequence=row.position),
    ),
    Kept(rows.table(Reading).c.sealed, lambda row: about("reading", row.locale, row.office_id)),
    Kept(rows.table(LinkPin).c.sealed, lambda row: about("link_pin", row.recipient_id)),
    Kept(rows.table(Incident).c.brief, lambda row: about("brief", row.id)),
    Kept(
        rows.table(Delivery).c.sealed,
        lambda row: about("delivery", row.recipient_id or row.kind),
    ),
)


def mark(tx: Transaction, vault: Vault) -> None:
    """Leaves a blob by which this ring is known again, its index key included."""
    sealed = vault.keep(vault.mac(CHECK), about("organisation", 1))
    tx.execute(update(_organisation).values(ring_check=sealed))


def fits(tx: Transaction, vault: Vault) -> bool:
    """Whether this is the ring that the database was set up with."""
    sealed = tx.execute(select(_organisation.c.ring_check)).scalar()
    if sealed is None:
        return False
    try:
        return vault.read(bytes(sealed), about("organisation", 1)) == vault.mac(CHECK)
    except CryptoError:
        return False


def numbers_in_use(tx: Transaction) -> set[int]:
    """The keys under which something is still sealed."""
    found: set[int] = set()
    for kept in KEPT:
        numbers = select(kept.number).where(kept.column.is_not(None)).distinct()
        found.update(bytes(number)[0] for number in tx.execute(numbers).scalars())
    return found


def reseal(tx: Transaction, vault: Vault, current: int, limit: int) -> int:
    """Seals up to `limit` rows of each kind under the current key; how many there were."""
    return sum(_reseal(tx, vault, kept, current, limit) for kept in KEPT)


def _reseal(tx: Transaction, vault: Vault, kept: Kept, current: int, limit: int) -> int:
    table, name = kept.column.table, kept.column.name
    old = tx.execute(
        select(table).where(kept.column.is_not(None), kept.number != bytes([current])).limit(limit)
    ).all()
    for row in old:
        place = kept.place(row)
        sealed = vault.keep(vault.read(getattr(row, name), place), place)
        key = [column == getattr(row, column.name) for column in table.primary_key]
        tx.execute(update(table).where(*key).values({name: sealed}))
    return len(old)
