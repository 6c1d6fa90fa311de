"""Who may do what: two roles, each in an office, each seeing that office and those below it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class Role(StrEnum):
    RESPONDER = "responder"
    ADMINISTRATOR = "administrator"


# From this many wrong stop codes on there is a wait, which doubles up to five minutes.
WAIT_FROM = 3
LONGEST_WAIT = timedelta(minutes=5)
# So many wrong PINs in all, and a contact's link stays shut: a PIN may have four digits.
PIN_TRIES = 5


def ancestors(office: str, parents: Mapping[str, str | None]) -> list[str]:
    """An office and every one above it: those who may read its incidents."""
    chain: list[str] = []
    current: str | None = office
    while current is not None and current not in chain:
        chain.append(current)
        current = parents.get(current)
    return chain


def descendants(office: str, parents: Mapping[str, str | None]) -> set[str]:
    """An office and every one below it: those whose incidents it sees."""
    return {other for other in parents if office in ancestors(other, parents)}


def next_code_at(wrong: int, now: datetime) -> datetime:
    """When a code may be tried again after so many wrong ones."""
    if wrong < WAIT_FROM:
        return now
    doublings = min(wrong - WAIT_FROM + 1, 16)  # by then it is the longest wait anyway
    return now + min(timedelta(seconds=2**doublings), LONGEST_WAIT)
