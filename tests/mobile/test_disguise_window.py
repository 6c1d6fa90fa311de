"""The disguise in the real window: it calculates, opens, calls for help unseen, and closes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mobile.core.private import Named, Private, PrivateVault
from mobile.core.vault import Hot, Vault
from shared.clock import SystemClock
from shared.crypto import Cost
from tests.mobile.office import Office
from tests.mobile.people import device, hot
from tests.mobile.test_window import Finger, pump, pump_until, tap

HOLD_S = 0.4
CODE, DURESS = "739164", "604817"
KNOWN = Private(contacts=(Named("a1", "Mother"),))
FLICK = [(1.0, 30.0, 0.0, 9.8), (1.3, -30.0, 0.0, 9.8)]
BACK = 27
Opened = Callable[..., Any]


class Wrist:
    """An accelerometer that feels what the test puts into `samples`."""

    def __init__(self, samples: list[Any]) -> None:
        self._samples = samples

    def listen(self, listens: bool) -> None:
        """Nothing is felt that the test does not put there."""

    def shakes(self) -> list[Any]:
        return [self._samples.pop(0) for _ in range(len(self._samples))]


@pytest.fixture
def opened(kivy_window: Any, tmp_path: Path) -> Iterator[Opened]:
    """The app, paired, disguised and locked; closed after the test."""
    from mobile.app import CandlewireApp, Parts

    apps: list[Any] = []

    def open_app(*servers: str, shakes: list[Any] | None = None, **fields: Any) -> Any:
        pocket = device(tmp_path)
        vault = Vault(tmp_path / "vault", pocket.key)
        usual: dict[str, Any] = {"is_disguised": True, "has_code": True, "hold_s": HOLD_S}
        known: Hot = hot(*(servers or ("http://127.0.0.1:9",)), **(usual | fields))
        vault.save(known)
        private = PrivateVault(tmp_path / "private", pocket.key, cost=Cost(1, 8192))
        private.make(KNOWN, CODE, DURESS)
        felt = shakes if shakes is not None else []
        parts = Parts(
            vault=vault,
            hot=known,
            outbox=tmp_path / "outbox",
            device=pocket,
            clock=SystemClock(),
            private=private,
            motion=Wrist(felt),
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


def type_on(app: Any, keys: str) -> None:
    for key in keys:
        tap(app.root.current_screen.keys[key])


def unlocked(app: Any) -> Any:
    type_on(app, f"{CODE}=")
    pump_until(lambda: app.root.current == "press")
    return app


def picture(kivy_window: Any, folder: Path) -> bytes:
    drawn = Path(kivy_window.screenshot(name=str(folder / "shown.png")))
    content = drawn.read_bytes()
    drawn.unlink()
    return content


def test_it_starts_as_a_calculator_that_calculates(opened: Opened) -> None:
    app = opened()
    assert (app.root.current, app.title) == ("calculator", "Calculator")
    type_on(app, "12×3+4=")
    assert app.root.current_screen.number == "40"
    type_on(app, "÷0=")
    assert app.root.current_screen.view.is_broken


def test_the_name_and_the_decimal_point_are_the_languages(opened: Opened) -> None:
    app = opened(locale="fr")
    type_on(app, "1.5")
    assert (app.title, app.root.current_screen.number) == ("Calculatrice", "1,5")


def test_a_hold_of_the_key_is_felt_and_not_seen(
    office: Office, opened: Opened, kivy_window: Any, tmp_path: Path
) -> None:
    app = opened(office.url)
    type_on(app, "12+30")
    before = picture(kivy_window, tmp_path)
    Finger(app.root.current_screen.keys["="]).hold(HOLD_S * 2)
    pump_until(lambda: office.alerts)
    pump_until(lambda: app._parts.device.felt)
    pump(0.3)
    assert app.root.current == "calculator"
    assert app.root.current_screen.number == "30"
    assert picture(kivy_window, tmp_path) == before
    type_on(app, "=")
    assert picture(kivy_window, tmp_path) != before, "the look is a good one"
    assert len(office.alerts) == 1


def test_the_code_opens_what_is_behind_and_the_back_key_closes_it(opened: Opened) -> None:
    app = unlocked(opened())
    assert app._door.private == KNOWN
    app._go("status")
    pump()
    assert app.root.current == "status"
    assert app._on_key(None, BACK)
    assert app.root.current == "calculator"
    assert not app._door.is_open
    pump()
    type_on(app, "5=")
    assert app.root.current_screen.number == "5"
    app._go("status")
    assert app.root.current == "unlock"


def test_a_wrong_code_is_a_number(opened: Opened) -> None:
    app = opened()
    type_on(app, "604818=")
    pump_until(lambda: not app._door.is_busy)
    pump()
    assert app.root.current == "calculator"
    assert app.root.current_screen.number == "604818"


def test_the_duress_code_opens_and_nobody_is_there(opened: Opened) -> None:
    app = opened()
    type_on(app, f"{DURESS}=")
    pump_until(lambda: app.root.current == "press")
    assert app._door.private == Private()


def test_a_flick_of_the_wrist_closes_it(opened: Opened) -> None:
    shakes: list[Any] = []
    app = unlocked(opened(shakes=shakes))
    shakes += FLICK
    pump()
    assert app.root.current == "calculator"
    assert not app._door.is_open


def test_leaving_the_app_closes_it(opened: Opened) -> None:
    app = unlocked(opened())
    assert app.on_pause()
    assert app.root.current == "calculator"
    assert not app._door.is_open


def test_the_keypad_opens_where_there_is_no_disguise(opened: Opened) -> None:
    from mobile.views.parts import Key
    from tests.mobile.test_window import widgets

    app = opened(is_disguised=False)
    assert app.root.current == "press"
    app._go("settings")
    assert app.root.current == "unlock"
    pump()
    keys = {key.words: key for key in widgets(app.root.current_screen, Key)}
    for digit in CODE:
        tap(keys[digit])
    tap(app.root.current_screen.ids.send)
    pump_until(lambda: app.root.current == "settings")


def test_wiping_asks_once_more_and_leaves_a_calculator(opened: Opened, tmp_path: Path) -> None:
    app = unlocked(opened())
    app._go("wipe")
    pump()
    tap(app.root.current_screen.ids.wipe)
    assert app.root.current == "wipe"
    assert app.root.current_screen.ids.wipe.height >= 48  # other words, and as easy to hit
    tap(app.root.current_screen.ids.wipe)
    pump()
    assert app.root.current == "calculator"
    assert not (tmp_path / "private").exists()
    assert not app._hot.is_paired
    type_on(app, f"{CODE}=")
    pump(0.5)
    assert app.root.current == "calculator"


def test_a_code_that_was_set_as_the_app_was_killed_is_asked_for(opened: Opened) -> None:
    app = opened(is_disguised=False, has_code=False)
    app._go("status")
    pump_until(lambda: app._hot.has_code)
    assert app.root.current == "press"
    app._go("status")
    assert app.root.current == "unlock"
