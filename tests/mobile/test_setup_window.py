"""The set-up in the real window: fields keep what is typed, the back key leads back, codes gate."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mobile.core.pairing import MAY_END
from mobile.core.private import Private, PrivateVault
from mobile.core.vault import Hot, Vault
from shared import crypto, wire
from shared.clock import SystemClock
from shared.crypto import Cost
from tests.mobile.office import Office
from tests.mobile.people import device, hot
from tests.mobile.test_window import pump, pump_until, tap, widgets

CHEAP = Cost(1, 8 * 1024 * 1024)
BACK_KEY = 27
Opened = Callable[[Hot], Any]


@pytest.fixture
def opened(kivy_window: Any, tmp_path: Path) -> Iterator[Opened]:
    """Opens the app with a private vault that is quick to open."""
    from mobile.app import CandlewireApp, Parts

    apps: list[Any] = []

    def open_app(known: Hot) -> Any:
        pocket = device(tmp_path)
        vault = Vault(tmp_path / "vault", pocket.key)
        vault.save(known)
        private = PrivateVault(tmp_path / "private", pocket.key, cost=CHEAP)
        if known.has_code:
            private.make(Private(), "258036")
        app = CandlewireApp(
            Parts(
                vault=vault,
                hot=known,
                outbox=tmp_path / "outbox",
                device=pocket,
                clock=SystemClock(),
                private=private,
            )
        )
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


def at(app: Any) -> str:
    return str(app.root.current_screen.view.name)


def button(app: Any, key: str) -> Any:
    """The action of the page with these words."""
    room = app.root.current_screen
    words = room.say(room.locale, key)
    return next(each for each in room.ids.end.children if each.words == words)


def fields(app: Any) -> dict[str, Any]:
    from mobile.views.fields import Field

    found: list[Any] = widgets(app.root.current_screen, Field)
    return {field.name: field.ids.entry for field in found}


def type_code(app: Any, code: str) -> None:
    from mobile.views.parts import Key

    for digit in code:
        tap(next(k for k in widgets(app.root.current_screen, Key) if k.words == digit))


def turn_to(app: Any, page: str) -> None:
    app.root.current = "setup"
    app.root.current_screen.presenter.turn_to(page)
    pump()


def test_a_new_phone_begins_with_its_language_and_is_paired_by_the_offices_text(
    office: Office, opened: Opened
) -> None:
    app = opened(Hot(outbox_key=bytes(32)))
    assert app.root.current == "setup"
    assert at(app) == "language"
    tap(button(app, "setup.next"))
    tap(button(app, "setup.limits.understood"))
    fields(app)["link"].text = f"candlewire://pair?server={office.url}&code=right-code"
    tap(button(app, "app.pair.send"))
    pump_until(lambda: at(app) == "contacts")
    (pairing,) = office.pairings
    assert pairing.token_hash
    office.token = app._hot.token
    pump_until(lambda: f"Bearer {app._hot.bearer}" in office.authorizations)


def test_a_code_from_another_app_is_asked_about_and_until_yes_nobody_hears_of_this_phone(
    office: Office, opened: Opened
) -> None:
    app = opened(Hot(outbox_key=bytes(32), locale="ar"))
    app.open_link(f"candlewire://pair?server={office.url}&code=wrong-code")
    pump(0.3)
    asked = app.root.current_screen.view.title
    assert dict(asked.values)["address"].replace(MAY_END, "") == office.url
    tap(button(app, "setup.pair.not_now"))
    assert (at(app), app.root.current_screen.view.title.key) == ("pair", "app.pair.title")
    assert office.pairings == []
    app.open_link(f"candlewire://pair?server={office.url}&code=wrong-code")
    pump()
    tap(button(app, "app.pair.send"))
    pump_until(lambda: app.root.current_screen.view.note.key == "app.pair.refused")
    app.open_link(f"candlewire://pair?server={office.url}&code=right-code")
    pump()
    tap(button(app, "app.pair.send"))
    pump_until(lambda: at(app) == "contacts")
    assert len(office.pairings) == 1


def test_a_calculator_answers_to_no_pairing_code(office: Office, opened: Opened) -> None:
    """As a wiped one, it would else show whoever sends a code that there is something behind it."""
    app = opened(Hot(outbox_key=bytes(32), is_disguised=True, has_code=True))
    app.open_link(f"candlewire://pair?server={office.url}&code=right-code")
    pump(0.2)
    assert app.root.current == "calculator"
    assert office.pairings == []


def test_a_code_that_comes_while_the_app_is_locked_is_asked_about_once_it_is_open(
    office: Office, opened: Opened
) -> None:
    app = opened(Hot(outbox_key=bytes(32), has_code=True))
    app.open_link(f"candlewire://pair?server={office.url}&code=right-code")
    pump()
    assert app.root.current == "unlock"
    type_code(app, "258036")
    tap(app.root.current_screen.ids.send)
    pump_until(lambda: app.root.current == "setup")
    tap(button(app, "setup.pair.not_now"))
    assert office.pairings == []


def test_what_is_typed_outlives_news_and_is_gone_once_it_is_sent(
    office: Office, opened: Opened
) -> None:
    pair = crypto.box_pair()
    key = base64.urlsafe_b64encode(pair.public).decode().rstrip("=")
    app = opened(hot(office.url, office_key=key))
    turn_to(app, "contacts")
    for name, text in {"me": "Ana", "name": "Ben", "number": "+12025550143"}.items():
        fields(app)[name].text = text
    app.root.current_screen.presenter.changed()
    pump(0.3)  # the server has said by now how the contacts stand
    assert fields(app)["name"].text == "Ben"
    tap(button(app, "setup.contacts.add"))
    assert fields(app) == {}
    tap(button(app, "setup.next"))
    fields(app)["lawyer"].text = "+12025550150"
    tap(button(app, "setup.next"))
    for code in ("2580", "2580", "6391", "6391"):
        type_code(app, code)
        tap(button(app, "setup.next"))
    pump_until(lambda: at(app) == "lock")
    (update,) = office.profiles
    padded = base64.urlsafe_b64decode(update.office_copy + "==")
    bundle = wire.decode(wire.Bundle, wire.unpad(crypto.unseal(pair, padded)))
    assert (bundle.contacts[0].name, bundle.card.lawyer) == ("Ben", "+12025550150")
    turn_to(app, "contacts")
    assert all(not entry.text for entry in fields(app).values())


def test_the_back_key_turns_back_a_page_and_leaves_by_the_list(opened: Opened) -> None:
    from kivy.core.window import Window

    app = opened(hot("http://127.0.0.1:9"))
    turn_to(app, "stop")
    Window.dispatch("on_keyboard", BACK_KEY, 0, None, [])
    assert at(app) == "triggers"
    for _ in range(20):
        if app.root.current == "press":
            break
        Window.dispatch("on_keyboard", BACK_KEY, 0, None, [])
        pump(0.02)
    assert app.root.current == "press"
    assert not app._on_key(Window, BACK_KEY)


def test_a_code_guards_the_set_up_from_every_side(opened: Opened) -> None:
    app = opened(hot("http://127.0.0.1:9", has_code=True))
    assert app.root.current == "press"
    app.root.current = "setup"
    pump()
    assert app.root.current == "unlock"
    type_code(app, "258036")
    tap(app.root.current_screen.ids.send)
    pump_until(lambda: app.root.current == "setup")
    turn_to(app, "contacts")
    app.on_pause()
    assert app.root.current == "press"
    app.root.current = "lesson"
    pump()
    assert app.root.current == "unlock"


def test_a_code_set_in_the_set_up_is_asked_for_from_then_on(opened: Opened) -> None:
    app = opened(hot("http://127.0.0.1:9"))
    turn_to(app, "lock")
    for _ in range(2):
        type_code(app, "258036")
        tap(button(app, "setup.next"))
    tap(button(app, "disguise.duress.without"))
    pump_until(lambda: at(app) == "permissions")
    assert app._hot.has_code
    app.on_pause()
    app.root.current = "setup"
    pump()
    assert app.root.current == "unlock"


def test_the_lesson_calibrates_the_button_of_the_press_screen(opened: Opened) -> None:
    from mobile.views.parts import HoldButton
    from tests.mobile.test_window import Finger

    app = opened(hot("http://127.0.0.1:9"))
    app.root.current = "lesson"
    pump()
    assert at(app) == "hold"
    before = app._hot.hold_s
    for _ in range(3):
        (practice,) = widgets(app.root.current_screen, HoldButton)
        Finger(practice).hold(0.8)
    pump_until(lambda: app._hot.hold_s != before)
    assert app._house.press.hot.hold_s == app._hot.hold_s


def test_a_drill_is_kept_before_the_page_says_so_and_stopped_from_it(
    office: Office, opened: Opened
) -> None:
    app = opened(hot(office.url))
    turn_to(app, "drill")
    tap(button(app, "setup.drill.start"))
    pump_until(lambda: app.root.current_screen.view.steps == 2)
    (alert_id,) = office.alerts
    tap(button(app, "setup.drill.stop"))
    assert app.root.current == "stop"
    type_code(app, "2580")
    tap(app.root.current_screen.ids.send)
    pump_until(lambda: app.root.current == "setup")
    pump_until(lambda: app.root.current_screen.view.facts[-1].words.key == "setup.drill.stopped")
    assert list(office.alerts) == [alert_id]


def test_letters_the_field_cannot_draw_are_shown_below_it_as_they_are_read(
    opened: Opened,
) -> None:
    from mobile.views.fields import Field, locale_of
    from mobile.views.parts import ILabel

    app = opened(hot("http://127.0.0.1:9"))
    turn_to(app, "contacts")
    (field,) = (f for f in widgets(app.root.current_screen, Field) if f.name == "name")
    field.ids.entry.text = "أمينة 14"
    pump()
    shown = [each for each in widgets(field, ILabel) if each.words == "أمينة 14"]
    assert [each.locale for each in shown] == ["ar"]
    assert shown[0].height > 0
    field.ids.entry.text = "Amina"
    pump()
    assert field.shown_locale == ""
    assert [locale_of(text) for text in ("မြန်မာ", "አማርኛ", "中文", "Ана")] == ["my", "am", "zh", ""]
