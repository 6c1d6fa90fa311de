"""How the office ends an incident: closed at once, or proposed by one and confirmed by another."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, exists, insert, or_, select, update

from server.db import Transaction
from server.domain import access
from server.domain import closing as rules
from server.domain.closing import Ending, How, Move, Then, Whose
from server.domain.errors import Forbidden, NotAllowed
from server.domain.incident import Outcome, State, Step, after
from server.services import audit, endings, offices, rows, timeline
from server.services.reading import ENTRY, EntryRow, Reader
from server.services.records import Secret
from server.services.timeline import Actor
from server.statements import Statement
from server.tables import Entry, Incident, Staff
from server.tables.closings import Closing, ClosingRule
from server.vault import Vault

_incident = rows.table(Incident)
_entry = rows.table(Entry)
_staff = rows.table(Staff)
_closing = rows.table(Closing)
_rule = rows.table(ClosingRule)

_PROPOSAL = (
    _closing.c.seq,
    _closing.c.staff_id,
    _closing.c.outcome,
    _closing.c.how,
    _closing.c.casework,
    _closing.c.at,
)
_WANTED = exists().where(
    _rule.c.two_person_close,
    _rule.c.office_id.in_((_incident.c.office_id, _incident.c.second_office_id)),
)
_FACTS = Statement(
    select(
        _incident.c.kind,
        _incident.c.state,
        _incident.c.again_at,
        _incident.c.stopped_at,
        or_(_incident.c.closes_by_two, _WANTED),
        *_PROPOSAL,
    )
    .outerjoin(
        _closing,
        and_(_closing.c.incident_id == _incident.c.id, _closing.c.settled.is_(False)),
    )
    .where(_incident.c.id == bindparam("incident"))
)
_BIND = Statement(
    update(_incident).where(_incident.c.id == bindparam("incident")).values(closes_by_two=True)
)
_WRITE = rows.inserting(Closing)
_FORGET = Statement(delete(_closing).where(_closing.c.incident_id == bindparam("incident")))
_PROPOSED = Statement(select(*ENTRY).where(_entry.c.seq == bindparam("seq")))
# Made once: a board asks these with every entry.
_OF = select(*_closing.c).where(_closing.c.incident_id.in_(bindparam("ids", expanding=True)))
_BY_TWO = select(_rule.c.office_id).where(_rule.c.two_person_close)
_RULE = Statement(select(_rule.c.two_person_close).where(_rule.c.office_id == bindparam("office")))


class Words(NamedTuple):
    """What whoever closes says of it; `reference`: under which the casework is found."""

    reason: str = ""
    reference: str = ""


class Proposal(NamedTuple):
    """An end that somebody proposed; `seq` is its timeline entry."""

    seq: int
    staff_id: str
    ending: Ending
    at: datetime


class Facts(NamedTuple):
    """What a close looks at."""

    state: State
    two: bool
    proposal: Proposal | None

    def whose(self, staff_id: str) -> Whose:
        return rules.whose(self.proposal.staff_id if self.proposal else None, staff_id)


def close(
    tx: Transaction,
    vault: Vault,
    staff_id: str,
    incident_id: str,
    ending: Ending,
    words: Words,
    now: datetime,
) -> None:
    """Closes it, or proposes to where that takes two. The same proposal again changes nothing."""
    facts = _facts(tx, incident_id)
    after(facts.state, Step.CLOSE)
    then = rules.then(facts.two, facts.whose(staff_id), Move.CLOSE)
    rules.fit(ending)
    if then is Then.CLOSES:
        _settle(tx, vault, staff_id, incident_id, ending, words, None, now)
    elif facts.proposal is None or facts.proposal.ending != ending:
        _propose(tx, vault, staff_id, incident_id, ending, words, now)


def confirm(
    tx: Transaction,
    vault: Vault,
    reader: Reader,
    staff_id: str,
    incident_id: str,
    seq: int,
    now: datetime,
) -> None:
    """A second person, who can read what they confirm, closes it as it was proposed."""
    facts = _facts(tx, incident_id)
    after(facts.state, Step.CLOSE)
    rules.then(facts.two, facts.whose(staff_id), Move.CONFIRM)
    proposal = _the(facts, seq)
    words = _words(tx, reader, incident_id, seq)
    _settle(tx, vault, staff_id, incident_id, proposal.ending, words, proposal.staff_id, now)


def refuse(
    tx: Transaction,
    vault: Vault,
    staff_id: str,
    incident_id: str,
    seq: int,
    reason: str,
    now: datetime,
) -> None:
    """A second person refuses the proposal, or who made it takes it back."""
    facts = _facts(tx, incident_id)
    then = rules.then(facts.two, facts.whose(staff_id), Move.REFUSE)
    _the(facts, seq)
    tx.run(_FORGET, incident=incident_id)
    actor, secret = Actor("staff", staff_id), Secret(reason=reason) if reason else None
    if then is Then.WITHDRAWS:
        timeline.append(tx, vault, incident_id, "close_withdrawn", actor, now, now, secret=secret)
    else:
        timeline.append(tx, vault, incident_id, "close_refused", actor, now, now, secret=secret)


def reopened(tx: Transaction, incident_id: str) -> None:
    """It goes on: whatever was said of its end holds no more."""
    tx.run(_FORGET, incident=incident_id)


def handed_over(tx: Transaction, incident_id: str) -> None:
    """Before it goes to another office: where it takes two people to close it, it does so there."""
    if _facts(tx, incident_id).two:
        tx.run(_BIND, incident=incident_id)


def set_rule(
    tx: Transaction, office_id: str, two_person_close: bool, by: str, now: datetime
) -> None:
    """From now on it takes two people of those who see this office to close its incidents."""
    if two_person_close and _how_many_see(tx, office_id) < 2:
        raise NotAllowed(
            "Nobody else could confirm a close.", mend="Invite and grant a colleague first."
        )
    tx.execute(delete(_rule).where(_rule.c.office_id == office_id))
    tx.execute(insert(_rule).values(office_id=office_id, two_person_close=two_person_close))
    many = "two people" if two_person_close else "one person"
    audit.note(tx, by, f"closing takes {many}", office_id, now)


def takes_two(tx: Transaction, office_id: str) -> bool:
    found = tx.row(_RULE, office=office_id)
    return bool(found and found[0])


def shown(
    tx: Transaction, incidents: Iterable[Any], names: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Of each incident, what its summary says of its end: whether two people close it, the
    proposal that stands, and whether it went to casework.
    """
    found = list(incidents)
    ids = [one.id for one in found]
    known = {row.incident_id: row for row in tx.execute(_OF, {"ids": ids})}
    wanting = set(tx.execute(_BY_TWO).scalars())
    return {one.id: _shown(one, known.get(one.id), _by_two(one, wanting), names) for one in found}


def _by_two(incident: Any, wanting: set[str]) -> bool:
    """Whether an office that sees it by right wants two people, or one that had it did."""
    return bool(
        incident.closes_by_two
        or incident.office_id in wanting
        or incident.second_office_id in wanting
    )


def _shown(incident: Any, row: Any, two: bool, names: Mapping[str, str]) -> dict[str, Any]:
    proposal = None
    open_ = row is not None and not row.settled
    if open_ and rules.stands(row.at, incident.again_at, incident.stopped_at):
        proposal = {
            "seq": row.seq,
            "outcome": row.outcome,
            "how": row.how,
            "casework": row.casework,
            "at": row.at,
            "by": {"id": row.staff_id, "name": names.get(row.staff_id)},
        }
    return {
        "two_person_close": rules.takes_two(two, incident.kind),
        "proposal": proposal,
        "casework": row is not None and row.settled,
    }


def _facts(tx: Transaction, incident_id: str) -> Facts:
    found = tx.row(_FACTS, incident=incident_id)
    if found is None:
        raise LookupError("no such incident")
    kind, state, again_at, stopped_at, two, seq, staff_id, outcome, how, casework, at = found
    proposal = None
    if rules.stands(at, again_at, stopped_at):
        ending = Ending(Outcome(outcome), How(how) if how else None, bool(casework))
        proposal = Proposal(seq, staff_id, ending, at)
    return Facts(State(state), rules.takes_two(bool(two), kind), proposal)


def _the(facts: Facts, seq: int) -> Proposal:
    """The proposal that was looked at, and no other one that came in its place."""
    if facts.proposal is None or facts.proposal.seq != seq:
        raise NotAllowed("This proposal does not stand any more.", mend="Reload the incident.")
    return facts.proposal


def _words(tx: Transaction, reader: Reader, incident_id: str, seq: int) -> Words:
    opened = reader.incident(tx, incident_id)
    if opened is None:
        raise Forbidden(
            "You cannot read what you would confirm.",
            mend="A colleague grants you the office's key.",
        )
    secret = reader.entry_secret(opened, EntryRow(tx.row(_PROPOSED, seq=seq) or ()))
    return Words(secret.reason or "", secret.reference or "")


def _propose(
    tx: Transaction,
    vault: Vault,
    staff_id: str,
    incident_id: str,
    ending: Ending,
    words: Words,
    now: datetime,
) -> None:
    actor = Actor("staff", staff_id)
    detail = {"outcome": ending.outcome} | endings.told(ending)
    seq = timeline.append(
        tx,
        vault,
        incident_id,
        "close_proposed",
        actor,
        now,
        now,
        secret=endings.secret(*words),
        **detail,
    )
    _keep(tx, incident_id, seq, staff_id, ending, now, settled=False)


def _settle(
    tx: Transaction,
    vault: Vault,
    staff_id: str,
    incident_id: str,
    ending: Ending,
    words: Words,
    proposed_by: str | None,
    now: datetime,
) -> None:
    actor, detail = Actor("staff", staff_id), endings.told(ending)
    if proposed_by is not None:
        detail["proposed_by"] = proposed_by
    seq = endings.close(
        tx,
        vault,
        incident_id,
        ending.outcome,
        actor,
        words.reason,
        now,
        reference=words.reference,
        **detail,
    )
    if ending.casework:
        _keep(tx, incident_id, seq, staff_id, ending, now, settled=True)
    else:
        tx.run(_FORGET, incident=incident_id)


def _keep(
    tx: Transaction,
    incident_id: str,
    seq: int,
    staff_id: str,
    ending: Ending,
    now: datetime,
    *,
    settled: bool,
) -> None:
    tx.run(_FORGET, incident=incident_id)
    tx.run(
        _WRITE,
        incident_id=incident_id,
        seq=seq,
        staff_id=staff_id,
        outcome=ending.outcome,
        how=ending.how,
        casework=ending.casework,
        at=now,
        settled=settled,
    )


def _how_many_see(tx: Transaction, office_id: str) -> int:
    above = access.ancestors(office_id, offices.parents(tx))
    active = select(_staff.c.id).where(_staff.c.office_id.in_(above), _staff.c.state == "active")
    return len(tx.execute(active).all())
