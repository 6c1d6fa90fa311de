"""The line from a phone on its way, and an office at its end that keeps the newest place."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from mobile.core.uplink import Method
from mobile.device.link import PING_S, PONG_S, TIMEOUT_S, Answer, Socket, Unreachable
from shared import wire
from tests.soak.travelling import Handheld

HANDSHAKE: Final = (1_800, 4_500)  # bytes there and back: TCP, TLS, and the first request
KINDS: Final = {
    "POST /v1/alerts": "alert",
    "PUT /v1/phone": "state",
    "GET /v1/check-in": "check_in_look",
}
FRAME: Final = 95  # bytes around each frame: TCP/IP, TLS, WebSocket, and its acknowledgement


@dataclass
class FarOffice:
    """Answers as the server does; `newest` is the place it would show."""

    began: datetime
    newest: datetime | None = None
    incident_id: UUID = field(default_factory=uuid4)
    positions: int = 0
    batches: int = 0

    def answer(self, kind: str, body: bytes, now: float) -> tuple[int, bytes]:
        match kind:
            case "alert":
                status, said = self._alert(wire.decode(wire.Alert, body), now)
            case "positions":
                status, said = 200, self._positions(wire.decode(wire.Positions, body))
            case "progress":
                status, said = 200, self._progress()
            case "check_in_look":
                at = self.began + timedelta(seconds=now)
                status, said = 200, wire.CheckInStanding(now=at, due_at=None, incident=None)
            case "state":
                status, said = 200, wire.decode(wire.PhoneState, body)
            case _:
                return 404, b"{}"
        return status, wire.encode(said)

    def _alert(self, alert: wire.Alert, now: float) -> tuple[int, Any]:
        at = self.began + timedelta(seconds=now)
        self._place(alert.position)
        accepted = wire.Accepted(
            incident_id=self.incident_id,
            alert_id=alert.id,
            received_at=at,
            release_at=at,
            contacts=3,
        )
        return 201, accepted

    def _positions(self, sent: wire.Positions) -> wire.PositionsTaken:
        self.positions += len(sent.positions)
        self.batches += 1
        for position in sent.positions:
            self._place(position)
        return wire.PositionsTaken(stored=len(sent.positions))

    def _place(self, position: wire.Position | None) -> None:
        if position and (self.newest is None or position.at > self.newest):
            self.newest = position.at

    def _progress(self) -> wire.Progress:
        return wire.Progress(
            incident_id=self.incident_id,
            state="open",
            contacts=3,
            notified=3,
            delivered=3,
            acknowledged=0,
            office=False,
        )


class FarLink:
    """Where there is no network nothing is refused: it is silent, as on a real road."""

    def __init__(self, phone: Handheld, office: FarOffice) -> None:
        self.phone = phone
        self.office = office

    async def open(self, server: str, bearer: str) -> Socket | Unreachable:
        if not await self._reached():
            return Unreachable()
        return FarSocket(self)

    async def request(
        self, server: str, bearer: str | None, method: Method, path: str, body: bytes | None
    ) -> Answer | Unreachable:
        if not await self._reached():
            return Unreachable()
        kind = KINDS.get(f"{method} {path}")
        if kind is None and path.endswith("/positions"):
            kind, fixes = "positions", wire.decode(wire.Fixes, body or b"")
            body = wire.encode(
                wire.Positions(
                    incident_id=self.office.incident_id,
                    positions=fixes.positions,
                    battery=fixes.battery,
                )
            )
        if not await self.carried(len(body or b"")):
            return Unreachable()
        status, said = self.office.answer(kind or "progress", body or b"", self.phone.ticks())
        return Answer(status, said)

    async def _reached(self) -> bool:
        self.phone.meter.radio(self.phone.ticks())
        _, delay = self.phone.here().line
        await asyncio.sleep(3 * delay)
        if self.phone.here().ground.has_network:
            self.phone.meter.sent += HANDSHAKE[0]
            self.phone.meter.received += HANDSHAKE[1]
            return True
        await asyncio.sleep(TIMEOUT_S - 3 * delay)
        return False

    async def carried(self, size: int) -> bool:
        """Whether so many bytes get through, in the time that they take here."""
        speed, delay = self.phone.here().line
        lasting = (size + FRAME) / speed + delay
        self.phone.meter.sent += size + FRAME
        self.phone.meter.radio(self.phone.ticks(), lasting)
        await asyncio.sleep(lasting)
        self.phone.meter.received += FRAME
        return self.phone.here().ground.has_network


class FarSocket:
    """What is on its way when the network goes is lost; a line at rest is found dead by a ping."""

    def __init__(self, link: FarLink) -> None:
        self._link = link
        self._answers: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._carrying: set[asyncio.Task[None]] = set()
        self._pinging = asyncio.create_task(self._ping())

    async def send(self, frame: bytes) -> bool:
        task = asyncio.create_task(self._carry(frame))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)
        return True

    async def receive(self) -> str | bytes | None:
        return await self._answers.get()

    async def close(self) -> None:
        for task in (self._pinging, *self._carrying):
            task.cancel()

    async def _carry(self, frame: bytes) -> None:
        if not await self._link.carried(len(frame)):
            return
        asked = wire.decode(wire.PhoneFrame, frame)
        now = self._link.phone.ticks()
        status, body = self._link.office.answer(asked.type, bytes(asked.body), now)
        answer = {"type": "answer", "ref": asked.ref, "status": status, "body": json.loads(body)}
        said = json.dumps(answer).encode()
        self._link.phone.meter.received += len(said) + FRAME
        self._answers.put_nowait(said)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_S)
            if not await self._link.carried(6):
                await asyncio.sleep(PONG_S)
                self._answers.put_nowait(None)
                return
