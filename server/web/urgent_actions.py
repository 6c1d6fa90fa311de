"""Urgent Actions at the staff's door: drafted, changed, submitted, confirmed by another."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Request
from msgspec import Meta
from starlette.responses import Response

from server.domain.errors import NotKnown
from server.services import urgent_actions
from server.services.staff import Session
from server.services.urgent_actions import Appeal
from server.web.deps import Parts, RawBody, SignedIn, answer, documented, parts_of
from server.web.sign_in import Nothing
from server.web.staff import IncidentId
from shared import wire

router = APIRouter(prefix="/v1", tags=["staff"])

Long = Annotated[str, Meta(max_length=4000)]
Short = Annotated[str, Meta(max_length=500)]
Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class NewAppeal(wire.Message, frozen=True):
    """In which language an Urgent Action is drafted."""

    locale: wire.Locale = "en"


class AppealText(wire.Message, frozen=True):
    """What an Urgent Action says: who, what happened, what to ask of whom, by when.

    `number`: the version that was read before this was written.
    """

    number: Number
    who: Short = ""
    what_happened: Long = ""
    demands: Long = ""
    addressees: Long = ""
    act_by: date | None = None
    languages: Short = ""
    sources: Long = ""
    photo: bool = False
    decision: Short = ""


class AppealConfirmation(wire.Message, frozen=True):
    """The version that was read."""

    number: Number


def read_action(action_id: str) -> str:
    try:
        return str(UUID(action_id))
    except ValueError:
        raise NotKnown("There is no such Urgent Action in your office.") from None


ActionId = Annotated[str, Depends(read_action)]


@router.get("/urgent-actions", **documented(secured="session"))
def list_urgent_actions(request: Request, who: SignedIn) -> Response:
    """Those of the incidents one sees, newest first, without their words."""
    parts = parts_of(request)
    with parts.database.read() as tx:
        return answer({"urgent_actions": urgent_actions.listed(tx, parts.vault, who)})


@router.post(
    "/incidents/{incident_id}/urgent-actions",
    **documented(NewAppeal, status=201, secured="session"),
)
def draft_urgent_action(
    request: Request, who: SignedIn, incident_id: IncidentId, body: RawBody
) -> Response:
    """A draft with what is known filled in."""
    parts, wish = parts_of(request), wire.decode(NewAppeal, body or b"{}")
    now = parts.clock.now()
    made = parts.database.write(
        lambda tx: urgent_actions.draft(tx, parts.vault, who, incident_id, wish.locale, now)
    )
    return _shown(parts, who, made, 201)


@router.get("/urgent-actions/{action_id}", **documented(secured="session"))
def get_urgent_action(request: Request, who: SignedIn, action_id: ActionId) -> Response:
    """Its words, what the person agreed to, and what keeps it from being final."""
    return _shown(parts_of(request), who, action_id)


@router.put("/urgent-actions/{action_id}", **documented(AppealText, secured="session"))
def put_urgent_action(
    request: Request, who: SignedIn, action_id: ActionId, body: RawBody
) -> Response:
    """Other words; what was submitted is a draft again. 409 where it was changed meanwhile."""
    parts, text = parts_of(request), msgspec.structs.asdict(wire.decode(AppealText, body))
    number, now = text.pop("number"), parts.clock.now()
    appeal = Appeal(**text)
    parts.database.write(
        lambda tx: urgent_actions.save(tx, parts.vault, who, action_id, number, appeal, now)
    )
    return _shown(parts, who, action_id)


@router.post("/urgent-actions/{action_id}/submit", **documented(Nothing, secured="session"))
def submit_urgent_action(
    request: Request, who: SignedIn, action_id: ActionId, body: RawBody
) -> Response:
    """Lays it before a colleague. 409 while something keeps it from being final."""
    wire.decode(Nothing, body or b"{}")
    parts = parts_of(request)
    now = parts.clock.now()
    parts.database.write(lambda tx: urgent_actions.submit(tx, parts.vault, who, action_id, now))
    return _shown(parts, who, action_id)


@router.post(
    "/urgent-actions/{action_id}/confirm", **documented(AppealConfirmation, secured="session")
)
def confirm_urgent_action(
    request: Request, who: SignedIn, action_id: ActionId, body: RawBody
) -> Response:
    """The second person's word: it is final."""
    number, parts = wire.decode(AppealConfirmation, body).number, parts_of(request)
    now = parts.clock.now()
    parts.database.write(
        lambda tx: urgent_actions.confirm(tx, parts.vault, who, action_id, number, now)
    )
    return _shown(parts, who, action_id)


def _shown(parts: Parts, who: Session, action_id: str, status: int = 200) -> Response:
    with parts.database.read() as tx:
        return answer(urgent_actions.shown(tx, parts.vault, who, action_id), status)
