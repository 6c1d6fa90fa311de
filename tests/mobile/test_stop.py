"""The keypad for the stop code: what it takes, what it says, and when it rests."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mobile.core.answers import Stopped, WrongCode
from mobile.core.looks import Words
from mobile.core.outbox import KeptStop, Outbox
from mobile.core.press import Phase, stop_refused
from mobile.core.record import record
from tests.mobile.held import KEY, Phone
from tests.mobile.people import MovableClock, device, progress


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Phone]:
    window, guard = (Outbox(tmp_path / "outbox", KEY) for _ in range(2))
    yield Phone(tmp_path, MovableClock(), device(tmp_path), window, guard)
    window.close()
    guard.close()


@pytest.mark.parametrize("code", ["2580", "1470"])
def test_true_and_duress_codes_take_the_same_way(phone: Phone, code: str) -> None:
    phone.hold(2.0)
    taken = phone.is_stored()
    phone.is_told(taken, "open")
    phone.keypad.on_open()
    phone.type_code(code)
    (stop,) = phone.guard.waiting()
    assert isinstance(stop, KeptStop)
    assert (stop.code, stop.incident_id) == (code, taken.incident_id)
    assert phone.pads[-1].note == Words("app.stop.checking")
    record(
        phone.guard, Stopped(stop, progress(taken.incident_id, "claimed_safe")), phone.clock.now()
    )
    phone.forward(0.1)
    assert phone.left == 1
    assert phone.says(Phase.CLAIMED_SAFE)
    assert not phone.view.can_stop
    assert phone.view.note == Words()


def test_a_stop_without_a_connection_is_kept_and_said_to_be(phone: Phone) -> None:
    phone.hold(2.0)
    phone.keypad.on_open()
    phone.type_code("9999")
    phone.forward(3.1)
    phone.presenter.on_open()
    assert phone.left == 1
    assert phone.view.note == Words("app.note.stop_kept")
    press, stop = phone.window.waiting()
    assert isinstance(stop, KeptStop)
    assert (stop.press_id, stop.incident_id) == (press.ref, None)


def test_a_wrong_code_is_said_and_the_keypad_rests(phone: Phone) -> None:
    phone.hold(2.0)
    phone.is_stored()
    phone.keypad.on_open()
    for _ in range(3):
        phone.type_code("1111")
        (stop,) = phone.guard.waiting()
        assert isinstance(stop, KeptStop)
        record(phone.guard, WrongCode(stop), phone.clock.now())
        phone.forward(0.1)
    assert phone.left == 0
    assert phone.pads[-1].note == Words("app.stop.rests", (("seconds", "5"),))
    assert not phone.pads[-1].can_type
    phone.keypad.on_digit("1")
    assert phone.pads[-1].typed == 0
    phone.forward(5)
    assert phone.pads[-1].can_type
    assert phone.pads[-1].note == Words("app.stop.wrong")


def test_the_keypad_shows_how_many_digits_and_forgets_them_when_it_opens(phone: Phone) -> None:
    phone.hold(2.0)
    phone.keypad.on_open()
    for digit in "123":
        phone.keypad.on_digit(digit)
    assert (phone.pads[-1].typed, phone.pads[-1].can_send) == (3, False)
    phone.keypad.on_digit("4")
    assert phone.pads[-1].can_send
    phone.keypad.on_delete()
    assert phone.pads[-1].typed == 3
    phone.keypad.on_open()
    assert phone.pads[-1].typed == 0


def test_a_wrong_code_is_spoken_of_for_a_minute(phone: Phone) -> None:
    phone.hold(2.0)
    phone.is_told(phone.is_stored(), "open")
    known = phone.guard.incident
    assert known is not None
    phone.guard.settle([], stop_refused(known, phone.clock.now()))
    phone.presenter.on_tick()
    assert phone.view.note == Words("app.note.wrong_code")
    phone.forward(timedelta(minutes=1).total_seconds())
    assert phone.view.note == Words()


def test_a_stop_for_nothing_goes_back(phone: Phone) -> None:
    phone.keypad.on_open()
    phone.type_code("2580")
    assert phone.left == 1
    assert phone.window.waiting() == []
