"""An incident goes from one office to another: its key, its ladder, its place on the boards."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update

from server.db import Transaction
from server.domain import access
from server.domain.errors import Forbidden, NotAllowed, Unfit
from server.domain.incident import State
from server.domain.ladder import Side
from server.services import (
    audit,
    closings,
    incidents,
    ladder_timers,
    leads,
    offices,
    rows,
    territories,
    timeline,
)
from server.services.reading import Opened, Reader
from server.services.records import Secret
from server.services.timeline import Actor
from server.statements import Statement
from server.tables import Activist, Entry, Incident, IncidentWrap
from server.vault import Vault, about

_incident = rows.table(Incident)
_activist = rows.table(Activist)
_wrap = rows.table(IncidentWrap)
_entry = rows.table(Entry)

_WHOSE = Statement(
    select(
        _incident.c.office_id,
        _incident.c.second_office_id,
        _incident.c.taken_by,
        _activist.c.office_id.label("home"),
    )
    .join(_activist, _activist.c.id == _incident.c.activist_id)
    .where(_incident.c.id == bindparam("incident"))
)
_HOLDERS = Statement(select(_wrap.c.office_id).where(_wrap.c.incident_id == bindparam("incident")))


class Whose(NamedTuple):
    """Whose an incident is; `home`: the activist's own office."""

    office_id: str
    second_id: str | None
    taken_by: str | None
    home: str


def choices(tx: Transaction, incident_id: str) -> list[dict[str, str]]:
    """The offices that an incident may be handed to, by name.

    Those under the same top, and those of the operator's table: it says who works together.
    """
    office, parents = _whose(tx, incident_id).office_id, offices.parents(tx)
    top = access.ancestors(office, parents)[-1]
    known = access.descendants(top, parents) | {area.office_id for area in territories.areas(tx)}
    names = offices.names(tx)
    found = [{"id": one, "name": names[one]} for one in known if one != office]
    return sorted(found, key=lambda one: one["name"])


def transfer(
    tx: Transaction,
    vault: Vault,
    reader: Reader,
    staff_id: str,
    incident_id: str,
    to: str,
    reason: str,
    now: datetime,
) -> None:
    """Hands an incident to another office, which is paged anew.

    Whoever hands it over opens its key for those who read it from now on. The activist's own
    office and those above either go on reading; the offices it leaves do not. Where it took two
    people to close it, it goes on to.
    """
    state, _ = incidents.visible(tx, set(reader.sees), incident_id)
    if state in (State.CLOSED, State.CANCELLED):
        raise NotAllowed("This alert is over.", mend="Reopen it first.")
    names, whose = offices.names(tx), _whose(tx, incident_id)
    if to == whose.office_id:
        raise NotAllowed("This office has it already.", mend="Reload the incident.")
    if to not in {choice["id"] for choice in choices(tx, incident_id)}:
        raise Unfit("There is no such office.", pointer="/office_id", mend="Choose from the list.")
    opened = reader.incident(tx, incident_id)
    if opened is None:
        raise Forbidden(
            "You cannot read what you would hand over.",
            mend="A colleague grants you the office's key.",
        )
    actor, secret = Actor("staff", staff_id), Secret(reason=reason)
    told = {"left": names[whose.office_id], "office": names[to]}
    if whose.taken_by is not None:
        _let_go(tx, vault, incident_id, whose.taken_by, actor, now)
    second = _rewrap(tx, vault, incident_id, opened, to, whose.home)
    stay = {reader.office_id for reader in offices.readers(tx, to)} | {second, None}
    if not {whose.office_id, whose.second_id} <= stay:
        timeline.append(
            tx, vault, incident_id, "office_left", actor, now, now, secret=secret, **told
        )
    closings.handed_over(tx, incident_id)
    _move(tx, incident_id, to, second)
    timeline.append(
        tx, vault, incident_id, "office_changed", actor, now, now, secret=secret, **told
    )
    ladder_timers.clear(tx, incident_id, Side.OFFICE)  # the job begins the new office's
    audit.note(tx, staff_id, "incident handed to another office", incident_id, now)


def _let_go(
    tx: Transaction, vault: Vault, incident_id: str, officer: str, actor: Actor, now: datetime
) -> None:
    seq = timeline.append(tx, vault, incident_id, "given_back", actor, now, now)
    leads.take_back(tx, vault, incident_id, officer, seq, now)


def _rewrap(
    tx: Transaction, vault: Vault, incident_id: str, opened: Opened, to: str, home: str
) -> str | None:
    """The key, for those who read it from now on and no others; the second office."""
    readers = {one.office_id: one for one in offices.readers(tx, to)}
    second = None if home in readers else home
    if second is not None:
        readers |= {one.office_id: one for one in offices.readers(tx, second)}
    held = {office for (office,) in tx.rows(_HOLDERS, incident=incident_id)}
    tx.execute(
        delete(_wrap).where(
            _wrap.c.incident_id == incident_id, _wrap.c.office_id.not_in(sorted(readers))
        )
    )
    place = about("incident_wrap", incident_id)
    for office, one in readers.items():
        if office not in held:
            wrap = vault.seal_row_blind(one.public_key, opened.pair.private, place)
            tx.run(
                rows.INSERT_WRAP,
                incident_id=incident_id,
                office_id=office,
                version=one.version,
                wrap=wrap,
            )
    return second


def _move(tx: Transaction, incident_id: str, to: str, second: str | None) -> None:
    """The incident and what happened to it: who sees it now, sees it from its beginning."""
    whose = {"office_id": to, "second_office_id": second}
    tx.execute(update(_incident).where(_incident.c.id == incident_id).values(unsure=False, **whose))
    entries = (_entry.c.incident_id == incident_id, _entry.c.kind != "office_left")
    tx.execute(update(_entry).where(*entries).values(**whose))


def _whose(tx: Transaction, incident_id: str) -> Whose:
    found = tx.row(_WHOSE, incident=incident_id)
    if found is None:
        raise LookupError("no such incident")
    return Whose(*found)
