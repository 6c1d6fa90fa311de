"""Moves messages on and posts signed webhooks, from rows: what is due survives a restart."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator
from yarl import URL

from server.db import Database, Transaction, Unavailable
from server.sandbox.dialect import inbound_form, status_form
from server.sandbox.faults import Weather
from server.sandbox.journey import next_at, onward
from server.sandbox.messages import Row, rows
from server.sandbox.office_phone import Phone, received, report
from server.sandbox.tables import (
    DROP_WEBHOOK,
    KEEP_WEBHOOK,
    MOVE_ON,
    RETRY_WEBHOOK,
    call,
    message,
    webhook,
)
from shared.clock import Clock

log = logging.getLogger(__name__)

WORKERS: Final = 8
STEPS: Final = 256  # messages moved on in one turn
POSTS: Final = 64  # webhooks posted in one turn
TURN_PAUSE: Final = 0.1  # seconds between looks while something is pending
QUIET: Final = 0.05  # seconds without a new text, after which a burst counts as over
POLITE: Final = 0.25  # seconds that each turn waits in a burst: receipts only trickle
TRIES: Final = 2  # Twilio posts once more, within 15 s
RETRY_AFTER: Final = timedelta(seconds=5)
TIMEOUT: Final = ClientTimeout(total=15, sock_connect=5)
APART: Final = timedelta(milliseconds=300)  # a doubled receipt
# The events of a call that come with a status, and what they report; its end is `completed`.
EVENTS: Final[Mapping[str, Mapping[str, str]]] = {
    "queued": {},
    "ringing": {"initiated": "initiated", "ringing": "ringing"},
    "in-progress": {"answered": "in-progress"},
}
SHUFFLE_SPAN: Final = 2.0  # seconds; longer than a message takes from end to end


@dataclass(frozen=True, slots=True)
class Turn:
    """Webhooks to post now, and whether anything at all is pending."""

    due: Sequence[Row]
    pending: bool


class Courier:
    """The only writer of statuses, and the only one who posts."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        weather: Weather,
        account_sid: str,
        auth_token: str,
        inbound_url: str,
        phone: Phone | None = None,
    ) -> None:
        self._inbound_url = inbound_url
        self._phone = phone
        self._db = db
        self._clock = clock
        self._weather = weather
        self._account_sid = account_sid
        self._signer = RequestValidator(auth_token)
        self._woken = asyncio.Event()
        self._taken_at = 0.0

    def taken(self) -> None:
        """A text was accepted: the next ones go first."""
        self._taken_at = asyncio.get_running_loop().time()
        self.wake()

    def wake(self) -> None:
        """There is something to post."""
        self._woken.set()

    async def run(self) -> None:
        async with ClientSession(connector=TCPConnector(limit=WORKERS), timeout=TIMEOUT) as session:
            while True:
                try:
                    await self._turn(session)
                except Unavailable:
                    log.exception("the sandbox could not move its messages on")
                    await asyncio.sleep(1)

    async def _turn(self, session: ClientSession) -> None:
        self._woken.clear()
        turn = await self._db.write_soon(lambda tx: self._advance(tx, self._clock.now()))
        if turn.due:
            await self._let_texts_go_first()
            await self._post_all(session, turn.due)
        elif turn.pending:
            await asyncio.sleep(TURN_PAUSE)
        else:
            await self._woken.wait()

    def _advance(self, tx: Transaction, now: datetime) -> Turn:
        ready = (
            select(message, call.c.rings_for, call.c.events)
            .outerjoin(call, call.c.sid == message.c.sid)
            .where(message.c.next_at <= now)
        )
        moved = [_moved(row, now) for row in rows(tx, ready.order_by("next_at").limit(STEPS))]
        tx.run_many(MOVE_ON, moved)
        tx.run_many(KEEP_WEBHOOK, [hook for row in moved for hook in self.receipts(row, now)])
        due = select(webhook).where(webhook.c.due_at <= now).order_by("due_at", "id")
        soonest = [select(func.min(column)) for column in (message.c.next_at, webhook.c.due_at)]
        pending = any(tx.execute(query).scalar() is not None for query in soonest)
        return Turn(rows(tx, due.limit(POSTS)), pending)

    def receipts(self, row: Row, now: datetime) -> list[dict[str, Any]]:
        """The webhooks for a message that has just come to its status."""
        phone = self._phone_at(row["callback"])
        mode = (phone.weather if phone else self._weather).callbacks()
        if row["callback"] is None or mode == "drop":
            return []
        if mode == "shuffle":
            now += timedelta(seconds=self._weather.chance() * SHUFFLE_SPAN)
        times = (now, now + APART) if mode == "duplicate" else (now,)
        reports = [
            report(row, status) if phone else status_form(row, self._account_sid, status)
            for status in told(row)
        ]
        return [
            hook(row["sid"], row["callback"], form, at)
            for form in reports
            if form is not None
            for at in times
        ]

    def keep_inbound(self, tx: Transaction, row: Row, now: datetime) -> None:
        """The webhook for a contact's answer, in the same transaction as the answer."""
        url, form = self._inbound_url, inbound_form(row, self._account_sid)
        if self._phone is not None and row["line"] == self._phone.number:
            url, form = self._phone.webhook_url, received(row)
        tx.run(KEEP_WEBHOOK, **hook(row["sid"], url, form, now))

    def _phone_at(self, url: str | None) -> Phone | None:
        return self._phone if self._phone and self._phone.webhook_url == url else None

    async def _let_texts_go_first(self) -> None:
        if asyncio.get_running_loop().time() - self._taken_at < QUIET:
            await asyncio.sleep(POLITE)

    async def _post_all(self, session: ClientSession, due: Sequence[Row]) -> None:
        """Side by side, but one message's receipts one after the other."""
        by_message: dict[str, list[Row]] = defaultdict(list)
        for row in due:
            by_message[row["sid"]].append(row)
        lanes = iter(by_message.values())
        posted: list[tuple[Row, bool]] = []

        async def work() -> None:
            for lane in lanes:
                for row in lane:
                    posted.append((row, await self._post(session, row)))

        async with asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(work())
        again = self._clock.now() + RETRY_AFTER
        await self._db.write_soon(lambda tx: _settle(tx, posted, again))

    async def _post(self, session: ClientSession, row: Row) -> bool:
        """Whether the other side was there; what it answered is its own affair, as at Twilio."""
        form = msgspec.json.decode(row["form"], type=dict[str, str])
        if phone := self._phone_at(row["url"]):
            body, headers = form["body"], phone.headers(form["body"], self._clock.now())
        else:
            body, headers = urlencode(form), signed(self._signer, row["url"], form)
        with suppress(ClientError, OSError, ValueError):
            async with session.post(
                URL(row["url"], encoded=True), data=body.encode(), headers=headers
            ) as response:
                await response.read()
                return True
        return False


def signed(signer: RequestValidator, url: str, form: Mapping[str, str]) -> dict[str, str]:
    """The headers of a webhook."""
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "TwilioProxy/1.1",
        "X-Twilio-Signature": signer.compute_signature(url, form),
    }


def told(row: Row) -> list[str]:
    """The statuses to report; of a call those of the events that it asked for."""
    if row["kind"] != "call":
        return [row["status"]]
    events = EVENTS.get(row["status"], {"completed": row["status"]})
    return [status for event, status in events.items() if event in row["events"].split()]


def hook(sid: str, url: str, form: Mapping[str, str], due_at: datetime) -> dict[str, Any]:
    return {
        "sid": sid,
        "url": url,
        "form": msgspec.json.encode(form).decode(),
        "due_at": due_at,
    }


def _moved(row: Row, now: datetime) -> dict[str, Any]:
    status = onward(row["kind"], row["status"], row["fate"])
    ended_badly = status in ("undelivered", "failed")
    return {
        **row,
        "at_seq": row["seq"],
        "status": status,
        "error_code": row["fate"] if ended_badly else None,
        "sent_at": now if status == "sent" else row["sent_at"],
        "updated_at": now,
        "next_at": next_at(status, now, row["rings_for"]),
    }


def _settle(tx: Transaction, posted: Sequence[tuple[Row, bool]], again: datetime) -> None:
    for row, arrived in posted:
        if arrived or row["tries"] + 1 >= TRIES:
            tx.run(DROP_WEBHOOK, webhook_id=row["id"])
        else:
            tx.run(RETRY_WEBHOOK, webhook_id=row["id"], due_at=again)
