"""The operator's table of who answers for which ground, and the outlines it is written over."""

import gzip
import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

from sqlalchemy import delete, insert, select, update

from server.db import Transaction
from server.domain.errors import NotAllowed, Unfit
from server.domain.territory import Area, Circle, Outline, Table
from server.services import audit, rows
from server.statements import Statement
from server.tables import Organisation
from server.tables.territory import Territory

OUTLINES = Path(__file__).parent / "geodata" / "outlines.json.gz"

KEPT = 8
# By stamp: none is ever used twice, so what is kept holds for good, in every process alike.
_tables: dict[str, Table] = {}

_territory = rows.table(Territory)
_organisation = rows.table(Organisation)

_STAMP = Statement(select(_organisation.c.territory))


@cache
def outlines() -> list[Outline]:
    """The shapes of the Earth's territories, read once a process: 50 ms."""
    known = json.loads(gzip.decompress(OUTLINES.read_bytes()))
    return [Outline(one["codes"], one["rings"]) for one in known]


@cache
def codes() -> frozenset[str]:
    """What the table may name: a territory, or a group of them such as `011`."""
    return frozenset(code for outline in outlines() for code in outline.codes)


def table(tx: Transaction, stamp: str | None) -> Table | None:
    """The table of that stamp, from memory where it did not change; None where there is none."""
    if stamp is None:
        return None
    known = _tables.get(stamp)
    if known is None:
        if len(_tables) == KEPT:
            _tables.clear()
        known = _tables[stamp] = Table(areas(tx), outlines())
    return known


def prepare(tx: Transaction) -> None:
    """Before the first press: no press waits for the outlines."""
    found = tx.row(_STAMP)
    table(tx, found[0] if found else None)


def areas(tx: Transaction) -> list[Area]:
    found = select(_territory).order_by(_territory.c.code, _territory.c.radius_m, _territory.c.id)
    return [
        Area(row.office_id, row.code, None if row.code else Circle(row.lat, row.lon, row.radius_m))
        for row in tx.execute(found)
    ]


def set_areas(
    tx: Transaction, office_id: str, wish: Sequence[Area], by: str, now: datetime
) -> None:
    """An office's ground, in place of what it had; NotAllowed where another one has a code."""
    for place, area in enumerate(wish):
        if area.code is not None and area.code not in codes():
            raise Unfit(
                "This code is not known.",
                pointer=f"/areas/{place}/code",
                mend="Use a code of ISO 3166 such as SN, or of UN M49 such as 011.",
            )
    tx.execute(delete(_territory).where(_territory.c.office_id == office_id))
    taken = {area.code for area in areas(tx) if area.code}
    for place, area in enumerate(wish):
        if area.code in taken:
            raise NotAllowed(
                "Another office answers for this ground.",
                pointer=f"/areas/{place}/code",
                mend="Each code stands once: take it from that office first.",
            )
        taken |= {area.code} if area.code else set()
        lat, lon, radius = area.circle or (None, None, None)
        tx.execute(
            insert(_territory).values(
                id=str(uuid4()),
                office_id=office_id,
                code=area.code,
                lat=lat,
                lon=lon,
                radius_m=radius,
            )
        )
    stamp = str(uuid4()) if areas(tx) else None
    tx.execute(update(_organisation).values(territory=stamp))
    audit.note(tx, by, "territory changed", office_id, now)
