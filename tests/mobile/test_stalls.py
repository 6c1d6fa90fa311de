"""A finger that leaves while the window sleeps or stalls: the hold ends when it left, not later."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mobile.core.hold import HOLD_S, STALL_S
from mobile.core.outbox import Outbox
from mobile.core.press import Phase
from tests.mobile.held import KEY, Phone
from tests.mobile.people import MovableClock, device
from tests.mobile.pocket import CODE, Pocket


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Phone]:
    window, guard = (Outbox(tmp_path / "outbox", KEY) for _ in range(2))
    yield Phone(tmp_path, MovableClock(), device(tmp_path), window, guard)
    window.close()
    guard.close()


@pytest.fixture
def pocket(tmp_path: Path) -> Pocket:
    return Pocket(tmp_path)


def test_a_touch_under_a_stall_is_no_hold(phone: Phone) -> None:
    """The window's turn comes before the release that has waited for it."""
    phone.stay(1)
    phone.presenter.on_touch()
    phone.stay(0.25)
    phone.forward(HOLD_S * 2)
    assert phone.says(Phase.HOLDING)
    phone.presenter.on_release()
    phone.stay(1)
    assert phone.window.waiting() == []
    assert phone.says(Phase.IDLE)


def test_a_second_finger_heard_of_after_a_stall_raises_nothing(phone: Phone) -> None:
    phone.stay(1)
    phone.presenter.on_touch()
    phone.forward(10)
    phone.presenter.on_joined()
    phone.presenter.on_release()
    assert phone.window.waiting() == []


def test_who_holds_through_a_stall_has_raised_at_the_next_turn(phone: Phone) -> None:
    phone.stay(1)
    phone.presenter.on_touch()
    phone.forward(HOLD_S * 2)
    phone.forward(0.02)
    assert len(phone.window.waiting()) == 1


def test_a_window_that_is_slow_all_the_time_raises_all_the_same(phone: Phone) -> None:
    phone.presenter.on_touch()
    for _ in range(5):
        phone.forward(STALL_S * 1.2)
    assert len(phone.window.waiting()) == 1


def test_a_call_under_the_finger_ends_the_hold(phone: Phone) -> None:
    phone.stay(1)
    phone.presenter.on_touch()
    phone.stay(HOLD_S - 0.1)
    phone.presenter.let_go()
    assert phone.says(Phase.IDLE)
    phone.stay(0.3)
    phone.presenter.on_release()
    assert phone.window.waiting() == []


def test_a_touch_of_the_equals_key_under_a_stall_is_a_key(pocket: Pocket) -> None:
    calculator = pocket.calculator()
    for key in CODE:
        calculator.on_key(key)
    calculator.on_tick()
    calculator.on_equals_touch()
    pocket.ticks += 60
    calculator.on_tick()
    calculator.on_equals_release()
    assert pocket.done == ["enter"]


def test_the_equals_key_held_through_a_stall_calls_at_the_next_turn(pocket: Pocket) -> None:
    calculator = pocket.calculator()
    calculator.on_tick()
    calculator.on_equals_touch()
    for seconds, done in ((5, []), (0.02, ["alert"])):
        pocket.ticks += seconds
        calculator.on_tick()
        assert pocket.done == done


def test_a_pause_ends_the_hold_of_the_equals_key(pocket: Pocket) -> None:
    calculator = pocket.calculator()
    calculator.on_equals_touch()
    calculator.let_go()
    for _ in range(30):
        pocket.ticks += 0.1
        calculator.on_tick()
    calculator.on_equals_release()
    assert pocket.done == []
