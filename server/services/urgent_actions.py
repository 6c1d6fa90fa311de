"""Appeals for one person: drafted from the incident, final only as agreed to beforehand."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec
from sqlalchemy import insert, select, update

from server.db import Transaction
from server.domain import urgent_action as rules
from server.domain.errors import Forbidden, NotAllowed, NotKnown, Unfit
from server.domain.urgent_action import Obstacle, State
from server.services import audit, exports, incident_sheets, incidents, plans, rows, sight, staff
from server.services.plans import Publicity
from server.services.reading import Opened, Reader
from server.services.staff import Session
from server.tables import Incident
from server.tables.record import UrgentAction
from server.vault import Vault, about
from shared import wire

LISTED = 60
NEEDED = ("who", "what_happened", "demands", "addressees", "sources")

_action = rows.table(UrgentAction)
_incident = rows.table(Incident)


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """What it says. `act_by`: the last day on which it is of use; `decision`: what those said whom
    the person chose to decide, and when; `photo`: one goes with it."""

    who: str = ""
    what_happened: str = ""
    demands: str = ""
    addressees: str = ""
    act_by: date | None = None
    languages: str = ""
    sources: str = ""
    photo: bool = False
    decision: str = ""


class Standing(NamedTuple):
    """A stored appeal, opened, with what the person agreed to."""

    row: Any
    appeal: Appeal
    publicity: Publicity
    names: list[str]
    code: str
    drill: bool

    @property
    def obstacles(self) -> list[Obstacle]:
        appeal, publicity = self.appeal, self.publicity
        fields = [getattr(appeal, name).strip() for name in NEEDED]
        return rules.obstacles(
            agreed_on=publicity.agreed_on,
            may_name=publicity.name,
            may_photo=publicity.photo,
            decides=publicity.decides,
            named=rules.naming(said_in(appeal), self.names) is not None,
            photo=appeal.photo,
            decision=appeal.decision,
            complete=all(fields) and appeal.act_by is not None,
            drill=self.drill,
        )


def said_in(appeal: Appeal) -> dict[str, str]:
    """What it says to the public; who decided stays in the office."""
    fields = ("who", "what_happened", "demands", "addressees", "sources", "languages")
    return {name: getattr(appeal, name) for name in fields}


def draft(
    tx: Transaction, vault: Vault, who: Session, incident_id: str, locale: str, now: datetime
) -> str:
    """A draft with what is known filled in: with the name only where they agreed to that."""
    incidents.visible(tx, set(who.sees), incident_id)
    reader = Reader(vault, who)
    opened, publicity, names = _person(tx, vault, who, reader, incident_id)
    audit.note(tx, who.staff_id, "plan viewed", _activist(tx, incident_id), now)
    found = incident_sheets.whole(tx, vault, reader, incident_id)
    appeal = _filled(found, names[-1], publicity, locale)
    action_id = str(uuid4())
    sealed = _sealed(vault, opened, action_id, incident_id, 1, appeal)
    tx.execute(
        insert(_action).values(
            id=action_id,
            incident_id=incident_id,
            locale=locale,
            number=1,
            state=State.DRAFT,
            sealed=sealed,
            written_by=who.staff_id,
            written_at=now,
        )
    )
    audit.note(tx, who.staff_id, "urgent action drafted", action_id, now)
    return action_id


def save(
    tx: Transaction,
    vault: Vault,
    who: Session,
    action_id: str,
    read: int,
    appeal: Appeal,
    now: datetime,
) -> None:
    """Other words than those of the version `read`, and of no newer one: nobody's are lost.

    What was submitted is a draft again; what is final stays as it is.
    """
    standing = one(tx, vault, who, action_id)
    _require(standing, State.DRAFT, State.SUBMITTED)
    _require_read(standing, read)
    if not _may_name(standing.publicity):
        _refuse_name(appeal, standing.names)
    number = read + 1
    opened = _opened(tx, Reader(vault, who), standing.row.incident_id)
    sealed = _sealed(vault, opened, action_id, standing.row.incident_id, number, appeal)
    _set(
        tx,
        action_id,
        number=number,
        sealed=sealed,
        state=State.DRAFT,
        written_by=who.staff_id,
        written_at=now,
        submitted_by=None,
        submitted_at=None,
    )
    audit.note(tx, who.staff_id, "urgent action changed", action_id, now)


def submit(tx: Transaction, vault: Vault, who: Session, action_id: str, now: datetime) -> None:
    """Its author holds it to be right; from here a second person looks."""
    standing = one(tx, vault, who, action_id)
    _require(standing, State.DRAFT)
    _require_clear(standing)
    _set(tx, action_id, state=State.SUBMITTED, submitted_by=who.staff_id, submitted_at=now)
    audit.note(tx, who.staff_id, "urgent action submitted", action_id, now)


def confirm(
    tx: Transaction, vault: Vault, who: Session, action_id: str, number: int, now: datetime
) -> None:
    """The second person's word on the version they have read: from now on it is final."""
    standing = one(tx, vault, who, action_id)
    _require(standing, State.SUBMITTED)
    if who.staff_id in (standing.row.submitted_by, standing.row.written_by):
        raise Forbidden("Whoever wrote it cannot confirm it.", mend="A colleague reads it.")
    _require_read(standing, number)
    _require_clear(standing)
    _set(tx, action_id, state=State.FINAL, confirmed_by=who.staff_id, confirmed_at=now)
    audit.note(tx, who.staff_id, "urgent action confirmed", action_id, now)


def one(tx: Transaction, vault: Vault, who: Session, action_id: str) -> Standing:
    """An appeal as it stands, with today's consent; NotKnown where it is of another office."""
    row = tx.execute(select(*_action.c).where(_action.c.id == action_id)).one_or_none()
    if row is None:
        raise NotKnown("There is no such Urgent Action in your office.")
    incidents.visible(tx, set(who.sees), row.incident_id)
    opened, publicity, names = _person(tx, vault, who, Reader(vault, who), row.incident_id)
    place = _place(action_id, row.incident_id, row.number)
    appeal = wire.decode(Appeal, vault.open_row(opened.pair, row.sealed, place))
    found = tx.execute(
        select(_incident.c.code, _incident.c.kind).where(_incident.c.id == row.incident_id)
    ).one()
    return Standing(row, appeal, publicity, names, found.code, found.kind == "drill")


def shown(tx: Transaction, vault: Vault, who: Session, action_id: str) -> dict[str, Any]:
    """For the page: words, consent, and what still keeps it from being final."""
    standing = one(tx, vault, who, action_id)
    names = staff.names(tx, vault)
    row, publicity = standing.row, standing.publicity
    written = who.staff_id in (row.written_by, row.submitted_by)
    return _brief(row, standing.code, names) | {
        "appeal": standing.appeal,
        "number": row.number,
        "publicity": publicity,
        "obstacles": standing.obstacles,
        "may_confirm": row.state == State.SUBMITTED and not written,
    }


def listed(tx: Transaction, vault: Vault, who: Session) -> list[dict[str, Any]]:
    """Of the incidents this person sees, newest first; without their words."""
    names = staff.names(tx, vault)
    found = tx.execute(
        select(*_action.c, _incident.c.code)
        .join(_incident, _incident.c.id == _action.c.incident_id)
        .where(sight.of_incidents(who.sees))
        .order_by(_action.c.written_at.desc(), _action.c.id)
        .limit(LISTED)
    )
    return [_brief(row, row.code, names) for row in found]


def _brief(row: Any, code: str, names: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "incident_id": row.incident_id,
        "code": code,
        "locale": row.locale,
        "state": row.state,
        "written_by": names.get(row.written_by),
        "written_at": row.written_at,
        "submitted_by": names.get(row.submitted_by),
        "confirmed_by": names.get(row.confirmed_by),
        "confirmed_at": row.confirmed_at,
    }


def _person(
    tx: Transaction, vault: Vault, who: Session, reader: Reader, incident_id: str
) -> tuple[Opened, Publicity, list[str]]:
    """The incident opened, what its person agreed to, and their names, the fullest last."""
    exports.require_key(who)
    opened = _opened(tx, reader, incident_id)
    plan = plans.of(tx, vault, who, _activist(tx, incident_id))
    names = [opened.record.name, plan.full_name if plan else ""]
    return opened, plan.publicity if plan else Publicity(), [name for name in names if name]


def _opened(tx: Transaction, reader: Reader, incident_id: str) -> Opened:
    opened = reader.incident(tx, incident_id)
    if opened is None:
        raise NotAllowed("This incident cannot be read any more.", mend="Its keys are gone.")
    return opened


def _activist(tx: Transaction, incident_id: str) -> str:
    found = select(_incident.c.activist_id).where(_incident.c.id == incident_id)
    return str(tx.execute(found).scalar())


def _filled(found: dict[str, Any], name: str, publicity: Publicity, locale: str) -> Appeal:
    """What is known, in the words of the catalogue; the place no nearer than its name."""
    says = incident_sheets.voice(found, locale)
    person = name if _may_name(publicity) else says.say("appeal.person")
    now = says.say("appeal.unknown")
    if found["outcome"]:
        now = says.say("appeal.now", state=says.word("outcome", found["outcome"]))
    happened = says.say(
        "appeal.happened",
        who=person,
        time=says.clock(found["opened_at"])[:16],
        zone=found["zone"],
        place=(found.get("place") or {}).get("name") or says.say("appeal.place"),
    )
    return Appeal(
        who=person,
        what_happened=f"{happened}\n{now}",
        demands=says.say("appeal.demands_usual"),
        languages=says.say("appeal.language"),
        sources=says.say("appeal.sources_usual", code=found["code"], office=found["office_name"]),
    )


def _may_name(publicity: Publicity) -> bool:
    return publicity.name and publicity.agreed_on is not None


def _refuse_name(appeal: Appeal, names: Iterable[str]) -> None:
    field = rules.naming(said_in(appeal), names)
    if field is not None:
        raise Unfit(
            "The person has not agreed to be named.",
            pointer=f"/{field}",
            mend="Write 'the person' in place of the name.",
        )


def _require(standing: Standing, *states: State) -> None:
    if standing.row.state not in states:
        raise NotAllowed(f"This Urgent Action is {standing.row.state}.", mend="Reload it.")


def _require_read(standing: Standing, number: int) -> None:
    if number != standing.row.number:
        raise NotAllowed("It was changed since you read it.", mend="Read it again.")


def _require_clear(standing: Standing) -> None:
    if standing.obstacles:
        raise NotAllowed(
            "It cannot be final: " + ", ".join(standing.obstacles) + ".",
            mend="The form says what is missing.",
        )


def _set(tx: Transaction, action_id: str, **values: Any) -> None:
    tx.execute(update(_action).where(_action.c.id == action_id).values(**values))


def _sealed(
    vault: Vault, opened: Opened, action_id: str, incident_id: str, number: int, appeal: Appeal
) -> bytes:
    place = _place(action_id, incident_id, number)
    return vault.seal_row_blind(opened.pair.public, wire.encode(appeal), place)


def _place(action_id: str, incident_id: str, number: int) -> bytes:
    return about("urgent_action", action_id, incident_id, number)
