"""P4: a phone that was just started, locked and disguised, calls for help within three seconds."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mobile.core.private import Private, PrivateVault
from mobile.core.vault import Vault
from mobile.device.desktop import FileKey, key_path_for
from shared.crypto import Cost
from tests.mobile.office import Office, wait_for
from tests.mobile.people import hot
from tests.mobile.test_mouse import Desktop
from tests.mobile.test_mouse import display as display_fixture

display = display_fixture
HOLD_S = 1.8
LEAVES_WITHIN_S = 3.0
LAID_OUT_S = 1.0  # a person does not touch what is not there yet
EQUALS = ("352", "850")
TITLES = {"en": "Calculator", "fr": "Calculatrice"}


@pytest.fixture
def desktop(office: Office, display: str, tmp_path: Path) -> Iterator[Desktop]:
    """Paired, with a code and a disguise, in French; not running yet."""
    home, state, keys = tmp_path / "home", tmp_path / "state", tmp_path / "keys"
    home.mkdir()
    state.mkdir()
    key = FileKey(key_path_for(state, keys))
    known = hot(office.url, is_disguised=True, has_code=True, hold_s=HOLD_S, locale="fr")
    Vault(state / "vault", key).save(known)
    PrivateVault(state / "private", key, cost=Cost(1, 8192)).make(Private(), "739164")
    opened = Desktop(display, home)
    running = opened.start("--state", str(state), "--keys", str(keys), "--lat", "1", "--lon", "2")
    try:
        yield opened
    finally:
        running.terminate()
        running.wait(timeout=60)


def test_a_held_equals_leaves_within_three_seconds(office: Office, desktop: Desktop) -> None:
    wait_for(desktop.window, seconds=60)
    wait_for(lambda: office.authorizations)
    time.sleep(LAID_OUT_S)
    assert desktop.mouse("getwindowname", desktop.window()).strip() == TITLES["fr"]
    began = time.monotonic()
    desktop.mouse("mousemove", "--window", desktop.window(), *EQUALS, "mousedown", "1")
    try:
        wait_for(lambda: office.alerts)
        took = time.monotonic() - began
    finally:
        desktop.mouse("mouseup", "1")
    assert HOLD_S <= took <= LEAVES_WITHIN_S


def test_a_short_press_of_the_key_calls_nobody(office: Office, desktop: Desktop) -> None:
    wait_for(desktop.window, seconds=60)
    wait_for(lambda: office.authorizations)
    time.sleep(LAID_OUT_S)
    desktop.mouse("mousemove", "--window", desktop.window(), *EQUALS, "mousedown", "1")
    time.sleep(HOLD_S / 2)
    desktop.mouse("mouseup", "1")
    time.sleep(HOLD_S)
    assert not office.alerts
