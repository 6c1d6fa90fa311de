"""What an office's drill measures, and how slowly it goes so that no alert waits for it."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from math import ceil
from typing import NamedTuple

LASTS = timedelta(hours=24)  # as a drill's incident does
MOST = 500  # activists in one drill
SHARE = 0.5  # of what the sender can do: the other half is free for whoever is in danger
SLOWEST = 1.0  # segments a second, as of a US long number: what an unknown sender is taken for
SEGMENTS = 2  # of a first text


class Way(StrEnum):
    OFFICE = "office"  # the office raises it from its own copy of their contacts
    PHONE = "phone"  # they press on their own phones, within a day


class LeftOut(StrEnum):
    """Why nothing was raised for somebody."""

    ALERT_OPEN = "alert_open"
    DRILL_OPEN = "drill_open"
    NO_PHONE = "no_phone"
    NO_COPY = "no_copy"


class Measured(NamedTuple):
    """What came of one person's drill. Times in milliseconds: press to stored (None where the
    office raised it), first text due to its arrival, and to the first answer."""

    contacts: int = 0
    delivered: int = 0
    answered: int = 0
    stored_ms: int | None = None
    delivered_ms: int | None = None
    answered_ms: int | None = None


class Figures(NamedTuple):
    """Half were quicker than `p50`, nine in ten quicker than `p90`; milliseconds."""

    p50: int
    p90: int


def spacing(contacts: int, rate: float | None) -> timedelta:
    """How long the next person's texts wait behind those of somebody with so many contacts."""
    return timedelta(seconds=contacts * SEGMENTS / (SHARE * (rate or SLOWEST)))


def figures(times: Sequence[int | None]) -> Figures | None:
    """By nearest rank; None where nothing was measured."""
    known = sorted(time for time in times if time is not None)
    if not known:
        return None
    return Figures(*(known[ceil(share * len(known)) - 1] for share in (0.5, 0.9)))
