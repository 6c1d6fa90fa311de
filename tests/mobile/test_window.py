"""The real window: held, stopped and paired by touch, and nothing cut off in any state."""

import base64
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mobile.core.vault import Hot, Vault
from shared import texts
from shared.clock import SystemClock
from tests.mobile.office import STOP_CODE, TOKEN, Office
from tests.mobile.people import device, hot

HOLD_S = 0.2
LEAST_TARGET = 48
LEAST_BUTTON = 120
SCREENS = [((412, 915), 1.5), ((360, 640), 1.0), ((360, 640), 1.5)]
Opened = Callable[[Hot], Any]


def pump(seconds: float = 0.1) -> None:
    from kivy.base import EventLoop

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        EventLoop.idle()


def pump_until(happened: Callable[[], object], seconds: float = 8) -> None:
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
    Finger(button).hold(HOLD_S / 3)
    corner = button.radius * 0.8
    Finger(button, corner, corner).hold(HOLD_S * 2)
    slipping = UnitTestTouch(*button.center)
    slipping.touch_down()
    slipping.touch_move(button.center_x, button.center_y + button.radius * 2)
    pump(HOLD_S * 2)
    slipping.touch_up()
    assert says(app, "app.idle.title")
    assert office.heard == []


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


def test_a_code_pairs_the_phone_and_the_next_hold_arrives(office: Office, opened: Opened) -> None:
    app = opened(Hot(outbox_key=bytes(32)))
    assert app.root.current == "pair"
    ids = app.root.current_screen.ids
    ids.server.ids.entry.text = office.url
    ids.code.ids.entry.text = "right-code"
    pump()
    tap(ids.send)
    pump_until(lambda: app.root.current == "press")
    (pairing,) = office.pairings
    assert pairing.token_hash != ""
    office.token = app._hot.token
    assert base64.urlsafe_b64encode(TOKEN).decode() not in app._hot.bearer
    pump()
    Finger(app.root.current_screen.ids.hold).hold(HOLD_S * 2)
    pump_until(lambda: office.alerts)


def test_a_wrong_pairing_code_is_said(office: Office, opened: Opened) -> None:
    app = opened(Hot(outbox_key=bytes(32)))
    ids = app.root.current_screen.ids
    ids.server.ids.entry.text = office.url
    ids.code.ids.entry.text = "wrong-code"
    pump()
    tap(ids.send)
    pump_until(lambda: app.root.current_screen.view.note.key == "app.pair.refused")
    assert not app._hot.is_paired


def test_the_language_is_changed_at_once_and_kept(opened: Opened, tmp_path: Path) -> None:
    app = opened(hot("http://127.0.0.1:9"))
    press_room = app.root.current_screen
    app.root.current = "settings"
    pump()
    arabic = next(c for c in app.root.current_screen.ids.locales.children if c.offers == "ar")
    tap(arabic)
    assert arabic.is_chosen
    assert press_room.locale == "ar"
    assert press_room.right_to_left
    known = Vault(tmp_path / "vault", app._parts.device.key).load()
    assert known is not None
    assert known.locale == "ar"


@pytest.fixture(params=SCREENS, ids=str)
def screen_size(request: pytest.FixtureRequest, kivy_window: Any) -> Iterator[tuple[int, int]]:
    from kivy.metrics import Metrics

    size, scale = request.param
    before = kivy_window.size
    kivy_window.size, Metrics.fontscale = size, scale
    pump()
    yield size
    kivy_window.size, Metrics.fontscale = before, 1.0
    pump()


@pytest.mark.parametrize("locale", texts.SCREENS)
def test_nothing_is_cut_off_and_everything_can_be_hit(
    kivy_window: Any, screen_size: tuple[int, int], locale: str, tmp_path: Path
) -> None:
    from kivy.uix.behaviors import ButtonBehavior

    from mobile.packaging.screens import rooms
    from mobile.views.parts import HoldButton, ILabel

    faults = []
    for name, room in rooms(tmp_path, locale):  # type: ignore[arg-type]
        kivy_window.add_widget(room)
        pump(0.05)
        for label in widgets(room, ILabel):
            if label.words and not fits(label, room):
                faults.append((name, "cut off", label.words))
        for button in widgets(room, ButtonBehavior):
            if min(button.size) < LEAST_TARGET:
                faults.append((name, "small", str(button.size)))
        for button in widgets(room, HoldButton):
            if button.radius * 2 < LEAST_BUTTON:
                faults.append((name, "small", str(button.radius)))
        kivy_window.remove_widget(room)
    assert faults == []


def fits(label: Any, room: Any) -> bool:
    """All of the text lies within its label, and the label within the screen it stands on."""
    from kivy.uix.scrollview import ScrollView

    wide, tall = label.texture_size
    inside = wide <= label.width + 1 and tall <= label.height + 1
    if any(isinstance(parent, ScrollView) for parent in parents(label, room)):
        return inside
    left, bottom = label.to_window(label.x, label.y)
    right, top = label.to_window(label.right, label.top)
    return bool(inside and left >= 0 and bottom >= 0 and right <= room.width and top <= room.height)


def parents(widget: Any, room: Any) -> Iterator[Any]:
    while widget is not room:
        widget = widget.parent
        yield widget
