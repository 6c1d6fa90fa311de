"""A clock that somebody sets while a check-in runs: its reminders come before the alert does."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from mobile.core import check_in
from mobile.core.answers import TimerStands
from mobile.core.check_in import JUMP_S, CheckIn, KeptCheckIn
from mobile.core.check_in_watch import CheckInWatch
from mobile.core.outbox import Outbox
from mobile.core.record import record
from shared import wire
from tests.mobile.people import NOW, PocketDevice, device

DUE = NOW + timedelta(minutes=30)
HOUR = timedelta(hours=1)


class Watched:
    """A phone with a running timer; its clock is off the true time by `off`."""

    def __init__(self, folder: Path) -> None:
        self.device: PocketDevice = device(folder)
        self.outbox = Outbox(folder / "outbox", bytes(32))
        self.watch = CheckInWatch(self.outbox, self.device)
        self.off = timedelta(0)
        self.asked: list[float] = []
        self.answers(KeptCheckIn(ref=uuid4(), step="set", due_at=DUE))

    def answers(self, entry: KeptCheckIn | None = None, seconds: float = 0) -> None:
        true = NOW + timedelta(seconds=seconds)
        standing = wire.CheckInStanding(now=true, due_at=DUE)
        record(self.outbox, TimerStands(entry, standing), true + self.off)
        self.watch.load()

    def lives(self, since: int, until: int) -> None:
        """Seconds from the beginning, on a line whose server answers at once."""
        for second in range(since, until):
            now = NOW + timedelta(seconds=second) + self.off
            self.watch.look(now, feels=True)
            if self.watch.is_to_ask(now, 1000.0 + second):
                self.asked.append(second)
                self.answers(seconds=second)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


@pytest.mark.parametrize("off", [-HOUR, HOUR, -timedelta(minutes=5), timedelta(minutes=25)])
def test_a_clock_that_was_set_is_asked_about_and_both_reminders_come(
    watched: Watched, off: timedelta
) -> None:
    watched.lives(0, 60)
    watched.off = off
    watched.lives(60, 120)
    watched.device.felt.clear()
    watched.lives(120, 30 * 60)
    assert watched.asked == [0, 60]
    assert watched.device.felt == [check_in.REMINDER] * 2


def test_a_clock_that_is_put_right_by_seconds_is_not_asked_about(watched: Watched) -> None:
    watched.lives(0, 60)
    watched.off = timedelta(seconds=JUMP_S - 1)
    watched.lives(60, 120)
    assert watched.asked == [0]


def test_it_does_not_ask_on_and_on_while_nobody_answers(watched: Watched) -> None:
    assert watched.watch.is_to_ask(NOW, 0.0)
    asked = [
        watched.watch.is_to_ask(NOW - HOUR + timedelta(seconds=s), float(s)) for s in range(1, 60)
    ]
    assert asked.count(True) == 1


def test_without_a_timer_a_clock_may_be_what_it_likes(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox", bytes(32))
    outbox.settle([], check_in=CheckIn())
    watch = CheckInWatch(outbox, device(tmp_path))
    watch.load()
    assert watch.is_to_ask(NOW, 0.0)
    assert not watch.is_to_ask(NOW - HOUR, 100.0)


@pytest.mark.parametrize(
    ("left_s", "given", "after"), [(600, 10, 10), (629, 10, 10), (631, 10, 0), (400, 2, 10)]
)
def test_a_reminder_that_a_wrong_clock_gave_too_early_is_given_again(
    left_s: int, given: int, after: int
) -> None:
    at: datetime = DUE - timedelta(seconds=left_s)
    known = CheckIn(due_at=DUE, reminded=given)
    assert (
        check_in.told(known, None, wire.CheckInStanding(now=at, due_at=DUE), at).reminded == after
    )


def test_a_clock_set_back_leaves_no_keypad_that_rests_for_as_long() -> None:
    known = CheckIn()
    for _ in range(8):
        known = check_in.wrong_code(known, NOW)
    assert check_in.code_wait(known, NOW + timedelta(minutes=4)) == timedelta(minutes=1)
    assert check_in.code_wait(known, NOW - HOUR) == timedelta(0)
    assert check_in.code_wait(msgspec.structs.replace(known, wrong_at=None), NOW) == timedelta(0)
