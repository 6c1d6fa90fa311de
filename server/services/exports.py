"""Taking something out of the office: asked for, agreed to by a second officer, fetched once."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import func, insert, select, update

from server.db import Transaction
from server.domain import export as rules
from server.domain.access import descendants
from server.domain.errors import Forbidden, NotKnown, Unfit
from server.domain.export import Form, State, What
from server.domain.urgent_action import State as ActionState
from server.services import audit, incidents, offices, rows, sight, staff
from server.services.staff import Session
from server.tables import Incident
from server.tables.record import Export, UrgentAction
from server.vault import Vault, about

LISTED = 60

_export = rows.table(Export)
_incident = rows.table(Incident)
_action = rows.table(UrgentAction)


class Wish(NamedTuple):
    """What somebody wants: an incident, an Urgent Action, or an office's incidents of a period."""

    what: What
    subject_id: str
    form: Form
    locale: str
    names: bool = False
    numbers: bool = False
    since: datetime | None = None
    until: datetime | None = None
    reason: str = ""


def ask(tx: Transaction, vault: Vault, who: Session, wish: Wish, now: datetime) -> str:
    """The request's id. What somebody may have alone is approved at once."""
    _check(wish)
    require_key(who)
    needs = _needs_second(tx, who, wish)
    version = max(version for office, version in who.keys if office == who.office_id)
    export_id = str(uuid4())
    tx.execute(
        insert(_export).values(
            id=export_id,
            office_id=who.office_id,
            what=wish.what,
            subject_id=wish.subject_id,
            since=wish.since,
            until=wish.until,
            form=wish.form,
            names=wish.names,
            numbers=wish.numbers,
            locale=wish.locale,
            state=State.WAITING if needs else State.APPROVED,
            sealed=_sealed(vault, who, version, export_id, wish.reason),
            key_version=version,
            asked_by=who.staff_id,
            asked_at=now,
            expires_at=now + (rules.WAITS_FOR if needs else rules.APPROVED_FOR),
        )
    )
    audit.note(tx, who.staff_id, f"export asked for: {_told(wish)}", export_id, now)
    return export_id


def approve(tx: Transaction, who: Session, export_id: str, now: datetime) -> None:
    """A second officer agrees: from now on whoever asked can fetch it, once."""
    row = _waiting(tx, who, export_id, now)
    require_key(who)
    if row.asked_by == who.staff_id:
        raise Forbidden(
            "Whoever asks cannot agree to it.", mend="A colleague of your office or above does."
        )
    _decide(tx, who, export_id, State.APPROVED, now, now + rules.APPROVED_FOR)


def refuse(tx: Transaction, who: Session, export_id: str, now: datetime) -> None:
    """A colleague refuses, or whoever asked takes it back."""
    row = _waiting(tx, who, export_id, now)
    _decide(tx, who, export_id, State.REFUSED, now, row.expires_at)


def fetchable(tx: Transaction, who: Session, export_id: str, now: datetime) -> Any:
    """The request's row, for whoever asked, while its approval lasts."""
    row = _seen(tx, who, export_id)
    if row.asked_by != who.staff_id:
        raise Forbidden("Another officer asked for this.", mend="Ask for one yourself.")
    rules.require(rules.standing(State(row.state), row.expires_at, now), State.APPROVED)
    return row


def fetched(tx: Transaction, who: Session, export_id: str, now: datetime) -> None:
    """It goes out now: this once, and it is written down before a byte has left."""
    fetchable(tx, who, export_id, now)
    tx.execute(
        update(_export).where(_export.c.id == export_id).values(state=State.FETCHED, fetched_at=now)
    )
    audit.note(tx, who.staff_id, "export fetched", export_id, now)


def listed(tx: Transaction, vault: Vault, who: Session, now: datetime) -> list[dict[str, Any]]:
    """Requests of the offices this person sees, newest first."""
    found = list(
        tx.execute(
            select(*_export.c)
            .where(_export.c.office_id.in_(who.sees))
            .order_by(_export.c.asked_at.desc(), _export.c.id)
            .limit(LISTED)
        )
    )
    names, places = staff.names(tx, vault), offices.names(tx)
    codes = _codes(tx, [row.subject_id for row in found])
    return [_shown(tx, vault, who, row, now, names, places, codes) for row in found]


def of_period(
    sees: frozenset[str], office_id: str, since: datetime, until: datetime
) -> tuple[Any, ...]:
    """The conditions on an incident: opened in these days, for this office or all one sees."""
    wanted = sees & {office_id} if office_id else sees
    return (
        sight.of_incidents(wanted),
        _incident.c.opened_at >= since,
        _incident.c.opened_at < until,
    )


def require_key(who: Session) -> None:
    if not who.readable:
        raise Forbidden(
            "You do not hold the office's key.", mend="A colleague grants it at /people."
        )


def _check(wish: Wish) -> None:
    if wish.form not in rules.FORMS[wish.what]:
        raise Unfit(
            "This cannot be had in that form.",
            pointer="/form",
            mend="Use " + ", ".join(sorted(rules.FORMS[wish.what])) + ".",
        )
    if wish.numbers and not wish.names:
        raise Unfit(
            "Numbers go with names.", pointer="/numbers", mend="Ask for both, or for neither."
        )
    if wish.what is What.PERIOD:
        _days(wish)


def _days(wish: Wish) -> tuple[datetime, datetime]:
    if wish.since is None or wish.until is None or wish.since >= wish.until:
        raise Unfit("This is no period.", pointer="/until", mend="Give two days, the later last.")
    if wish.until - wish.since > rules.LONGEST_PERIOD:
        raise Unfit("This period is too long.", pointer="/since", mend="Take a year at most.")
    return wish.since, wish.until


def _needs_second(tx: Transaction, who: Session, wish: Wish) -> bool:
    works_it = is_final = False
    match wish.what:
        case What.INCIDENT:
            incidents.visible(tx, set(who.sees), wish.subject_id)
            row = tx.execute(
                select(_incident.c.taken_by, _incident.c.closed_at).where(
                    _incident.c.id == wish.subject_id
                )
            ).one()
            works_it = row.taken_by == who.staff_id and row.closed_at is None
        case What.URGENT_ACTION:
            found = tx.execute(
                select(_action.c.incident_id, _action.c.state).where(
                    _action.c.id == wish.subject_id
                )
            ).one_or_none()
            if found is None:
                raise NotKnown("There is no such Urgent Action in your office.")
            incidents.visible(tx, set(who.sees), found.incident_id)
            is_final = found.state == ActionState.FINAL
        case What.PERIOD:
            if wish.subject_id and wish.subject_id not in who.sees:
                raise NotKnown("There is no such office below yours.")
            _require_some(tx, who, wish)
    return rules.needs_second(wish.what, names=wish.names, works_it=works_it, is_final=is_final)


def _require_some(tx: Transaction, who: Session, wish: Wish) -> None:
    since, until = _days(wish)
    count = _count(tx, who.sees, wish.subject_id, since, until)
    most = rules.MOST_ON_PAPER if wish.form is Form.PDF else rules.MOST_IN_A_FILE
    if count > most:
        raise Unfit(
            f"These are {count} incidents; such a file holds {most}.",
            pointer="/since",
            mend="Choose fewer days or one office, or a CSV file.",
        )
    if not count:
        raise Unfit("There were no incidents.", pointer="/since", mend="Choose other days.")


def _count(
    tx: Transaction, sees: frozenset[str], office_id: str, since: datetime, until: datetime
) -> int:
    where = of_period(sees, office_id, since, until)
    return int(tx.execute(select(func.count()).select_from(_incident).where(*where)).scalar() or 0)


def _waiting(tx: Transaction, who: Session, export_id: str, now: datetime) -> Any:
    row = _seen(tx, who, export_id)
    rules.require(rules.standing(State(row.state), row.expires_at, now), State.WAITING)
    return row


def _seen(tx: Transaction, who: Session, export_id: str) -> Any:
    row = tx.execute(select(*_export.c).where(_export.c.id == export_id)).one_or_none()
    if row is None or row.office_id not in who.sees:
        raise NotKnown("There is no such export in your office.")
    return row


def _decide(
    tx: Transaction, who: Session, export_id: str, state: State, now: datetime, expires: datetime
) -> None:
    tx.execute(
        update(_export)
        .where(_export.c.id == export_id)
        .values(state=state, decided_by=who.staff_id, decided_at=now, expires_at=expires)
    )
    audit.note(tx, who.staff_id, f"export {state}", export_id, now)


def _told(wish: Wish) -> str:
    """For the audit log: kinds, never names."""
    extras = [word for word, on in (("names", wish.names), ("numbers", wish.numbers)) if on]
    return " ".join([wish.what, wish.form, *extras])


def _sealed(vault: Vault, who: Session, version: int, export_id: str, reason: str) -> bytes | None:
    if not reason:
        return None
    pair = who.keys[who.office_id, version]
    return vault.seal_row_blind(pair.public, reason.encode(), about("export", export_id))


def _codes(tx: Transaction, subjects: list[str]) -> dict[str, tuple[str, str]]:
    """Of incidents and Urgent Actions: the incident's id and code."""
    found = tx.execute(select(_incident.c.id, _incident.c.code).where(_incident.c.id.in_(subjects)))
    codes = {row.id: (row.id, row.code) for row in found}
    actions = tx.execute(
        select(_action.c.id, _incident.c.id.label("incident"), _incident.c.code)
        .join(_incident, _incident.c.id == _action.c.incident_id)
        .where(_action.c.id.in_(subjects))
    )
    return codes | {row.id: (row.incident, row.code) for row in actions}


def _shown(
    tx: Transaction,
    vault: Vault,
    who: Session,
    row: Any,
    now: datetime,
    names: Any,
    places: Any,
    codes: dict[str, tuple[str, str]],
) -> dict[str, Any]:
    state = rules.standing(State(row.state), row.expires_at, now)
    incident_id, code = codes.get(row.subject_id, (None, None))
    is_period = row.what == What.PERIOD
    reason, key = None, who.keys.get((row.office_id, row.key_version))
    if row.sealed is not None and key is not None:
        reason = vault.open_row(key, row.sealed, about("export", row.id)).decode()
    count = None
    if is_period and state is State.WAITING:
        theirs = frozenset(descendants(row.office_id, offices.parents(tx)))
        count = _count(tx, theirs, row.subject_id, row.since, row.until)
    mine = row.asked_by == who.staff_id
    return {
        "id": row.id,
        "what": row.what,
        "form": row.form,
        "names": bool(row.names),
        "numbers": bool(row.numbers),
        "locale": row.locale,
        "incident_id": incident_id,
        "code": code,
        "office_name": places.get(row.subject_id or row.office_id) if is_period else None,
        "since": row.since,
        "until": row.until,
        "count": count,
        "reason": reason,
        "state": state,
        "asked_by": names.get(row.asked_by),
        "asked_at": row.asked_at,
        "decided_by": names.get(row.decided_by),
        "decided_at": row.decided_at,
        "expires_at": row.expires_at,
        "fetched_at": row.fetched_at,
        "mine": mine,
        "may_approve": state is State.WAITING and not mine and who.readable,
    }
