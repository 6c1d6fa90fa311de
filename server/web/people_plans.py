"""The doors to an activist's plan: who looks is noted, and administrators change it."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from server.services import plans
from server.services.plans import Plan, PlanText
from server.web.deps import RawBody, SignedIn, answer, documented, parts_of
from server.web.ladder import Administrator
from server.web.people_access import ActivistId
from shared import wire

router = APIRouter(prefix="/v1", tags=["staff"])


@router.get("/activists/{activist_id}/plan", **documented(None, Plan, secured="session"))
def get_plan(request: Request, who: SignedIn, activist_id: ActivistId) -> Response:
    """Empty where there is none. It is answered once it is written down who looked."""
    parts, now = parts_of(request), parts_of(request).clock.now()
    return answer(
        parts.database.write(lambda tx: plans.view(tx, parts.vault, who, activist_id, now))
    )


@router.put("/activists/{activist_id}/plan", **documented(PlanText, Plan, secured="session"))
def put_plan(
    request: Request, who: Administrator, activist_id: ActivistId, body: RawBody
) -> Response:
    """Keeps all of it, and notes that it was gone through now."""
    parts, text = parts_of(request), wire.decode(PlanText, body)
    now = parts.clock.now()
    return answer(
        parts.database.write(lambda tx: plans.save(tx, parts.vault, who, activist_id, text, now))
    )
