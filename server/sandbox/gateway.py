"""The local server of an office phone that runs android-sms-gateway, as the sandbox plays it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from server.db import Database, Transaction
from server.sandbox import messages
from server.sandbox.api import hang, reset
from server.sandbox.controls import answer, read
from server.sandbox.faults import Faults, Verdict
from server.sandbox.office_phone import REASON, Phone
from server.sandbox.tables import KEEP_MESSAGE
from shared.clock import Clock

STATES: Final[Mapping[str, str]] = {
    "queued": "Pending",
    "sent": "Sent",
    "delivered": "Delivered",
    "undelivered": "Failed",
    "failed": "Failed",
}


class Content(msgspec.Struct, frozen=True):
    text: str


class Post(msgspec.Struct, frozen=True):
    """The body of `POST /message`, as far as it matters here."""

    id: str
    textMessage: Content
    phoneNumbers: list[str]


class Door:
    """The phone's local server."""

    def __init__(self, phone: Phone, db: Database, clock: Clock, taken: Callable[[], None]) -> None:
        self._phone = phone
        self._db = db
        self._clock = clock
        self._taken = taken

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/gateway/message", self.take, methods=["POST"]),
            Route("/gateway/message/{id}", self.show),
            Route("/gateway/health", self.health),
            Route("/_sandbox/faults/phone", self.change_faults, methods=["PUT"]),
        ]

    async def take(self, request: Request) -> Response:
        if not self._phone.admits(request):
            return Response(status_code=401)
        try:
            post = msgspec.json.decode(await request.body(), type=Post)
        except msgspec.DecodeError:
            return Response(status_code=400)
        verdict = self._verdict(post)
        if verdict.hang or verdict.reset:
            await (hang if verdict.hang else reset)(request.receive)
            return Response(status_code=503)
        if verdict.refusal is not None:
            return Response(status_code=verdict.refusal.status)
        kept = await self._db.write_soon(lambda tx: self._keep(tx, post, verdict.fate))
        self._taken()
        if verdict.reset_after:
            await reset(request.receive)
        return answer({"id": post.id, "state": "Pending"}, 202 if kept else 409)

    def show(self, request: Request) -> Response:
        if not self._phone.admits(request):
            return Response(status_code=401)
        with self._db.read() as tx:
            row = messages.find(tx, request.path_params["id"])
        if row is None:
            return Response(status_code=404)
        state = STATES[row["status"]]
        error = REASON if state == "Failed" else None
        person = {"phoneNumber": row["phone"], "state": state, "error": error}
        return answer({"id": row["sid"], "state": state, "recipients": [person]})

    def health(self, request: Request) -> Response:
        return answer({"status": "pass"})

    async def change_faults(self, request: Request) -> Response:
        faults = read(Faults, await request.body())
        self._phone.weather.change(faults, asyncio.get_running_loop().time())
        return answer(faults)

    def _verdict(self, post: Post) -> Verdict:
        form = {"To": post.phoneNumbers[0]}
        return self._phone.weather.verdict(form, asyncio.get_running_loop().time())

    def _keep(self, tx: Transaction, post: Post, fate: int | None) -> bool:
        """Once: its database refuses an id that it has."""
        if messages.find(tx, post.id) is not None:
            return False
        row = messages.new(
            "text",
            post.phoneNumbers[0],
            self._phone.number,
            post.textMessage.text,
            "queued",
            self._clock.now(),
            fate=fate,
            callback=self._phone.webhook_url,
        )
        tx.run(KEEP_MESSAGE, **{**row, "sid": post.id})
        return True
