"""The watch over a story's server: its jobs, its carrier's account and its operator, by hand."""

from dataclasses import dataclass, field

from server.carriers.account import Account, Unreachable
from server.db import Database
from server.domain.watch import Condition, Report
from server.jobs.watch import Watch
from server.settings import Settings
from server.vault import Vault
from tests.support.clock import MovableClock


@dataclass
class JobsElsewhere:
    """What the relay's process says of itself."""

    late_ones: list[str] = field(default_factory=list)
    gone: bool = False

    def late(self) -> list[str]:
        return self.late_ones

    def is_gone(self) -> bool:
        return self.gone


@dataclass
class Operator:
    """Hears pages, unless their own route is down."""

    pages: list[str] = field(default_factory=list)
    reachable: bool = True

    def page(self, message: str) -> bool:
        if self.reachable:
            self.pages.append(message)
        return self.reachable

    def heard(self) -> list[str]:
        """What came since the last time one asked."""
        pages, self.pages = self.pages, []
        return pages


@dataclass
class CarrierAccount:
    """What the carrier says of the account; None where it does not answer."""

    credit: float = 100.0
    price: float | None = 0.01
    status: str = "active"
    error: Unreachable | None = None
    asked: int = 0

    def ask(self) -> Account | Unreachable:
        self.asked += 1
        return self.error or Account(
            status=self.status,
            is_trial=False,
            credit=self.credit,
            currency="USD",
            carrier_time=None,
            text_price=self.price,
        )


class Watching:
    """`look` is one turn; the clock is the story's."""

    def __init__(
        self, settings: Settings, database: Database, vault: Vault, clock: MovableClock
    ) -> None:
        self.jobs = JobsElsewhere()
        self.operator = Operator()
        self.account = CarrierAccount()
        self.watch = Watch(
            settings, database, vault, clock, self.jobs, self.operator, self.account.ask
        )

    def look(self) -> set[Condition]:
        return set(self.report().conditions)

    def report(self) -> Report:
        return self.watch.turn()
