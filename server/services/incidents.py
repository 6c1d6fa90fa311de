"""What the office does with an incident, and the release at the end of the countdown."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from server.db import Row, Transaction
from server.domain import access
from server.domain.closing import Ending, How
from server.domain.errors import NotAllowed, NotKnown, Unfit
from server.domain.incident import Outcome, State, Step, after
from server.services import (
    closings,
    deliveries,
    ladder_timers,
    leads,
    offices,
    phone_views,
    rows,
    sight,
    timeline,
)
from server.services.closings import Words
from server.services.reading import Reader
from server.services.records import Secret
from server.services.timeline import SYSTEM, Actor
from server.statements import Statement
from server.tables import Incident, Recipient, Staff
from server.vault import Vault

_incident = rows.table(Incident)
_recipient = rows.table(Recipient)
_staff = rows.table(Staff)

MAX_TEXT = 4000

_DUE = Statement(
    select(_incident.c.id, _incident.c.taken_by)
    .where(_incident.c.state == State.PENDING, _incident.c.release_at <= bindparam("now"))
    .with_for_update(skip_locked=True)
)
_NEXT_RELEASE = Statement(
    select(func.min(_incident.c.release_at)).where(_incident.c.state == State.PENDING)
)
_SET_STATE = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(state=bindparam("new_state"))
)
_ONE = Statement(
    select(
        _incident.c.office_id,
        _incident.c.state,
        _incident.c.taken_by,
        _incident.c.duress,
        _incident.c.second_office_id,
    ).where(_incident.c.id == bindparam("incident"))
)
_TAKE = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(taken_by=bindparam("staff"), taken_at=bindparam("new_time"))
)
_TAKEN = Statement(
    select(_incident.c.taken_by, _incident.c.taken_at, _incident.c.again_at).where(
        _incident.c.id == bindparam("incident")
    )
)
_RELEASE_NOW = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(release_at=bindparam("now"))
)
_REOPEN = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(
        state=State.OPEN, closed_at=None, outcome=None, taken_by=None, taken_at=None, lead_id=None
    )
)
_LINK = Statement(
    select(_recipient.c.id).where(
        _recipient.c.incident_id == bindparam("incident"),
        _recipient.c.place == bindparam("place"),
        _recipient.c.link_wrap.is_not(None),
    )
)
_REVOKE_LINK = Statement(
    update(_recipient).where(_recipient.c.id == bindparam("recipient")).values(link_wrap=None)
)
_COLLEAGUE = Statement(
    select(_staff.c.office_id, _staff.c.state).where(_staff.c.id == bindparam("staff"))
)


def release_due(tx: Transaction, vault: Vault, now: datetime) -> int:
    """Opens every incident whose countdown is over: by the relay's claim, not by the clock."""
    due = tx.rows(_DUE, now=now)
    for incident_id, taken_by in due:
        state = after(State.PENDING, Step.RELEASE)
        if taken_by is not None:
            state = after(state, Step.ACKNOWLEDGE)
        tx.run(_SET_STATE, incident=incident_id, new_state=state)
        seq = timeline.append(tx, vault, incident_id, "released", SYSTEM, now, now)
        phone_views.set_state(tx, incident_id, state, seq)
        ladder_timers.released(tx, incident_id, now)
    return len(due)


def next_release(tx: Transaction) -> datetime | None:
    found = tx.row(_NEXT_RELEASE)
    return found[0] if found else None


def take(
    tx: Transaction, vault: Vault, sees: set[str], staff_id: str, incident_id: str, now: datetime
) -> None:
    """A staff member takes the alert: the fact the phone shows as "the office has it".

    Whoever has it, and has looked since the last press, changes nothing.
    """
    state, _ = visible(tx, sees, incident_id)
    _hand(tx, vault, incident_id, state, staff_id, Actor("staff", staff_id), "taken", None, now)


def assign(
    tx: Transaction,
    vault: Vault,
    sees: set[str],
    staff_id: str,
    incident_id: str,
    to: str,
    now: datetime,
) -> None:
    """Hands the alert to a colleague of one's offices who sees it too."""
    state, _ = visible(tx, sees, incident_id)
    if not _could_take(tx, sees, to, incident_id):
        raise Unfit(
            "No active colleague of that id sees this alert.",
            pointer="/staff_id",
            mend="Choose somebody of its office, or hand it to theirs first.",
        )
    _hand(tx, vault, incident_id, state, to, Actor("staff", staff_id), "assigned", to, now)


def give_back(
    tx: Transaction, vault: Vault, sees: set[str], staff_id: str, incident_id: str, now: datetime
) -> None:
    """Nobody of the office has the alert any more."""
    state, _ = visible(tx, sees, incident_id)
    taken = tx.row(_TAKEN, incident=incident_id)
    if state is State.CLOSED or taken is None or taken[0] is None:
        raise NotAllowed("Nobody of the office has this alert.", mend="Reload the incident.")
    actor = Actor("staff", staff_id)
    seq = timeline.append(tx, vault, incident_id, "given_back", actor, now, now)
    leads.take_back(tx, vault, incident_id, str(taken[0]), seq, now)


def note(
    tx: Transaction,
    vault: Vault,
    sees: set[str],
    staff_id: str,
    incident_id: str,
    text: str,
    now: datetime,
) -> int:
    """A note on the timeline; its number."""
    visible(tx, sees, incident_id)
    actor = Actor("staff", staff_id)
    secret = Secret(text=text)
    return timeline.append(tx, vault, incident_id, "note", actor, now, now, secret=secret)


def close(
    tx: Transaction,
    vault: Vault,
    sees: set[str],
    staff_id: str,
    incident_id: str,
    outcome: Outcome,
    reason: str,
    now: datetime,
    *,
    how: How | None = None,
    casework: bool = False,
    reference: str = "",
) -> None:
    """Closes it, or where the office takes two people for that, proposes to."""
    visible(tx, sees, incident_id)
    ending, words = Ending(outcome, how, casework), Words(reason, reference)
    closings.close(tx, vault, staff_id, incident_id, ending, words, now)


def confirm_close(
    tx: Transaction,
    vault: Vault,
    sees: set[str],
    reader: Reader,
    staff_id: str,
    incident_id: str,
    proposal: int,
    now: datetime,
) -> None:
    """The second person's word: it is closed as the first one proposed."""
    visible(tx, sees, incident_id)
    closings.confirm(tx, vault, reader, staff_id, incident_id, proposal, now)


def refuse_close(
    tx: Transaction,
    vault: Vault,
    sees: set[str],
    staff_id: str,
    incident_id: str,
    proposal: int,
    reason: str,
    now: datetime,
) -> None:
    """It goes on: the proposal is refused, or taken back by who made it."""
    visible(tx, sees, incident_id)
    closings.refuse(tx, vault, staff_id, incident_id, proposal, reason, now)


def reopen(
    tx: Transaction,
    vault: Vault,
    sees: set[str],
    staff_id: str,
    incident_id: str,
    reason: str,
    now: datetime,
) -> None:
    """Opens a closed incident again; its contacts can be reached only from the office's copy."""
    state, _ = visible(tx, sees, incident_id)
    after(state, Step.REOPEN)
    tx.run(_REOPEN, incident=incident_id)
    closings.reopened(tx, incident_id)
    actor, secret = Actor("staff", staff_id), Secret(reason=reason) if reason else None
    seq = timeline.append(tx, vault, incident_id, "reopened", actor, now, now, secret=secret)
    phone_views.reopen(tx, incident_id, seq)


def release(
    tx: Transaction, vault: Vault, sees: set[str], staff_id: str, incident_id: str, now: datetime
) -> None:
    """The office's word: contacts are texted now, though a duress code held the texts back."""
    state, duress = visible(tx, sees, incident_id)
    if state is not State.PENDING or not duress:
        raise NotAllowed("Nothing is being held back.", mend="Reload the incident.")
    tx.run(_RELEASE_NOW, incident=incident_id, now=now)
    deliveries.retime_alert(tx, incident_id, now)
    actor = Actor("staff", staff_id)
    timeline.append(tx, vault, incident_id, "release_asked", actor, now, now)


def revoke_link(
    tx: Transaction,
    vault: Vault,
    sees: set[str],
    staff_id: str,
    incident_id: str,
    place: int,
    now: datetime,
) -> None:
    """Ends one contact's page at once, as when their phone was taken; the others keep theirs."""
    visible(tx, sees, incident_id)
    found = tx.row(_LINK, incident=incident_id, place=place)
    if found is None:
        raise NotKnown("There is no such contact with a link that opens.")
    tx.run(_REVOKE_LINK, recipient=found[0])
    actor = Actor("staff", staff_id)
    timeline.append(tx, vault, incident_id, "link_revoked", actor, now, now, recipient=found[0])


def whose_staff_see(tx: Transaction, sees: Collection[str], incident_id: str) -> frozenset[str]:
    """Of these offices, those to whose staff the alert can be handed: their boards show it."""
    found, parents = _seen(tx, sees, incident_id), offices.parents(tx)
    return frozenset(
        office
        for office in sees
        if sight.shows(access.descendants(office, parents), found[0], found[4])
    )


def visible(tx: Transaction, sees: Collection[str], incident_id: str) -> tuple[State, bool]:
    """Its state, and whether it is one of duress; NotKnown where this person may not see it."""
    found = _seen(tx, sees, incident_id)
    return State(found[1]), bool(found[3])


def _seen(tx: Transaction, sees: Collection[str], incident_id: str) -> Row:
    found = tx.row(_ONE, incident=incident_id)
    if found is None or not sight.shows(sees, found[0], found[4]):
        raise NotKnown("There is no such incident in your office.")
    return found


def _could_take(tx: Transaction, sees: set[str], staff_id: str, incident_id: str) -> bool:
    """Whether a colleague is there, and it stands on their own board."""
    colleague = tx.row(_COLLEAGUE, staff=staff_id)
    if colleague is None or colleague[1] != "active":
        return False
    return colleague[0] in whose_staff_see(tx, sees, incident_id)


def _hand(
    tx: Transaction,
    vault: Vault,
    incident_id: str,
    state: State,
    to: str,
    actor: Actor,
    kind: str,
    assignee: str | None,
    now: datetime,
) -> None:
    if state in (State.CLOSED, State.CANCELLED):
        after(state, Step.ACKNOWLEDGE)
    held_by, since, again_at = tx.row(_TAKEN, incident=incident_id) or (None, None, None)
    if held_by == to and not (again_at and since and again_at > since):
        return
    leads.pass_to_colleague(tx, incident_id, to)
    tx.run(_TAKE, incident=incident_id, staff=to, new_time=now)
    detail: dict[str, Any] = {"to": assignee} if assignee else {}
    seq = timeline.append(tx, vault, incident_id, kind, actor, now, now, **detail)
    phone_views.take(tx, incident_id, seq)
    leads.claim(tx, vault, incident_id, to, seq, now)
