"""Who answers for a press: the office of the place, beside it the activist's own, and their keys.

Asked and sealed once for all the presses of a batch: a sealed box costs eight locks. Who changes
an office or the table in the same batch does so beside these presses, not before them.
"""

from datetime import timedelta
from typing import NamedTuple

from server.db import Transaction
from server.domain.territory import Decision
from server.services import offices, territories
from server.services.offices import Reader
from server.vault import SealedKey, Vault
from shared import wire
from shared.geo import UNKNOWN_ACCURACY_M

NOT_BEFORE = timedelta()  # a phone's clock may be ahead of the fix's


class Chain(NamedTuple):
    """An office and those above it, each with a key that only it opens; and the table's stamp."""

    readers: list[tuple[Reader, SealedKey]]
    stamp: str | None

    @property
    def offices(self) -> set[str]:
        return {reader.office_id for reader, _ in self.readers}


class Responsible(NamedTuple):
    """`second_id` sees it too; `unsure`: both are paged."""

    office_id: str
    second_id: str | None
    unsure: bool
    readers: list[tuple[Reader, SealedKey]]


def decide(tx: Transaction, vault: Vault, own: str, alert: wire.Alert) -> Responsible:
    """By the place of the press and the operator's table; else the activist's own office."""
    home = _chain(tx, vault, own)
    table, fix = territories.table(tx, home.stamp), alert.position
    if table is None or fix is None:
        return Responsible(own, None, False, home.readers)
    error = UNKNOWN_ACCURACY_M if fix.accuracy_m is None else fix.accuracy_m
    age = max(alert.pressed_at - fix.at, NOT_BEFORE)
    found = table.decide(own, fix.lat, fix.lon, error, age)
    return _with_second(tx, vault, own, found)


def _with_second(tx: Transaction, vault: Vault, own: str, found: Decision) -> Responsible:
    """The activist's own office goes on reading; where it does so anyway, the unsure one does."""
    chain = _chain(tx, vault, found.office_id)
    second = own if own not in chain.offices else found.also
    if second is None or second == found.office_id:
        return Responsible(found.office_id, None, found.uncertain, chain.readers)
    others = _chain(tx, vault, second).readers
    more = [one for one in others if one[0].office_id not in chain.offices]
    return Responsible(found.office_id, second, found.uncertain, [*chain.readers, *more])


def _chain(tx: Transaction, vault: Vault, office_id: str) -> Chain:
    key = ("readers", office_id)
    known: Chain | None = tx.shared.get(key)
    if known is None:
        stamp, readers = offices.readers_and_stamp(tx, office_id)
        sealed = [(reader, vault.sealed_key(reader.public_key)) for reader in readers]
        known = tx.shared[key] = Chain(sealed, stamp)
    return known
