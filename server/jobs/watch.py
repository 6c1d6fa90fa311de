"""Looks at everything that an alert needs, on a thread outside of it, and pages the operator."""

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.exc import DBAPIError

from server.carriers import account
from server.carriers.account import Account, Unreachable
from server.carriers.pager import Operator, Pager
from server.db import Database, Unavailable
from server.domain import watch as rules
from server.domain.watch import Condition, Credit, Paged, Report
from server.jobs.aside import Aside
from server.services import health, probes, watch
from server.settings import Settings
from server.vault import Vault
from shared.clock import Clock

log = logging.getLogger(__name__)

LOOK = 10.0  # seconds for the database: SQLite waits as long for a lock
PAGE = 30.0  # Apprise gives up on an address after 4 s, and there may be several
PATIENCE = 2.0  # seconds that the end of the server waits for a look
ASK = 30.0  # the carrier: three questions, 10 s each

Ask = Callable[[], Account | Unreachable]


class Watched(Protocol):
    """The jobs, here or in another process."""

    def late(self) -> list[str]:
        """Names of jobs that have not turned for too long."""

    def is_gone(self) -> bool:
        """Whether what runs the jobs has ended, or keeps ending."""


class Watch:
    """One turn every 15 s. What it found last is its `report`."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        vault: Vault,
        clock: Clock,
        jobs: Watched | None,
        operator: Operator | None,
        ask: Ask | None,
    ) -> None:
        """`ask` is the question to the carrier's account; None where nobody need ask it."""
        self._settings = settings
        self._database = database
        self._vault = vault
        self._clock = clock
        self._jobs = jobs
        self._operator = operator
        self._account = None if ask is None else AccountWatch(ask, settings)
        self._looking: Aside[set[Condition]] = Aside("look", LOOK)
        self._paging: Aside[bool] = Aside("page", PAGE)
        self._paged: Paged = rules.NOTHING_PAGED
        self._page_failed_at: datetime | None = None
        self._report = Report(at=clock.now())
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """A look that hangs is not waited for."""
        self._stopping.set()
        self._thread.join(PATIENCE)

    def report(self) -> Report:
        """The last look; `watch_late` on top where it was too long ago."""
        report, now = self._report, self._clock.now()
        if now <= report.at + rules.WATCH_LATE:
            return report
        late = report.conditions | {Condition.WATCH_LATE}
        return Report(at=report.at, conditions=late, credit=report.credit)

    def turn(self) -> Report:
        """Looks, remembers, pages what is new."""
        now = self._clock.now()
        conditions = self._database_and_rows(now) | self._jobs_and_relay()
        credit = None
        if self._account is not None:
            self._account.turn(now)
            conditions |= self._account.conditions
            credit = self._account.credit
        if not self._page(conditions, now):
            conditions.add(Condition.OPERATOR_UNREACHABLE)
        self._report = Report(at=now, conditions=frozenset(conditions), credit=credit)
        return self._report

    def _database_and_rows(self, now: datetime) -> set[Condition]:
        try:
            return self._looking.run(lambda: self._look(now))
        except (TimeoutError, Unavailable, DBAPIError):
            return {Condition.DATABASE_FAILING}

    def _look(self, now: datetime) -> set[Condition]:
        if health.reasons(self._database):
            return {Condition.DATABASE_FAILING}
        every = timedelta(minutes=self._settings.probe_every)
        with self._database.read() as tx:
            found = watch.findings(tx, now)
            news_of_probes = bool(every) and bool(probes.news(tx))
        if news_of_probes:
            self._database.write(probes.note)
        if every:
            found |= self._probe(every, now)
        return found

    def _probe(self, every: timedelta, now: datetime) -> set[Condition]:
        to = self._settings.probe_to
        with self._database.read() as tx:
            due = probes.is_due(tx, every, now)
            decided = probes.last_decided(tx, now)
        if due:
            self._database.write(lambda tx: probes.start_due(tx, self._vault, to, every, now))
        failed = decided is not None and rules.has_failed(decided, now)
        return {Condition.PROBE_FAILED} if failed else set()

    def _jobs_and_relay(self) -> set[Condition]:
        if self._jobs is None:
            return set()
        if self._jobs.is_gone():
            return {Condition.RELAY_GONE}
        return {Condition.JOB_LATE} if self._jobs.late() else set()

    def _page(self, conditions: set[Condition], now: datetime) -> bool:
        """False while the operator should have heard of something and could not."""
        news = rules.news(conditions, self._paged, now)
        if self._operator is None or not news:
            self._page_failed_at = None
            return True
        failed_at = self._page_failed_at
        if failed_at is not None and now < failed_at + rules.PAGE_RETRY:
            return False
        operator = self._operator
        try:
            told = self._paging.run(lambda: operator.page(words(news)))
        except Exception:  # whatever the route's library raises, the watch goes on
            log.exception("the operator's route failed")
            told = False
        if not told:
            log.error("the operator could not be paged", extra={"fault": words(news)})
            self._page_failed_at = now
            return False
        self._page_failed_at = None
        self._paged = rules.after_page(self._paged, news, now)
        return True

    def _run(self) -> None:
        while True:
            try:
                self.turn()
            except Exception:  # one look's fault must not end the watch
                log.exception("the watch failed")
            if self._stopping.wait(rules.EVERY.total_seconds()):
                return


class AccountWatch:
    """Asks the carrier's account now and then: does it answer, does it pay, how far does it go."""

    def __init__(self, ask: Ask, settings: Settings) -> None:
        self._ask = ask
        self._settings = settings
        self._asking: Aside[Account | Unreachable] = Aside("account", ASK)
        self._due: datetime | None = None
        self._silences = 0
        self.conditions: set[Condition] = set()
        self.credit: Credit | None = None

    def turn(self, now: datetime) -> None:
        """What was known last stays until the carrier answers again."""
        if self._due is not None and now < self._due:
            return
        try:
            answer = self._asking.run(self._ask)
        except TimeoutError:
            answer = Unreachable(None)
        if isinstance(answer, Account):
            self._silences = 0
            self._due = now + rules.CREDIT_EVERY
            self._answered(answer)
        else:
            self._silences += 1
            self._due = now + rules.CREDIT_RETRY
            self._unreachable(answer)

    def _answered(self, answer: Account) -> None:
        self.credit = credit_of(answer, self._settings)
        self.conditions = set()
        if answer.status != "active":
            self.conditions.add(self._broken(Condition.CARRIER_REFUSES))
        if rules.is_low(self.credit, self._settings.least_texts):
            self.conditions.add(Condition.CREDIT_LOW)

    def _unreachable(self, answer: Unreachable) -> None:
        if self._silences < rules.SILENCES:
            return
        lost = {Condition.CARRIER_REFUSES, Condition.CARRIER_UNREACHABLE, Condition.WAY_DOWN}
        refused = answer.status in (401, 403)
        why = Condition.CARRIER_REFUSES if refused else Condition.CARRIER_UNREACHABLE
        self.conditions = (self.conditions - lost) | {self._broken(why)}

    def _broken(self, why: Condition) -> Condition:
        """With several ways out it is one of them: the attempts show whether any other works."""
        return why if self._settings.routes is None else Condition.WAY_DOWN


def credit_of(answer: Account, settings: Settings) -> Credit:
    """By the price of the settings, else by what the latest texts cost."""
    price = settings.text_price or answer.text_price
    texts = rules.texts_left(answer.credit, price)
    return Credit(amount=answer.credit, currency=answer.currency, texts=texts)


def words(news: rules.News) -> str:
    """Names of conditions alone: the operator's route may be anybody's."""
    parts = [", ".join(news.holding)] if news.holding else []
    parts += [f"mended: {', '.join(news.mended)}"] if news.mended else []
    return "; ".join(parts)


def over(
    settings: Settings, database: Database, vault: Vault, clock: Clock, jobs: Watched | None
) -> Watch:
    """A watch as the settings want it."""

    def ask() -> Account | Unreachable:
        sid, token = settings.twilio_account_sid, settings.twilio_auth_token
        return asyncio.run(account.ask(sid, token, settings.twilio_api_url or None))

    operator = Pager(settings.operator_url) if settings.operator_url else None
    return Watch(settings, database, vault, clock, jobs, operator, ask)
