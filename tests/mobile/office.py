"""A small real server for the phone: sockets and HTTP on one port, keeping all that it gets."""

import asyncio
import base64
import json
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any
from uuid import UUID, uuid4

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from shared import wire

TOKEN = bytes(range(32))
STOP_CODE = "2580"
DURESS_CODE = "1470"


NOT_KNOWN = wire.Problem(title="Unauthorized", status=401, detail="Pair the phone again.")


class Office:
    """Knows one phone. `deaf_on` closes a way, `silent` stores and never answers."""

    def __init__(self, port: int = 0) -> None:
        self.heard: list[tuple[str, UUID]] = []
        self.alerts: dict[UUID, wire.Accepted] = {}
        self.said: list[wire.Alert] = []
        self.positions: list[wire.Position] = []
        self.batteries: list[float | None] = []
        self.refused = 0
        self.states: list[wire.PhoneState] = []
        self.stated: list[str] = []
        self.codes: list[str] = []
        self.timer: datetime | None = None
        self.raised: wire.Accepted | None = None
        self.looks = 0
        self.pairings: list[wire.Pairing] = []
        self.profiles: list[wire.ProfileUpdate] = []
        self.progress: dict[UUID, wire.Progress] = {}
        self.authorizations: set[str] = set()
        self.deaf_on: set[str] = set()
        self.silent = False
        self.latency_s = 0.0
        self.status: int | None = None
        self.token = TOKEN
        self._sockets: set[WebSocket] = set()
        self._listening = socket.create_server(("127.0.0.1", port))
        self.port = int(self._listening.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Office":
        config = uvicorn.Config(
            self._app(), log_level="critical", ws="websockets-sansio", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        wait_for(lambda: self._server.started)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listening.close()

    @property
    def incident_ids(self) -> set[UUID]:
        return {accepted.incident_id for accepted in self.alerts.values()}

    def change(self, **changes: Any) -> wire.Progress:
        """The newest incident moves on; a phone that is not connected has to ask."""
        known = list(self.progress.values())[-1]
        moved = msgspec.structs.replace(known, **changes)
        self.progress[known.incident_id] = moved
        return moved

    def push(self, **changes: Any) -> None:
        """The newest incident moves on, and every open socket is told."""
        frame = wire.encode(wire.PushFrame(body=self.change(**changes))).decode()
        for opened in list(self._sockets):
            asyncio.run_coroutine_threadsafe(opened.send_text(frame), self._loop).result(2)

    def hang_up(self) -> None:
        for opened in list(self._sockets):
            asyncio.run_coroutine_threadsafe(opened.close(1012), self._loop).result(2)

    def _serve(self) -> None:
        async def serving() -> None:
            self._loop = asyncio.get_running_loop()
            await self._server.serve(sockets=[self._listening])

        asyncio.run(serving())

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/pairings", self._pair, methods=["POST"]),
                Route("/v1/profile", self._profile, methods=["PUT"]),
                Route("/v1/profile/standing", self._standing_of_contacts, methods=["GET"]),
                Route("/v1/{path:path}", self._over_http, methods=["GET", "POST", "PUT", "PATCH"]),
                WebSocketRoute("/v1/phone", self._over_socket),
            ]
        )

    def _knows(self, authorization: str | None) -> bool:
        self.authorizations.add(authorization or "")
        bearer = base64.urlsafe_b64encode(self.token).decode().rstrip("=")
        return authorization == f"Bearer {bearer}"

    async def _pair(self, request: Request) -> Response:
        pairing = wire.decode(wire.Pairing, await request.body())
        if pairing.code != "right-code":
            return Response(b"{}", 403)
        self.pairings.append(pairing)
        paired = wire.Paired(activist_id="a", device_id="d", office_key="k" * 43, contacts=3)
        return Response(wire.encode(paired), 201)

    async def _profile(self, request: Request) -> Response:
        if not self._knows(request.headers.get("authorization")):
            return Response(b"{}", 401)
        self.profiles.append(wire.decode(wire.ProfileUpdate, await request.body()))
        return await self._standing_of_contacts(request)

    async def _standing_of_contacts(self, _: Request) -> Response:
        return Response(wire.encode(wire.Standing(contacts=[])), 200)

    async def _over_socket(self, opened: WebSocket) -> None:
        if "socket" in self.deaf_on or not self._knows(opened.headers.get("authorization")):
            return await opened.close()
        await opened.accept()
        self._sockets.add(opened)
        try:
            while True:
                frame = wire.decode(wire.PhoneFrame, await opened.receive_text())
                status, body = await self._answer("socket", frame.type, None, bytes(frame.body))
                if not self.silent:
                    answer = {"type": "answer", "ref": frame.ref, "status": status}
                    await opened.send_text(json.dumps(answer | {"body": json.loads(body)}))
        except WebSocketDisconnect:
            pass
        finally:
            self._sockets.discard(opened)

    async def _over_http(self, request: Request) -> Response:
        if not self._knows(request.headers.get("authorization")):
            return Response(wire.encode(NOT_KNOWN), 401)
        if "https" in self.deaf_on:
            return RedirectResponse("http://127.0.0.2:1/portal")
        path = request.path_params["path"].split("/")
        named = {"alerts": "alert", "phone": "state"}.get(path[0], "progress")
        kind = path[2] if len(path) == 3 else named
        if path[0] == "check-in":
            steps = {"GET": "check_in_look", "POST": "check_in", "PATCH": "check_in_later"}
            kind = steps[request.method] if len(path) == 1 else "check_in_end"
            path = path[:1]
        incident_id = UUID(path[1]) if len(path) > 1 else None
        status, body = await self._answer("https", kind, incident_id, await request.body())
        return Response(body, status)

    async def _answer(
        self, way: str, kind: str, incident_id: UUID | None, body: bytes
    ) -> tuple[int, bytes]:
        if self.status is not None:
            self.refused += 1
            return self.status, b"{}"
        status, message = getattr(self, f"_{kind}")(way, incident_id, body)
        await asyncio.sleep(self.latency_s)
        return status, wire.encode(message)

    def _alert(self, way: str, _: UUID | None, body: bytes) -> tuple[int, Any]:
        alert = wire.decode(wire.Alert, body)
        self.heard.append((way, alert.id))
        self.said.append(alert)
        if known := self.alerts.get(alert.id):
            return 200, known
        now = datetime.now(UTC)
        going_on = [
            p for p in self.progress.values() if p.state in ("pending", "open", "acknowledged")
        ]
        incident_id = going_on[-1].incident_id if going_on else uuid4()
        self.alerts[alert.id] = wire.Accepted(
            incident_id=incident_id,
            alert_id=alert.id,
            received_at=now,
            release_at=now + timedelta(seconds=alert.countdown_s),
            contacts=3,
        )
        self.progress.setdefault(incident_id, progress_of(incident_id))
        return 201, self.alerts[alert.id]

    def _positions(self, _: str, incident_id: UUID | None, body: bytes) -> tuple[int, Any]:
        if incident_id is None:
            sent: wire.Positions | wire.Fixes = wire.decode(wire.Positions, body)
        else:
            sent = wire.decode(wire.Fixes, body)
        self.positions += sent.positions
        self.batteries.append(sent.battery)
        return 200, wire.PositionsTaken(stored=len(sent.positions))

    def _state(self, way: str, __: UUID | None, body: bytes) -> tuple[int, Any]:
        self.stated.append(way)
        self.states.append(wire.decode(wire.PhoneState, body))
        return 200, self.states[-1]

    def _check_in(self, _: str, __: UUID | None, body: bytes) -> tuple[int, Any]:
        self.timer = wire.decode(wire.CheckIn, body).due_at
        return 201, self._standing()

    def _check_in_later(self, _: str, __: UUID | None, body: bytes) -> tuple[int, Any]:
        asked = wire.decode(wire.CheckInChange, body)
        return self._coded(asked.code or "", asked.due_at)

    def _check_in_end(self, _: str, __: UUID | None, body: bytes) -> tuple[int, Any]:
        return self._coded(wire.decode(wire.CheckInEnd, body).code, None)

    def _check_in_look(self, *_: object) -> tuple[int, Any]:
        self.looks += 1
        return 200, self._standing()

    def raises(self) -> None:
        """The timer ran out: its alert is open."""
        now = datetime.now(UTC)
        self.raised = wire.Accepted(
            incident_id=uuid4(), alert_id=uuid4(), received_at=now, release_at=now, contacts=3
        )
        self.progress[self.raised.incident_id] = progress_of(self.raised.incident_id)
        self.timer = None

    def _coded(self, code: str, due_at: datetime | None) -> tuple[int, Any]:
        self.codes.append(code)
        if code not in (STOP_CODE, DURESS_CODE):
            return 403, wire.Problem(title="Wrong code", status=403, detail="Try again.")
        self.timer = due_at
        return 200, self._standing()

    def _standing(self) -> wire.CheckInStanding:
        return wire.CheckInStanding(now=datetime.now(UTC), due_at=self.timer, incident=self.raised)

    def _stop(self, _: str, incident_id: UUID | None, body: bytes) -> tuple[int, Any]:
        if incident_id is None:
            asked = wire.decode(wire.StopRequest, body)
            incident_id, code = asked.incident_id, asked.code
        else:
            code = wire.decode(wire.Stop, body).code
        self.codes.append(code)
        if code not in (STOP_CODE, DURESS_CODE):
            return 403, wire.Problem(title="Wrong code", status=403, detail="Try again.")
        self.progress[incident_id] = progress_of(incident_id, "claimed_safe")
        return 200, self.progress[incident_id]

    def _progress(self, _: str, incident_id: UUID | None, body: bytes) -> tuple[int, Any]:
        asked = incident_id or wire.decode(wire.ProgressRequest, body).incident_id
        return 200, self.progress[asked]


def progress_of(incident_id: UUID, state: wire.State = "open") -> wire.Progress:
    return wire.Progress(
        incident_id=incident_id,
        state=state,
        contacts=3,
        notified=3,
        delivered=2,
        acknowledged=0,
        office=False,
    )


def wait_for(happened: Callable[[], object], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.01)
