"""The operator's inbox, at an address that Apprise knows how to post to."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response


class Inbox:
    """Takes what Apprise's `json://` posts, and answers with a status."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.status = 200

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for moment in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{moment}.complete"})
            return
        self.posts.append(json.loads(await Request(scope, receive).body()))
        await Response(status_code=self.status)(scope, receive, send)
