"""The whole system for one story: real database, server, sandbox and SDK; time moves by hand.

Nothing here sleeps. The jobs turn when the test presses, answers or moves the clock.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import and_, or_, select

from server import running
from server.app import create_app
from server.carriers.lookup import TwilioNumbers
from server.carriers.twilio import TwilioCarrier
from server.db import Database
from server.domain.access import Role
from server.domain.delivery import CALLS
from server.domain.ladder import Ladder
from server.jobs import check_in, follow_ups, forget, ladder, reconcile, retention
from server.jobs.events import Gathering
from server.jobs.invitations import Invitations
from server.jobs.relay import Relay
from server.jobs.ways import Ways
from server.live import Live
from server.sandbox import courier, journey
from server.services import consents, duty, ladder_timers, ladders, readings, rows, setup, staff
from server.services import follow_ups as news
from server.settings import Settings
from server.tables import Delivery
from server.vault import Ring, Vault
from shared import crypto, wire
from shared.crypto import KeyPair
from tests.support import people
from tests.support.carrier import SmsCarrier
from tests.support.clock import MovableClock
from tests.support.contact_page import ContactPage
from tests.support.office import Officer
from tests.support.people import Activist, Named
from tests.support.phone import Phone
from tests.support.sandbox import ACCOUNT, LINE, TOKEN
from tests.support.stage import Stage
from tests.support.waiting import until
from tests.support.watching import Watching
from tests.support.web import Caller

A_LOOK_OR_TWO = timedelta(milliseconds=1)
A_WEEK = 7 * 86_400
PASSWORD = "four unrelated plain words"
LANGUAGES: tuple[wire.Locale, ...] = ("en",)
_delivery = rows.table(Delivery)


@dataclass(frozen=True)
class Office:
    id: str
    pair: KeyPair


class World:
    """`stack` ends with the story. `vault` is for launchers that seal in their own way."""

    loop: Callable[[], AbstractContextManager[Any]] = asyncio.Runner  # what the jobs turn on

    def __init__(
        self,
        stack: ExitStack,
        stage: Stage,
        folder: Path,
        database_url: str,
        patch: pytest.MonkeyPatch,
        vault: Callable[[Ring], Vault] = Vault,
    ) -> None:
        self._stack = stack
        self._stage = stage
        self._patch = patch
        self._quicken()
        self.folder = folder
        self.clock = MovableClock()
        self.vault = vault(Ring.new())
        self.database = Database(database_url)
        stack.callback(self._close_database)
        self._runner = stack.enter_context(self.loop())
        self.url = stage.url
        self.settings = Settings(
            data=folder,
            public_url=self.url,
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_from=LINE,
        )
        self._live: Live | None = None
        self._watching: Watching | None = None
        self._open_doors()
        stack.callback(self._close_doors)
        self.caller = Caller(self.url)
        stack.callback(self.caller.close)
        self.carrier = SmsCarrier(stage, self.caller, self.work)
        self._sdk = TwilioCarrier(
            ACCOUNT, TOKEN, LINE, stage.sandbox.url, f"{self.url}/twilio/status", timeout=3
        )
        self.ways = Ways(self._sdk)
        stack.callback(lambda: self._runner.run(self.ways.close()))
        self._numbers = TwilioNumbers(ACCOUNT, TOKEN, stage.sandbox.url, timeout=3)
        stack.callback(lambda: self._runner.run(self._numbers.close()))
        self.start_relay()
        self.office = self._first_office()
        self._officers = 0

    # People

    def new_office(
        self, name: str, under: Office | None = None, *, has_read: bool = True
    ) -> Office:
        """`has_read`: its staff have read the texts in every language."""
        above = under.id if under else None
        now = self.clock.now()
        made = Office(
            *self.database.write(
                lambda tx: setup.new_office(tx, self.vault, name, above, "tests", now)
            )
        )
        self.ladder(made, calls=False)
        if has_read:
            self.database.write(
                lambda tx: readings.record_all(tx, self.vault, made.id, "Noor", "tests", now)
            )
        return made

    def ladder(self, office: Office | None = None, **waits: Any) -> None:
        """The office's ladder; phones ring only in stories that set one, and whoever leads is
        asked for a sign of life only where a story says when."""
        subject, now = (office or self.office).id, self.clock.now()
        ladder = Ladder(**{"lead_s": A_WEEK} | waits)
        self.database.write(lambda tx: ladders.set_ladder(tx, subject, ladder, "tests", now))

    def duty_phones(self, *phones: str, office: Office | None = None) -> None:
        """The office's rota, first to ring first."""
        place, now = (office or self.office).id, self.clock.now()
        rota = [duty.Number(phone, "en") for phone in phones]
        self.database.write(lambda tx: duty.set_numbers(tx, self.vault, place, rota, "tests", now))

    def activist(
        self,
        name: str = "Ana",
        *,
        contacts: Sequence[Named] = ("Ben",),
        rings: Sequence[Sequence[Named]] | None = None,
        languages: Sequence[wire.Locale] = LANGUAGES,
        agreed: bool = True,
        office: Office | None = None,
    ) -> Activist:
        """An activist with a paired phone. `rings` in place of `contacts`: several rings."""
        contacts_ = people.contacts_of(name, rings or [contacts], languages)
        token, now = crypto.random_bytes(), self.clock.now()
        office_id = (office or self.office).id
        activist_id = self.database.write(
            lambda tx: people.enrol(tx, self.vault, office_id, name, token, contacts_, agreed, now)
        )
        return Activist(activist_id, name, self.phone(token), contacts_)

    def phone(self, token: bytes) -> Phone:
        phone = Phone(self.url, token, self.clock, self.work)
        self._stack.callback(phone.caller.close)
        return phone

    def staff(
        self,
        name: str = "Noor",
        *,
        office: Office | None = None,
        role: Role = Role.RESPONDER,
        granted: bool = True,
    ) -> Officer:
        """A signed-in staff member. `granted`: a colleague has given them the office's key."""
        self._officers += 1
        email, place, now = (
            f"staff{self._officers}@office.example",
            office or self.office,
            self.clock.now(),
        )

        def enter(tx: Any) -> None:
            staff_id, code = staff.invite(tx, self.vault, place.id, email, name, role, "tests", now)
            staff.accept(tx, self.vault, code, PASSWORD, now)
            if granted:
                staff.grant(tx, self.vault, place.id, place.pair, staff_id, "tests", now)

        self.database.write(enter)
        officer = Officer(self.url, email, PASSWORD, self.work)
        self._stack.callback(officer.hang_up)
        return officer.sign_in()

    def page(self, secret: str) -> ContactPage:
        return ContactPage(self.caller, secret)

    # Time and jobs

    def forward(self, **span: float) -> None:
        """Moves the clock, and lets the jobs do on the way what is due on the way."""
        target = self.clock.now() + timedelta(**span)
        self.work()
        while (due := self._next_due()) is not None and due <= target:
            # Each look at the clock is a tick: what falls due by these is no job's neglect.
            neglected = due < self.clock.now() - A_LOOK_OR_TWO
            assert not neglected, "the jobs leave undone what is due"
            self.clock.forward_to(due)
            self.work()
        self.clock.forward_to(target)
        self.work()

    def work(self) -> None:
        """Every job turns until nothing is due."""
        self._runner.run(self._work())

    def run(self, story: Callable[[Relay], Any]) -> Any:
        """A coroutine on the jobs' own loop, for stories about one turn."""
        return self._runner.run(story(self.relay))

    async def _work(self) -> None:
        while await self._turn():
            pass
        retention.turn(self.database, self.vault, self.clock)

    async def _turn(self) -> int:
        done = check_in.turn(self.database, self.vault, self.clock)
        done += follow_ups.turn(self.database, self.vault, self.clock)
        done += self._gathering.turn()
        done += await self._invitations.turn()
        done += await forget.turn(self.database, self.ways, self.clock)
        while started := await self.relay.turn():
            done += started
        await self.relay.drained()
        return done + ladder.turn(self.database, self.vault, self.clock) + await self.reconcile()

    async def reconcile(self) -> int:
        return await reconcile.turn(
            self.database,
            self.vault,
            self.ways,
            self.clock,
            self.url,
            dead_boots_of=self.boot,
        )

    def _next_due(self) -> datetime | None:
        """The next text, release, rung of a ladder, reminder, or question to the carrier."""
        state, due = _delivery.c.state, _delivery.c.due_at
        polled = and_(state == "sent", due < _delivery.c.expires_at, _delivery.c.kind.not_in(CALLS))
        asking = select(due).where(or_(state == "unknown", polled))
        with self.database.read() as tx:
            times: list[datetime | None] = [row.due_at for row in tx.execute(asking)]
            times += [ladder_timers.next_due(tx), news.next_due(tx), consents.next_due(tx)]
        times.append(self.relay.next_due())
        return min((time for time in times if time is not None), default=None)

    # Starting anew

    def watched(self, **settings: Any) -> Watching:
        """From now on the server is watched over, with these settings."""
        self.settings = replace(self.settings, **settings)
        self._watching = Watching(self.settings, self.database, self.vault, self.clock)
        self._close_doors()
        self._open_doors()
        return self._watching

    def ways_out(self, text: str) -> None:
        """From now on this file of routes is in force; what is known of a way is forgotten."""
        path = self.folder / "routes.toml"
        path.write_text(text)
        path.chmod(0o600)
        sandbox = self.carrier.sandbox.url
        self.settings = replace(self.settings, routes=path, twilio_api_url=sandbox)
        self._runner.run(self.ways.close())
        self.ways = running.ways_for(self.settings)
        self._close_doors()
        self._open_doors()
        self.start_relay()

    def in_production(self) -> None:
        """From now on the server is as `serve` runs it behind a proxy, at an https address."""
        self.settings = replace(self.settings, public_url="https://go.example.org")
        self._close_doors()
        self._open_doors()

    def start_server(self) -> None:
        """In place of the one that runs, at the same address: open sockets are cut."""
        self._close_doors()
        self._stage.restart()
        self._open_doors()

    def _open_doors(self) -> None:
        self._live = Live(self.database, alone=True)
        self._stage.door.app = create_app(
            self.settings,
            database=self.database,
            vault=self.vault,
            clock=self.clock,
            live=self._live,
            watch=self._watching.watch if self._watching else None,
        )

    def _close_database(self) -> None:
        """Once the doors' last readers have let go: the writer alone still has a connection."""
        pool: Any = self.database.engine.pool
        until(lambda: pool.checkedout() <= 1, "the last readers")
        self.database.close()

    def _close_doors(self) -> None:
        if self._live is not None:
            self._live.stop()

    def start_relay(self) -> None:
        """A new boot: what an earlier one has claimed and not settled is nobody's any more."""
        self.boot = str(uuid4())
        self.relay = Relay(self.database, self.vault, self.ways, self.clock, self.url, self.boot)
        self._invitations = Invitations(self.database, self.vault, self._numbers, self.clock)
        self._gathering = Gathering(self.database, self.vault, self.clock)

    def _first_office(self) -> Office:
        self.database.write(lambda tx: setup.new_organisation(tx, crypto.box_pair().public))
        return self.new_office("Dakar office")

    def _quicken(self) -> None:
        """Texts stand still in the sandbox: receipts come when a story says so."""
        self._patch.setattr(journey, "STAYS", {})
        self._patch.setattr(courier, "QUIET", 0.0)

    def receipts_come(self) -> None:
        """From now on the sandbox reports by itself, quickly."""
        self._patch.setattr(journey, "STAYS", {"queued": 0.01, "sent": 0.01})
        self._patch.setattr(courier, "TURN_PAUSE", 0.01)
        self._patch.setattr(courier, "SHUFFLE_SPAN", 0.1)
