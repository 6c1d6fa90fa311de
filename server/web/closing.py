"""How an incident ends at the staff's doors: closed, confirmed by a second person, reopened."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from msgspec import Meta
from starlette.responses import Response

from server.domain.closing import How
from server.domain.incident import Outcome
from server.services import board, closings, incidents
from server.services.reading import Reader
from server.services.staff import Session
from server.web.deps import Parts, RawBody, SignedIn, answer, documented, parts_of
from server.web.ladder import Administrator, visible_office
from server.web.staff import IncidentId
from shared import wire

router = APIRouter(prefix="/v1", tags=["staff"])

Reason = Annotated[str, Meta(max_length=incidents.MAX_TEXT)]
OutcomeWord = Literal[
    "safe", "false_alarm", "released", "detained", "missing", "dead", "drill", "duplicate"
]
HowWord = Literal["voice_and_word", "in_person", "lawyer", "family", "contact", "other"]
Seq = Annotated[int, Meta(ge=1, le=2**53)]


class Closing(wire.Message, frozen=True):
    """`how`: by what the office knows, where somebody is safe."""

    outcome: OutcomeWord
    reason: Reason = ""
    how: HowWord | None = None


class Casework(wire.Message, frozen=True):
    """Closes it, and others go on with it; `reference`: under which they find it."""

    outcome: OutcomeWord
    reference: Annotated[str, Meta(min_length=1, max_length=120)]
    reason: Annotated[str, Meta(min_length=1, max_length=incidents.MAX_TEXT)]


class Confirmation(wire.Message, frozen=True):
    """`proposal`: the `seq` of the one that was looked at."""

    proposal: Seq


class Refusal(wire.Message, frozen=True):
    proposal: Seq
    reason: Reason = ""


class Reopening(wire.Message, frozen=True):
    reason: Reason = ""


class ClosingRule(wire.Message, frozen=True):
    """Whether it takes two people to close an incident of this office."""

    two_person_close: bool


@router.post("/incidents/{incident_id}/close", **documented(Closing, secured="session"))
def close(request: Request, who: SignedIn, incident_id: IncidentId, body: RawBody) -> Response:
    """Closes with an outcome, or proposes it to a second person where the office wants two."""
    closing, parts = wire.decode(Closing, body), parts_of(request)
    now, sees, outcome = parts.clock.now(), set(who.sees), Outcome(closing.outcome)
    how = How(closing.how) if closing.how else None
    parts.database.write(
        lambda tx: incidents.close(
            tx, parts.vault, sees, who.staff_id, incident_id, outcome, closing.reason, now, how=how
        )
    )
    return _summary(parts, who, incident_id)


@router.post("/incidents/{incident_id}/casework", **documented(Casework, secured="session"))
def casework(request: Request, who: SignedIn, incident_id: IncidentId, body: RawBody) -> Response:
    """Closes with an outcome and keeps the record, for those who go on with it."""
    wish, parts = wire.decode(Casework, body), parts_of(request)
    now, sees, outcome = parts.clock.now(), set(who.sees), Outcome(wish.outcome)
    parts.database.write(
        lambda tx: incidents.close(
            tx,
            parts.vault,
            sees,
            who.staff_id,
            incident_id,
            outcome,
            wish.reason,
            now,
            casework=True,
            reference=wish.reference,
        )
    )
    return _summary(parts, who, incident_id)


@router.post(
    "/incidents/{incident_id}/close/confirm", **documented(Confirmation, secured="session")
)
def confirm(request: Request, who: SignedIn, incident_id: IncidentId, body: RawBody) -> Response:
    """The second person's yes to what a colleague has proposed: it is closed."""
    proposal, parts = wire.decode(Confirmation, body).proposal, parts_of(request)
    now, sees = parts.clock.now(), set(who.sees)
    parts.database.write(
        lambda tx: incidents.confirm_close(
            tx,
            parts.vault,
            sees,
            Reader(parts.vault, who),
            who.staff_id,
            incident_id,
            proposal,
            now,
        )
    )
    return _summary(parts, who, incident_id)


@router.post("/incidents/{incident_id}/close/refuse", **documented(Refusal, secured="session"))
def refuse(request: Request, who: SignedIn, incident_id: IncidentId, body: RawBody) -> Response:
    """The second person's no; from who made the proposal, it takes it back."""
    wish, parts = wire.decode(Refusal, body), parts_of(request)
    now, sees = parts.clock.now(), set(who.sees)
    parts.database.write(
        lambda tx: incidents.refuse_close(
            tx, parts.vault, sees, who.staff_id, incident_id, wish.proposal, wish.reason, now
        )
    )
    return _summary(parts, who, incident_id)


@router.post("/incidents/{incident_id}/reopen", **documented(Reopening, secured="session"))
def reopen(request: Request, who: SignedIn, incident_id: IncidentId, body: RawBody) -> Response:
    """Opens a closed incident again."""
    reason, parts = wire.decode(Reopening, body or b"{}").reason, parts_of(request)
    now, sees = parts.clock.now(), set(who.sees)
    parts.database.write(
        lambda tx: incidents.reopen(tx, parts.vault, sees, who.staff_id, incident_id, reason, now)
    )
    return _summary(parts, who, incident_id)


@router.get("/offices/{office_id}/closing", **documented(None, ClosingRule, secured="session"))
def get_rule(request: Request, who: Administrator, office_id: str) -> Response:
    """Whether incidents of this office are closed by two people."""
    parts, office = parts_of(request), visible_office(who, office_id)
    with parts.database.read() as tx:
        return answer(ClosingRule(two_person_close=closings.takes_two(tx, office)))


@router.put(
    "/offices/{office_id}/closing", **documented(ClosingRule, ClosingRule, secured="session")
)
def put_rule(request: Request, who: Administrator, office_id: str, body: RawBody) -> Response:
    """Sets it; proposals that stand can still be confirmed or refused."""
    parts, office = parts_of(request), visible_office(who, office_id)
    wish, now = wire.decode(ClosingRule, body), parts.clock.now()
    parts.database.write(
        lambda tx: closings.set_rule(tx, office, wish.two_person_close, who.staff_id, now)
    )
    return answer(wish)


def _summary(parts: Parts, who: Session, incident_id: str) -> Response:
    with parts.database.read() as tx:
        return answer(board.one(tx, parts.vault, Reader(parts.vault, who), incident_id))
