"""Who is not protected today: the office's list, in counts and codes."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from server.services import readiness
from server.web.deps import SignedIn, answer, documented, parts_of

router = APIRouter(prefix="/v1", tags=["staff"])


@router.get("/readiness", **documented(secured="session"))
async def list_readiness(request: Request, who: SignedIn) -> Response:
    """Each activist of the own office and of those below it; no contact's name or number."""
    parts, now = parts_of(request), parts_of(request).clock.now()

    def look() -> list[dict[str, Any]]:
        with parts.database.read() as tx:
            found = readiness.all_of(tx, parts.vault, who.sees, readiness.keys_of(who), now)
        return [one._asdict() for one in found]

    return answer({"activists": await asyncio.to_thread(look)})
