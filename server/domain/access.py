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
# Wrong sign-ins before there is a wait. Whoever tries one account from one place waits longer and
# longer; what many people share, an account from anywhere or a network, is only kept to a pace.
TRIES = 5
SHARED_TRIES = 50
SHARED_WAIT = timedelta(seconds=2)
TRIES_FORGOTTEN = timedelta(minutes=15)  # after so long without a wrong one
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


def next_code_at(
    wrong: int, now: datetime, wait_from: int = WAIT_FROM, longest: timedelta = LONGEST_WAIT
) -> datetime:
    """When a code may be tried again after so many wrong ones, the last of them now."""
    if wrong < wait_from:
        return now
    doublings = min(wrong - wait_from + 1, 16)  # by then it is the longest wait anyway
    return now + min(timedelta(seconds=2**doublings), longest)
