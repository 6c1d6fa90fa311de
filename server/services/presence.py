"""Who looks at what: boards say which incident they have open, and read what others have."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, delete, insert, or_, select

from server.db import Transaction
from server.domain import shift as rules
from server.domain.errors import NotKnown
from server.services import rows, sight, staff, timeline
from server.services.staff import Session
from server.tables import Entry, Incident
from server.tables.shifts import Looking
from server.vault import Vault

_looking = rows.table(Looking)
_incident = rows.table(Incident)
_entry = rows.table(Entry)


class Looker(NamedTuple):
    """Somebody has this incident open."""

    incident_id: str
    staff_id: str
    name: str


class Reach(NamedTuple):
    """How far the timeline is, and whether that holds something for a board which saw less."""

    seq: int
    behind: bool


def note(tx: Transaction, who: Session, board: str, incident_id: str | None, now: datetime) -> None:
    """This board has that incident open, in place of what it had; boards long unheard are gone."""
    this = and_(_looking.c.staff_id == who.staff_id, _looking.c.board == board)
    tx.execute(delete(_looking).where(or_(this, _looking.c.seen_at <= now - rules.LOOKING_FOR)))
    if incident_id is None:
        return
    seen = select(_incident.c.id).where(_incident.c.id == incident_id, sight.of_incidents(who.sees))
    if tx.execute(seen).first() is None:
        raise NotKnown("There is no such incident in your office.")
    row = {"staff_id": who.staff_id, "board": board, "incident_id": incident_id, "seen_at": now}
    tx.execute(insert(_looking).values(row))


def forget(tx: Transaction, who: Session, board: str) -> None:
    """The tab is closed."""
    this = (_looking.c.staff_id == who.staff_id, _looking.c.board == board)
    tx.execute(delete(_looking).where(*this))


def lookers(tx: Transaction, vault: Vault, who: Session, now: datetime) -> list[Looker]:
    """Who else has an incident of these offices open, each once an incident, by name."""
    query = (
        select(_looking.c.incident_id, _looking.c.staff_id)
        .join(_incident, _incident.c.id == _looking.c.incident_id)
        .where(
            sight.of_incidents(who.sees),
            _looking.c.staff_id != who.staff_id,
            _looking.c.seen_at > now - rules.LOOKING_FOR,
        )
        .distinct()
    )
    found = tx.execute(query).all()
    called = staff.names(tx, vault) if found else {}
    seen = [Looker(row.incident_id, row.staff_id, called[row.staff_id]) for row in found]
    return sorted(seen, key=lambda one: (one.incident_id, one.name))


def reach(tx: Transaction, who: Session, seen: int) -> Reach:
    """A socket may be dead without a word: then the timeline is ahead of what it brought."""
    theirs = select(_entry.c.seq).where(_entry.c.seq > seen, sight.of_entries(who.sees))
    return Reach(timeline.last_seq(tx), tx.execute(theirs.limit(1)).first() is not None)
