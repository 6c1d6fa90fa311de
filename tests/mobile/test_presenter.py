"""Touches in, views out: the press screen and the keypad, with a real outbox under them."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from mobile.core import strip
from mobile.core.answers import Done, Moved, Stored
from mobile.core.feel import TICK, TICKS, VIBRATIONS, reached
from mobile.core.hold import HOLD_S, LONGEST_S
from mobile.core.looks import LOOK, Mark, Middle, Words
from mobile.core.outbox import KeptPress, Outbox
from mobile.core.press import Line, Phase
from mobile.core.record import record
from mobile.core.teller import Teller
from shared import wire
from tests.mobile.held import KEY, Phone
from tests.mobile.people import NOW, MovableClock, PocketDevice, accepted, device, progress


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Phone]:
    window, guard = (Outbox(tmp_path / "outbox", KEY) for _ in range(2))
    yield Phone(tmp_path, MovableClock(), device(tmp_path), window, guard)
    window.close()
    guard.close()


def test_a_short_touch_does_nothing(phone: Phone) -> None:
    phone.hold(HOLD_S - 0.1)
    assert phone.window.waiting() == []
    assert phone.says(Phase.IDLE)
    assert phone.sent == 0


def test_the_ring_fills_while_the_finger_stays(phone: Phone) -> None:
    phone.presenter.on_touch()
    phone.forward(HOLD_S / 2)
    assert phone.says(Phase.HOLDING)
    assert phone.view.ring == pytest.approx(0.5)


def test_a_full_hold_is_kept_before_the_screen_says_so_and_carries_what_is_known(
    phone: Phone,
) -> None:
    kept_when_shown = []
    phone.presenter._show = lambda view: kept_when_shown.append(
        (view.title.key, len(phone.guard.waiting()))
    )
    phone.hold(2.0)
    assert (LOOK[Phase.KEPT].title, 1) in kept_when_shown
    assert (LOOK[Phase.KEPT].title, 0) not in kept_when_shown
    (press,) = phone.guard.waiting()
    assert isinstance(press, KeptPress)
    assert press.alert.position == phone.device.place
    assert press.alert.battery == 0.18
    assert press.alert.countdown_s == 5
    assert phone.sent == 1


def test_a_slow_frame_costs_no_hold(phone: Phone) -> None:
    phone.presenter.on_touch()
    phone.stay(HOLD_S - 0.1)
    phone.time += 0.15
    phone.presenter.on_release()
    assert len(phone.window.waiting()) == 1


def test_a_clock_set_forward_raises_nothing(phone: Phone) -> None:
    phone.presenter.on_touch()
    phone.clock.forward(hours=1)
    phone.presenter.on_tick()
    phone.presenter.on_release()
    assert phone.window.waiting() == []


def test_one_hold_is_one_press_however_long(phone: Phone) -> None:
    phone.hold(30)
    assert len(phone.window.waiting()) == 1


def test_without_a_place_the_press_goes_at_once(phone: Phone) -> None:
    phone.device.place = None
    phone.hold(2.0)
    (press,) = phone.window.waiting()
    assert isinstance(press, KeptPress)
    assert press.alert.position is None


def test_three_steps_each_seen_and_felt(phone: Phone) -> None:
    phone.hold(2.0)
    assert phone.view.steps == 1
    taken = phone.is_stored()
    assert (phone.view.steps, phone.view.middle.key) == (2, Middle.SECONDS)
    assert dict(phone.view.middle.values)["seconds"] == "5"
    phone.forward(3.2)
    assert dict(phone.view.middle.values)["seconds"] == "2"
    assert 0 < phone.view.ring < 0.5
    phone.forward(2)
    assert phone.says(Phase.STORED)
    phone.is_told(taken, "open")
    assert (phone.says(Phase.OPEN), phone.view.steps) == (True, 2)
    phone.is_told(taken, "acknowledged", acknowledged=1)
    assert (phone.says(Phase.ANSWERED), phone.view.steps) == (True, 3)
    phone.is_told(taken, "acknowledged", acknowledged=1, office=True)
    assert phone.says(Phase.OFFICE)
    assert [p for p in phone.device.felt if p != TICK] == list(VIBRATIONS.values())


@pytest.mark.parametrize("step", [1, 2, 3])
def test_each_step_can_be_switched_off_for_itself(phone: Phone, step: int) -> None:
    feels = tuple(number != step for number in (1, 2, 3))
    phone.use(feels=feels, feels_raising=False)
    phone.hold(2.0)
    phone.is_told(phone.is_stored(), "acknowledged", acknowledged=1)
    assert phone.device.felt == [VIBRATIONS[n] for n in (1, 2, 3) if n != step]


def test_a_step_switched_on_later_is_not_made_up_for(phone: Phone) -> None:
    phone.use(feels=(False, False, False), feels_raising=False)
    phone.hold(2.0)
    phone.use(feels=(True, True, True))
    phone.forward(1)
    assert phone.device.felt == []


def test_the_hold_is_felt_from_the_first_touch_on_until_it_is_full(phone: Phone) -> None:
    phone.presenter.on_touch()
    assert phone.device.felt == [TICK]
    for _ in range(20):
        phone.forward(HOLD_S / 20)
    assert phone.device.felt == [TICK] * TICKS + [VIBRATIONS[1]]


def test_what_the_guard_has_told_the_window_does_not_tell_again(phone: Phone) -> None:
    other = PocketDevice(phone.device.key)
    guard = Teller(phone.guard, other)
    phone.hold(2.0)
    taken = phone.is_stored()
    record(phone.guard, Moved(progress(taken.incident_id, "open", acknowledged=1)), NOW)
    guard.tell(reached([], phone.guard.incident), (True, True, True))
    phone.forward(1)
    assert other.felt == [VIBRATIONS[3]]
    assert VIBRATIONS[3] not in phone.device.felt


def test_a_second_press_is_felt_as_kept_and_stored_and_the_answer_not_again(phone: Phone) -> None:
    phone.hold(2.0)
    taken = phone.is_stored()
    phone.is_told(taken, "acknowledged", acknowledged=1)
    phone.device.felt.clear()
    phone.hold(2.0)
    (press,) = (e for e in phone.guard.waiting() if isinstance(e, KeptPress))
    joined = accepted(press.alert, taken.incident_id)
    record(phone.guard, Stored(press, joined), phone.clock.now())
    phone.forward(1)
    assert [p for p in phone.device.felt if p != TICK] == [VIBRATIONS[1], VIBRATIONS[2]]


def test_the_hold_takes_as_long_as_this_persons(phone: Phone) -> None:
    phone.use(hold_s=1.2)
    assert dict(phone.view.detail.values)["hold"] == "2"
    phone.hold(1.3)
    assert len(phone.window.waiting()) == 1


def test_with_two_fingers_a_hold_takes_longer_and_is_not_refused(phone: Phone) -> None:
    phone.presenter.on_touch()
    phone.presenter.on_joined()
    phone.stay(HOLD_S)
    assert phone.window.waiting() == []
    assert phone.says(Phase.HOLDING)
    phone.stay(LONGEST_S - HOLD_S + 0.01)
    assert len(phone.window.waiting()) == 1


def test_a_drill_is_one_from_the_first_moment_on(phone: Phone) -> None:
    phone.presenter.raise_alert("drill")
    phone.forward(1)
    (press,) = phone.window.waiting()
    assert isinstance(press, KeptPress)
    assert (press.alert.kind, press.alert.trigger) == ("drill", "button")
    assert phone.view.strip.title.key == "app.strip.drill"
    phone.is_told(phone.is_stored(), "open")
    assert phone.view.strip.title.key == "app.strip.drill"
    phone.hold(2.0)
    assert phone.view.strip.title.key != "app.strip.drill"


def test_a_drill_is_hatched_and_says_so_in_every_state_and_on_the_keypad(phone: Phone) -> None:
    phone.presenter.raise_alert("drill")
    stored = phone.is_stored()
    for state in get_args(wire.State):
        phone.is_told(stored, state)
        assert (phone.view.strip.title.key, phone.view.strip.mark) == (
            "app.strip.drill",
            Mark.HATCHED,
        )
    phone.keypad.on_open()
    assert phone.pads[-1].is_drill
    phone.presenter.on_touch()  # whoever holds it now means it
    assert phone.view.strip.mark is not Mark.HATCHED


def test_an_alert_is_none_for_a_drill_that_waits_beside_it(phone: Phone) -> None:
    phone.hold(2.0)
    phone.is_told(phone.is_stored(), "open")
    phone.presenter.raise_alert("drill")
    phone.forward(1)
    assert phone.view.strip.mark is not Mark.HATCHED


def test_a_drill_that_the_server_does_not_take_is_said(phone: Phone) -> None:
    phone.hold(2.0)
    phone.is_told(phone.is_stored(), "open")
    phone.presenter.raise_alert("drill")
    drill = phone.guard.waiting()[-1]
    record(phone.guard, Done((drill,)), phone.clock.now())
    phone.forward(1)
    assert phone.view.note == Words("app.note.drill_refused")
    phone.hold(2.0)
    assert phone.view.note == Words("app.note.again_kept")


def test_the_left_hand_and_hidden_steps_are_in_the_view(phone: Phone) -> None:
    phone.use(left_handed=True, shows_steps=False)
    assert phone.view.is_left_handed
    assert not phone.view.shows_steps


def test_what_disarms_the_phone_is_said_while_nothing_is_under_way(phone: Phone) -> None:
    phone.guard.write_line(Line(state="up", since=NOW))
    phone.device.blocked = frozenset({"notifications", "location"})
    phone.forward(1)
    assert phone.view.strip.title.key == "app.strip.not_armed"
    assert phone.view.strip.detail.key == "app.strip.location"
    phone.hold(2.0)
    assert phone.view.strip.title.key == "app.strip.connected"
    phone.guard.write_line(Line(state="connecting", since=NOW))
    phone.forward(1)
    assert phone.view.strip.title.key == "app.strip.connecting"


@pytest.mark.parametrize("state", ["cancelled", "closed", "claimed_safe"])
def test_once_it_is_over_the_line_speaks_of_the_next_alert(phone: Phone, state: wire.State) -> None:
    phone.guard.write_line(Line(state="up", since=NOW))
    phone.hold(2.0)
    taken = phone.is_stored()
    phone.is_told(taken, "open")
    phone.forward(1)
    assert phone.view.strip.title.key == "app.strip.connected"
    phone.is_told(taken, state)
    phone.forward(1)
    assert phone.view.strip.title.key == "app.strip.ready"
    phone.device.blocked = frozenset({"location"})
    phone.forward(1)
    assert phone.view.strip.title.key == "app.strip.not_armed"


@pytest.mark.parametrize("obstacle", get_args(wire.Obstacle))
def test_every_obstacle_has_its_reason(obstacle: wire.Obstacle) -> None:
    assert strip.OBSTACLES[obstacle].startswith("app.strip.")


def test_a_second_press_is_never_swallowed(phone: Phone) -> None:
    phone.hold(2.0)
    taken = phone.is_stored()
    phone.is_told(taken, "open")
    phone.hold(2.0)
    assert phone.says(Phase.OPEN)
    assert phone.view.note == Words("app.note.again_kept")
    assert len(phone.window.waiting()) == 1


def test_the_strip_says_armed_or_why_not(phone: Phone) -> None:
    phone.guard.write_line(Line(state="up", since=NOW))
    phone.forward(1)
    assert phone.view.strip.detail.key == "app.strip.place"
    phone.device.place = None
    phone.forward(1)
    assert phone.view.strip.detail.key == "app.strip.no_place"
    for state, key in (("down", "app.strip.down"), ("refused", "app.strip.refused")):
        phone.guard.write_line(Line(state=state, since=NOW))
        phone.forward(1)
        assert phone.view.strip.title.key == key


def test_without_contacts_the_phone_says_office_only(phone: Phone) -> None:
    phone.hold(2.0)
    (press,) = (e for e in phone.guard.waiting() if isinstance(e, KeptPress))
    taken = msgspec.structs.replace(accepted(press.alert), contacts=0)
    record(phone.guard, Stored(press, taken), phone.clock.now())
    phone.is_told(taken, "open", contacts=0, notified=0)
    assert phone.view.detail.key == "app.open.office_only"


def test_a_full_disk_is_said_and_the_press_is_carried_in_memory(phone: Phone) -> None:
    pages = phone.window._connection.execute("PRAGMA page_count").fetchone()[0]
    phone.window._connection.execute(f"PRAGMA max_page_count = {pages}")
    while not phone.carried:
        phone.hold(2.0)
    assert phone.sent >= 1
    assert phone.view.title.key in (LOOK[Phase.LOOSE].title, LOOK[Phase.KEPT].title)


def test_a_restart_goes_on_where_the_phone_was_without_vibrating(phone: Phone) -> None:
    phone.hold(2.0)
    phone.is_stored()
    phone.device.felt.clear()
    again = Phone(phone.folder, phone.clock, phone.device, phone.window, phone.guard)
    assert again.view.steps == 2
    assert again.device.felt == []
