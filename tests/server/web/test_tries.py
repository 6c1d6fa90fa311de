"""Who waits after wrong sign-ins, for how long, and what is remembered of it."""

from datetime import UTC, datetime, timedelta

import pytest

from server.domain.access import LONGEST_WAIT, SHARED_TRIES, TRIES, TRIES_FORGOTTEN
from server.domain.errors import TooManyTries
from server.web import tries
from server.web.tries import Tries, counted

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACCOUNT, OTHER = b"one", b"other"


def wait(held: Tries, account: bytes, network: str, now: datetime = NOON) -> float:
    """Seconds until a try; nothing is counted where there is none."""
    whose = counted(account, network, None)
    try:
        held.begin(whose, now)
    except TooManyTries as refused:
        return refused.wait_s
    return 0


def test_the_wait_doubles_up_to_five_minutes_and_is_forgotten() -> None:
    held, now, waits = Tries(), NOON, []
    while len(waits) < 10:
        seconds = wait(held, ACCOUNT, "here", now)
        if seconds:
            waits.append(seconds)
            now += timedelta(seconds=seconds)
    longest = LONGEST_WAIT.total_seconds()
    assert waits == [min(2**doubled, longest) for doubled in range(1, 11)]
    assert wait(held, ACCOUNT, "here", now + TRIES_FORGOTTEN) == 0
    assert wait(held, ACCOUNT, "here", now + TRIES_FORGOTTEN) == 0


def test_another_account_in_the_same_network_does_not_wait() -> None:
    held = Tries()
    assert [wait(held, ACCOUNT, "here") for _ in range(TRIES + 1)][-1] == 2
    assert wait(held, OTHER, "here") == 0
    assert wait(held, ACCOUNT, "there") == 0


def test_a_network_that_tries_many_accounts_is_kept_to_a_pace() -> None:
    held, now = Tries(), NOON
    for number in range(SHARED_TRIES):
        assert wait(held, str(number).encode(), "here") == 0
    for number in range(50):
        assert wait(held, f"new {number}".encode(), "here", now) == 2
        now += timedelta(seconds=2)
        assert wait(held, f"new {number}".encode(), "here", now) == 0
    assert wait(held, OTHER, "there", now) == 0


def test_an_account_that_is_tried_from_everywhere_is_slowed_and_never_shut() -> None:
    held, now = Tries(), NOON
    for number in range(SHARED_TRIES):
        assert wait(held, ACCOUNT, str(number)) == 0
    for number in range(50):
        assert wait(held, ACCOUNT, f"new {number}", now) == 2
        now += timedelta(seconds=2)
        assert wait(held, ACCOUNT, f"new {number}", now) == 0
    held.begin(counted(ACCOUNT, "the office", "known"), now)


def test_an_office_that_forgets_its_codes_first_is_not_slowed() -> None:
    held = Tries()
    for number in range(3 * SHARED_TRIES):
        whose = counted(str(number).encode(), "here", None)
        held.begin(whose, NOON)
        held.begin(whose, NOON)
        held.right(whose, NOON)
    assert wait(held, OTHER, "here") == 0


def test_a_known_browser_is_counted_by_itself() -> None:
    held = Tries()
    for _ in range(TRIES):
        held.begin(counted(ACCOUNT, "here", None), NOON)
    held.begin(counted(ACCOUNT, "here", "known"), NOON)
    with pytest.raises(TooManyTries):
        held.begin(counted(ACCOUNT, "here", None), NOON)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "MOST", 6)
    held = Tries()
    for number in range(40):
        wait(held, str(number).encode(), str(number))
    assert len(held._wrong) == 6
