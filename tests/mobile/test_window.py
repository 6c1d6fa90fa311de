"""The real window: held, stopped and paired by touch."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mobile.core.vault import Hot, Vault
from shared import texts
from shared.clock import SystemClock
from tests.mobile.office import STOP_CODE, Office
from tests.mobile.people import device, hot

HOLD_S = 0.2
Opened = Callable[[Hot], Any]


def pump(seconds: float = 0.1) -> None:
    from kivy.base import EventLoop

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        EventLoop.idle()


def pump_until(happened: Callable[[], object], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen in time"
        pump(0.02)


class Finger:
    """Touches as a person does: down, a while, up."""

    def __init__(self, widget: Any, dx: float = 0, dy: float = 0) -> None:
        from kivy.tests.common import UnitTestTouch

        x, y = widget.to_window(*widget.center)
        self._touch = UnitTestTouch(x + dx, y + dy)

    def hold(self, seconds: float) -> None:
        self._touch.touch_down()
        pump(seconds)
        for _ in range(2 if seconds > HOLD_S else 0):  # a busy machine's last turn may be a stall
            pump(0.01)
        self._touch.touch_up()
        pump(0.05)


def tap(widget: Any) -> None:
    Finger(widget).hold(0.05)


def widgets(root: Any, kind: type) -> list[Any]:
    return [widget for widget in root.walk() if isinstance(widget, kind)]


@pytest.fixture
def opened(kivy_window: Any, tmp_path: Path) -> Iterator[Opened]:
    """Opens the app on its own state folder; closed after the test."""
    from mobile.app import CandlewireApp, Parts

    apps: list[Any] = []

    def open_app(known: Hot) -> Any:
        pocket = device(tmp_path)
        vault = Vault(tmp_path / "vault", pocket.key)
        vault.save(known)
        parts = Parts(
            vault=vault,
            hot=known,
            outbox=tmp_path / "outbox",
            device=pocket,
            clock=SystemClock(),
            hold_s=HOLD_S,
        )
        app = CandlewireApp(parts)
        apps.append(app)
        app.root = app.build()
        kivy_window.add_widget(app.root)
        pump()
        return app

    yield open_app
    for app in apps:
        kivy_window.remove_widget(app.root)
        app.on_stop()
    pump()


def says(app: Any, key: str) -> bool:
    return bool(app.root.current_screen.view.title.key == key)


def test_a_hold_raises_an_alert_and_the_answer_turns_the_screen(
    office: Office, opened: Opened
) -> None:
    app = opened(hot(office.url))
    button = app.root.current_screen.ids.hold
    Finger(button).hold(HOLD_S * 2)
    pump_until(lambda: says(app, "app.open.title"))
    assert len(office.alerts) == 1
    office.push(state="acknowledged", acknowledged=1)
    pump_until(lambda: says(app, "app.answered.title"))
    assert app.root.current_screen.view.steps == 3


def test_short_touches_slips_and_touches_beside_the_circle_do_nothing(
    office: Office, opened: Opened
) -> None:
    from kivy.tests.common import UnitTestTouch

    app = opened(hot(office.url))
    button = app.root.current_screen.ids.hold
    Finger(button).hold(0)  # frames of a busy machine are longer than a short touch
    corner = button.radius * 0.8
    Finger(button, corner, corner).hold(HOLD_S * 2)
    slipping = UnitTestTouch(*button.center)
    slipping.touch_down()
    slipping.touch_move(button.center_x, button.center_y + button.radius * 2)
    pump(HOLD_S * 2)
    slipping.touch_up()
    assert says(app, "app.idle.title")
    assert office.heard == []


@pytest.mark.parametrize("is_paused", [True, False])
def test_a_finger_that_leaves_during_a_pause_or_a_stall_raises_nothing(
    office: Office, opened: Opened, is_paused: bool
) -> None:
    """Behind a pause the release may come late, behind a stall it comes after the next turn."""
    from kivy.base import EventLoop
    from kivy.tests.common import UnitTestTouch

    app = opened(hot(office.url))
    finger = UnitTestTouch(*app.root.current_screen.ids.hold.center)
    finger.touch_down()
    EventLoop.idle()
    if is_paused:
        assert app.on_pause()
    time.sleep(HOLD_S * 4)  # nothing is drawn, and nothing of the finger is heard
    if is_paused:
        app.on_resume()
        pump()
    EventLoop.idle()
    finger.touch_up()
    pump(HOLD_S * 2)
    assert says(app, "app.idle.title")
    assert office.heard == []


def test_a_finger_whose_leaving_was_never_heard_does_not_hold_up_the_next(
    office: Office, opened: Opened
) -> None:
    from kivy.base import EventLoop
    from kivy.tests.common import UnitTestTouch

    app = opened(hot(office.url))
    button = app.root.current_screen.ids.hold
    UnitTestTouch(*button.center).touch_down()
    EventLoop.idle()
    app.on_pause()
    app.on_resume()
    assert not button.is_held
    Finger(button).hold(HOLD_S * 2)
    pump_until(lambda: says(app, "app.open.title"))
    assert len(office.alerts) == 1


def test_a_code_on_the_keypad_stops_the_alert(office: Office, opened: Opened) -> None:
    from mobile.views.parts import Key

    app = opened(hot(office.url))
    Finger(app.root.current_screen.ids.hold).hold(HOLD_S * 2)
    pump_until(lambda: says(app, "app.open.title"))
    tap(app.root.current_screen.ids.stop)
    assert app.root.current == "stop"
    keys = {key.words: key for key in widgets(app.root.current_screen, Key)}
    for digit in STOP_CODE:
        tap(keys[digit])
    assert app.root.current_screen.view.typed == len(STOP_CODE)
    tap(app.root.current_screen.ids.send)
    pump_until(lambda: app.root.current == "press")
    assert office.codes == [STOP_CODE]
    pump_until(lambda: says(app, "app.claimed_safe.title"))


def test_the_language_is_changed_at_once_and_kept(opened: Opened, tmp_path: Path) -> None:
    app = opened(hot("http://127.0.0.1:9"))
    press_room = app.root.current_screen
    app.root.current = "settings"
    pump()

    def arabic() -> Any:
        walked = app.root.current_screen.walk()
        return next(one for one in walked if getattr(one, "offers", "") == "ar")

    tap(arabic())
    pump()
    assert arabic().is_chosen
    assert press_room.locale == "ar"
    assert press_room.right_to_left
    known = Vault(tmp_path / "vault", app._parts.device.key).load()
    assert known is not None
    assert known.locale == "ar"


def test_the_quiet_corner_opens_status_and_the_way_back_is_the_same(opened: Opened) -> None:
    app = opened(hot("http://127.0.0.1:9"))
    tap(next(one for one in app.root.current_screen.walk() if getattr(one, "sign", "") == "dots"))
    pump_until(lambda: app.root.current == "status")
    for room in ("check_in", "settings"):
        app.root.current_screen.presenter.on_action(room)
        assert app.root.current == room
        pump()
        tap(next(o for o in app.root.current_screen.walk() if getattr(o, "sign", "") == "back"))
        assert app.root.current == "status"
    app.root.current_screen.presenter.on_back()
    assert app.root.current == "press"


def test_a_check_in_is_set_in_the_window_and_known_by_the_server(
    opened: Opened, office: Office
) -> None:
    app = opened(hot(office.url))
    app.root.current = "check_in"

    def button(key: str) -> Any:
        walked = app.root.current_screen.walk()
        words = texts.say(key, "en")
        return next((one for one in walked if getattr(one, "words", "") == words), None)

    pump_until(lambda: button("status.check_in.none"))
    pump()
    tap(button("status.check_in.set"))
    pump_until(lambda: button("status.check_in.extend"))
    pump()
    assert office.timer is not None
    tap(button("status.check_in.end"))
    pump()
    keys = {getattr(one, "words", ""): one for one in app.root.current_screen.walk()}
    for digit in STOP_CODE:
        tap(keys[digit])
    tap(
        [
            one
            for one in app.root.current_screen.walk()
            if getattr(one, "words", "") == texts.say("status.check_in.end", "en")
        ][-1]
    )
    pump_until(lambda: button("status.check_in.ended"))
    assert (office.timer, office.codes) == (None, [STOP_CODE])
