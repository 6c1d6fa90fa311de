"""Kivy's environment for the tests of the phone, set before anything imports it."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mobile.office import Office

SIZE = (412, 915)


@pytest.fixture
def office() -> Iterator[Office]:
    with Office() as opened:
        yield opened


@pytest.fixture(scope="session")
def kivy_window() -> object:
    """Kivy's one window, on whatever can show it. In CI there must be something that can."""
    if "DISPLAY" not in os.environ:
        os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
    from mobile.views.window import prepare

    prepare(Path(tempfile.mkdtemp(prefix="candlewire-kivy-")), SIZE)
    from kivy.base import EventLoop, runTouchApp

    EventLoop.ensure_window()
    if EventLoop.window is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no display, and SDL cannot draw off the screen either")
        pytest.skip("no display, and SDL cannot draw off the screen either")
    runTouchApp(embedded=True)
    return EventLoop.window
