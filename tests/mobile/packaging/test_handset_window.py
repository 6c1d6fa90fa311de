"""The window as a handset opens it: with the guard elsewhere, and a code from the camera."""

import importlib
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from mobile.core.vault import Hot
from tests.mobile.office import Office
from tests.mobile.packaging.bridge import Android
from tests.mobile.people import hot

PATIENCE_S = 60.0


@pytest.fixture
def opened(kivy_window: Any, android: Android) -> Iterator[Any]:
    from mobile.app import CandlewireApp

    handset = importlib.import_module("mobile.handset")
    apps: list[Any] = []

    def open_app(known: Hot | None = None) -> Any:
        here = handset.opened(android.context)
        if known is not None:
            here.vault.save(known)
        app = CandlewireApp(handset.parts(here))
        apps.append(app)
        app.root = app.build()
        kivy_window.add_widget(app.root)
        app.on_start()
        pump()
        return app

    yield open_app
    for app in apps:
        kivy_window.remove_widget(app.root)
        app.on_stop()
    pump()


def link(office: Office) -> str:
    """What a pairing code says, as a camera hands it over."""
    return f"candlewire://pair?{urlencode({'server': office.url, 'code': 'right-code'})}"


def pump(seconds: float = 0.3) -> None:
    from kivy.base import EventLoop

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        EventLoop.idle()


def shown(app: Any) -> str:
    return str(app.root.current)


def test_a_new_phone_begins_with_its_set_up_and_starts_no_guard(
    opened: Any, android: Android
) -> None:
    assert shown(opened()) == "setup"
    assert android.said("Keeper.start") == []


def test_a_code_from_the_camera_is_taken_when_the_window_comes_back(
    opened: Any, android: Android, office: Office
) -> None:
    app = opened()
    android.answers["Front.takenLink"] = link(office)
    app.on_resume()
    android.answers["Front.takenLink"] = ""
    pump()
    assert office.pairings == []
    app.root.current_screen.presenter.on_action("next", {})
    until = time.monotonic() + PATIENCE_S
    while not android.said("Keeper.start"):
        assert time.monotonic() < until, "the phone was not paired"
        pump(0.1)
    assert len(office.pairings) == 1


def test_a_window_feels_motion_while_it_is_in_front(opened: Any, android: Android) -> None:
    app = opened(hot("https://alerts.example.org", is_disguised=True, has_code=True))
    assert [listens for _, listens in android.said("Shakes.listen")] == [True]
    app.on_pause()
    assert [listens for _, listens in android.said("Shakes.listen")] == [True, False]


def test_a_paired_phone_opens_ready_starts_the_guard_and_takes_no_code(
    opened: Any, android: Android, office: Office
) -> None:
    android.answers["Front.takenLink"] = link(office)
    app = opened(hot("https://alerts.example.org"))
    assert shown(app) == "press"
    for _ in range(30):  # the guard comes behind the first picture, however long that takes
        if android.said("Keeper.start"):
            break
        pump()
    assert len(android.said("Keeper.start")) == 1
    assert office.pairings == []
