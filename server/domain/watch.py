"""What can be wrong with the server itself, when the operator is paged, and how far credit goes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Condition(StrEnum):
    """Something the operator must mend. People read `web.watch.<name>`."""

    TEXTS_STUCK = "texts_stuck"  # a first text is due, and nobody claims it
    CLAIMS_STUCK = "claims_stuck"  # a claim outlived its lease, and nobody asked what became of it
    RELEASES_STUCK = "releases_stuck"  # a countdown ended, and the alert is still held back
    JOB_LATE = "job_late"
    RELAY_GONE = "relay_gone"
    DATABASE_FAILING = "database_failing"
    CARRIER_REFUSES = "carrier_refuses"
    CARRIER_UNREACHABLE = "carrier_unreachable"
    WAY_DOWN = "way_down"  # one of several: texts go by the others
    SETUP_REFUSED = "setup_refused"  # the carrier takes texts, but not everything of our set-up
    SENDER_FULL = "sender_full"  # its queue takes no more texts, or they expire in it
    TEXTS_KEPT = "texts_kept"  # the carrier did not forget the words of texts
    CREDIT_LOW = "credit_low"
    PROBE_FAILED = "probe_failed"
    OPERATOR_UNREACHABLE = "operator_unreachable"
    WATCH_LATE = "watch_late"  # whoever finds the others has stopped looking


# With these alone an alert is still stored and relayed.
WARNINGS = frozenset(
    {
        Condition.WAY_DOWN,
        Condition.SETUP_REFUSED,
        Condition.SENDER_FULL,
        Condition.TEXTS_KEPT,
        Condition.CREDIT_LOW,
        Condition.PROBE_FAILED,
        Condition.OPERATOR_UNREACHABLE,
        Condition.WATCH_LATE,
    }
)

EVERY = timedelta(seconds=15)
STUCK = timedelta(seconds=30)
WATCH_LATE = timedelta(seconds=90)  # a look at a database and a page that both hang takes 40 s
PAGE_AGAIN = timedelta(minutes=15)
PAGE_RETRY = timedelta(minutes=1)
CREDIT_EVERY = timedelta(minutes=5)
CREDIT_RETRY = timedelta(minutes=1)
SILENCES = 2  # questions in a row without an answer: one is a blip
REFUSALS_WITHIN = timedelta(minutes=5)
COMPLAINTS_WITHIN = timedelta(minutes=15)
LEAST_UNKNOWN = 3  # attempts in a row without an answer
LEAST_CREDIT = 20.0  # of the account's currency, where no price is known
PROBE_WITHIN = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What the carrier's account holds; `texts` is how far that goes, where a price is known."""

    amount: float
    currency: str
    texts: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One text through the real relay to the operator's own handset, and when it got how far."""

    stored_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a look at everything found."""

    at: datetime
    conditions: frozenset[Condition] = frozenset()
    credit: Credit | None = None


class Paged(NamedTuple):
    """`at`: when the operator last heard of each; `open`: which were not said to be mended yet."""

    at: Mapping[Condition, datetime]
    open: frozenset[Condition]


class News(NamedTuple):
    """What the operator does not know yet."""

    holding: list[Condition]
    mended: list[Condition]

    def __bool__(self) -> bool:
        return bool(self.holding or self.mended)


NOTHING_PAGED = Paged({}, frozenset())


def news(holding: Collection[Condition], paged: Paged, now: datetime) -> News:
    """Each condition at most once in a quarter of an hour, and once when it is mended."""
    return News(
        sorted(c for c in holding if c not in paged.at or now >= paged.at[c] + PAGE_AGAIN),
        sorted(paged.open.difference(holding)),
    )


def after_page(paged: Paged, told: News, now: datetime) -> Paged:
    still_open = paged.open.union(told.holding).difference(told.mended)
    return Paged({**paged.at, **dict.fromkeys(told.holding, now)}, still_open)


def texts_left(amount: float, price: float | None) -> int | None:
    """How many texts that buys; None where nobody knows what one costs."""
    return max(0, int(amount / price)) if price else None


def is_low(credit: Credit, least_texts: int) -> bool:
    """`least_texts` of 0 never alarms."""
    if credit.texts is None:
        return least_texts > 0 and credit.amount < LEAST_CREDIT
    return credit.texts < least_texts


def has_failed(probe: Probe, now: datetime) -> bool:
    """Whether it was not delivered in time."""
    return (probe.delivered_at or now) > probe.stored_at + PROBE_WITHIN
