"""How long a contact may think it over: one reminder, then the invitation ends by itself."""

from datetime import datetime, timedelta
from enum import StrEnum

REMIND_AFTER = timedelta(days=3)
LASTS = timedelta(days=30)  # their number is kept as long as that without their consent


class Step(StrEnum):
    REMIND = "remind"
    END = "end"


def first_due(asked_at: datetime) -> datetime:
    return asked_at + REMIND_AFTER


def step(asked_at: datetime, now: datetime) -> Step:
    """What an invitation that is due asks for. One that was due unseen for weeks just ends."""
    return Step.END if now >= end_of(asked_at) else Step.REMIND


def end_of(asked_at: datetime) -> datetime:
    """When it is due again after the reminder: there is no second one."""
    return asked_at + LASTS
