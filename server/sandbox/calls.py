"""Calls to the simulated phones: they ring, somebody presses a key or declines, or nobody does."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode, urljoin
from xml.etree import ElementTree

from aiohttp import ClientError, ClientSession, ClientTimeout
from msgspec import Meta
from sqlalchemy import select, update
from starlette.requests import Request
from starlette.responses import Response
from twilio.request_validator import RequestValidator
from yarl import URL

from server.db import Database, Transaction
from server.sandbox import messages
from server.sandbox.controls import answer, problem, read
from server.sandbox.courier import Courier, signed
from server.sandbox.dialect import key_form
from server.sandbox.journey import next_at
from server.sandbox.messages import Row, rows
from server.sandbox.tables import KEEP_WEBHOOK, MOVE_ON, call, message
from shared import wire
from shared.clock import Clock

OPEN: Final = ("queued", "ringing", "in-progress")
PATIENCE: Final = ClientTimeout(total=15)  # as long as Twilio waits for a line's next TwiML


class Keys(wire.Message, frozen=True):
    """What somebody does with a call: named by its `sid`, or the latest to a number.

    `digits` picks up and presses a key, or none where it is empty: so does a mailbox.
    """

    sid: str | None = None
    to: wire.Phone | None = None
    digits: Annotated[str, Meta(pattern=r"^[0-9*#]?$")] = ""
    decline: bool = False


class Calls:
    """The doors to calls."""

    def __init__(
        self, db: Database, clock: Clock, courier: Courier, account_sid: str, auth_token: str
    ) -> None:
        self._db = db
        self._clock = clock
        self._courier = courier
        self._account_sid = account_sid
        self._signer = RequestValidator(auth_token)

    def show(self, request: Request) -> Response:
        with self._db.read() as tx:
            found = placed(tx, request.query_params.get("to"))
        return answer([_shown(row) for row in found])

    async def press(self, request: Request) -> Response:
        pressed = read(Keys, await request.body())
        with self._db.read() as tx:
            row = open_call(tx, pressed)
        if row is None:
            return problem(404, "Not found", "No such call is ringing or on the line.")
        if pressed.decline:
            return answer(_shown(await self._move(row, "busy", row["twiml"])))
        if row["status"] != "in-progress":
            row = await self._move(row, "in-progress", row["twiml"])
        twiml = await self._said_next(row, pressed.digits)
        status = "in-progress" if asks(twiml) else "completed"
        return answer(_shown(await self._move(row, status, twiml)))

    async def _said_next(self, row: Row, digits: str) -> str:
        """The TwiML that a key leads to. A line that nobody presses a key on runs to its end."""
        action = address(row["twiml"])
        if not digits or action is None:
            return ""
        url = urljoin(row["callback"] or "", action)
        form = key_form(row, self._account_sid, digits)
        with suppress(ClientError, OSError, ValueError):
            async with (
                ClientSession(timeout=PATIENCE) as session,
                session.post(
                    URL(url, encoded=True),
                    data=urlencode(form).encode(),
                    headers=signed(self._signer, url, form),
                ) as response,
            ):
                return await response.text() if response.ok else ""
        return ""

    async def _move(self, row: Row, status: str, twiml: str) -> Row:
        """The call in its new status, and that reported where it is news."""
        now = self._clock.now()
        moved = {
            **row,
            "at_seq": row["seq"],
            "status": status,
            "twiml": twiml or row["twiml"],
            "updated_at": now,
            "next_at": next_at(status, now) if status in OPEN else None,
        }

        def unit(tx: Transaction) -> None:
            tx.run(MOVE_ON, **moved)
            tx.execute(update(call).where(call.c.sid == row["sid"]).values(twiml=moved["twiml"]))
            if status != row["status"]:
                tx.run_many(KEEP_WEBHOOK, self._courier.receipts(moved, now))

        await self._db.write_soon(unit)
        self._courier.wake()
        return moved


def keep(tx: Transaction, row: Row, rings_for: int, events: str) -> None:
    messages.keep(tx, row)
    own = {"sid": row["sid"], "twiml": row["body"], "rings_for": rings_for, "events": events}
    tx.execute(call.insert().values(own))


def placed(tx: Transaction, phone: str | None) -> Sequence[Row]:
    """Every call to that phone, or to all, oldest first."""
    query: Any = select(message, call.c.twiml, call.c.rings_for, call.c.events).join(
        call, call.c.sid == message.c.sid
    )
    if phone is not None:
        query = query.where(message.c.phone == phone)
    return rows(tx, query.order_by(message.c.seq))


def open_call(tx: Transaction, pressed: Keys) -> Row | None:
    """The latest that rings or is on the line."""
    found = [
        row
        for row in placed(tx, pressed.to)
        if row["status"] in OPEN and pressed.sid in (None, row["sid"])
    ]
    return found[-1] if found and (pressed.sid or pressed.to) else None


def words(twiml: str) -> str:
    """What the line says, without what it says again; an address of TwiML is given as it is."""
    said = [say.text or "" for say in _elements(twiml, "Say")]
    return " ".join(dict.fromkeys(said)) if said else twiml


def address(twiml: str) -> str | None:
    """Where the first Gather sends a key."""
    return next((gather.get("action") for gather in _elements(twiml, "Gather")), None)


def asks(twiml: str) -> bool:
    return address(twiml) is not None


def _elements(twiml: str, name: str) -> list[ElementTree.Element]:
    with suppress(ElementTree.ParseError):
        root = ElementTree.fromstring(twiml)  # noqa: S314 - what our own server says
        return list(root.iter(name))
    return []


def _shown(row: Row) -> dict[str, str | datetime]:
    return {
        "sid": row["sid"],
        "to": row["phone"],
        "from": row["line"],
        "words": words(row["twiml"]),
        "twiml": row["twiml"],
        "status": row["status"],
        "created_at": row["created_at"],
    }
