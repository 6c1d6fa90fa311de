"""The press screen as it is drawn: fingers, palms, the other hand, and pictures switched off."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mobile.core.outbox import Outbox
from mobile.core.vault import Hot
from mobile.packaging.screens import is_told, pressed

Shown = Callable[[Hot], Any]


@pytest.fixture
def shown(kivy_window: Any, tmp_path: Path) -> Iterator[Shown]:
    """Draws the screen while an alert is open, as this phone's owner has set it."""
    from kivy.base import EventLoop

    from mobile.views.press import PressScreen

    outbox = Outbox(tmp_path / "outbox", bytes(32))
    is_told("open")(outbox)
    rooms: list[Any] = []

    def show(hot: Hot) -> Any:
        room = pressed(PressScreen(locale="en"), outbox, hot=hot)
        rooms.append(room)
        kivy_window.add_widget(room)
        for _ in range(3):
            EventLoop.idle()
        return room

    yield show
    for room in rooms:
        kivy_window.remove_widget(room)
    outbox.close()


class Finger:
    def __init__(self, button: Any, dx: float = 0) -> None:
        from kivy.tests.common import UnitTestTouch

        self._touch = UnitTestTouch(button.center_x + dx, button.center_y)

    def down(self) -> None:
        self._touch.touch_down()

    def up(self) -> None:
        self._touch.touch_up()


class Heard:
    """Counts what the button reports."""

    def __init__(self, button: Any) -> None:
        self.touched = self.joined = self.let_go = 0
        button.bind(on_touched=self._touched, on_joined=self._joined, on_let_go=self._let_go)

    def _touched(self, _button: Any) -> None:
        self.touched += 1

    def _joined(self, _button: Any) -> None:
        self.joined += 1

    def _let_go(self, _button: Any) -> None:
        self.let_go += 1


def test_a_palm_lets_go_and_the_next_finger_holds_again(shown: Shown) -> None:
    button = shown(Hot()).ids.hold
    heard = Heard(button)
    palm = [Finger(button, dx) for dx in (-40, 0, 40)]
    for finger in palm:
        finger.down()
    assert (heard.touched, heard.let_go, button.is_held) == (1, 1, False)
    for finger in palm:
        finger.up()
    one = Finger(button)
    one.down()
    assert (heard.touched, heard.joined, button.is_held) == (2, 1, True)
    one.up()
    assert (heard.let_go, button.is_held, button.slipped) == (2, False, False)


def test_a_touch_beside_the_circle_is_no_touch_of_the_button(shown: Shown) -> None:
    button = shown(Hot()).ids.hold
    heard = Heard(button)
    beside = Finger(button, button.radius * 1.1)
    beside.down()
    beside.up()
    assert heard.touched == 0


def test_stop_and_the_quiet_corner_change_sides_for_the_left_hand(shown: Shown) -> None:
    stop = {is_left: shown(Hot(left_handed=is_left)).ids.stop.center_x for is_left in (False, True)}
    assert stop[False] < stop[True]


def test_the_three_pictures_can_be_hidden(shown: Shown) -> None:
    for shows in (True, False):
        steps = shown(Hot(shows_steps=shows)).ids.kept.parent
        assert bool(steps.opacity) is shows
