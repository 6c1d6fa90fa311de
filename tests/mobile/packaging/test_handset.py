"""The two processes of a handset: the window's hold on the guard, and the guard on its own."""

import importlib
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mobile.core.outbox import KeptPress, Outbox
from mobile.core.triggers import TAPS
from mobile.core.vault import Hot, Vault
from shared.clock import SystemClock
from tests.mobile.office import Office
from tests.mobile.packaging.bridge import Android
from tests.mobile.people import hot, incident, kept

PATIENCE_S = 60.0


@pytest.fixture
def handset(android: Android) -> Any:
    return importlib.import_module("mobile.handset")


@pytest.fixture
def here(handset: Any, android: Android) -> Any:
    return handset.opened(android.context)


def until(happens: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not happens():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)


def rhythm() -> list[int]:
    """Taps that raise, in milliseconds since power-on: a beat, a pause, and a deliberate end."""
    gap, pause = (int(500 * sum(span)) for span in (TAPS.gap, TAPS.pause))
    beats = [1_000_000 + gap * beat for beat in range(TAPS.beats)]
    return beats + [beats[-1] + pause + gap * beat for beat in range(TAPS.end)]


def paired(office: Office, **fields: Any) -> Hot:
    return hot(office.url, **fields)


def test_a_new_phone_has_no_guard_to_stand(handset: Any, android: Android) -> None:
    handset.guard()
    assert android.said("Offers.make") == []
    assert len(android.said("Keeper.stop")) == 1
    assert [is_open for _, is_open in android.said("Offers.pairing")] == [True]


def test_what_is_kept_lies_where_no_backup_looks(here: Any, tmp_path: Path) -> None:
    assert here.state.parent == tmp_path
    assert here.state.stat().st_mode & 0o777 == 0o700


def test_certificates_come_with_the_package(here: Any) -> None:
    """Python finds none of Android's own, and would then trust no server at all."""
    assert "BEGIN CERTIFICATE" in Path(os.environ["SSL_CERT_FILE"]).read_text("utf-8")


def test_the_guard_raises_by_taps_and_sends_what_the_window_kept(
    here: Any, handset: Any, android: Android, office: Office
) -> None:
    known = paired(office, triggers=frozenset({"widget"}))
    here.vault.save(known)
    android.answers["Signals.taken"] = [[f"widget {at}"] for at in rhythm()] + [[]] * 10_000
    standing = threading.Thread(target=handset.guard, daemon=True)
    standing.start()
    until(lambda: android.said("Keeper.offerTap"))
    outbox = Outbox(here.outbox, known.outbox_key)
    pressed = kept()
    outbox.keep(pressed)
    until(lambda: len(office.alerts) == 2)
    assert pressed.alert.id in office.alerts
    assert {one.trigger for one in office.said} == {"other", "widget"}
    here.vault.save(Hot(outbox_key=known.outbox_key))  # wiped: nobody to send to
    standing.join(PATIENCE_S)
    assert not standing.is_alive()
    assert [is_open for _, is_open in android.said("Offers.pairing")] == [False, True]
    outbox.close()


def test_what_is_set_in_the_window_counts_in_the_guard(
    here: Any, handset: Any, android: Android, office: Office
) -> None:
    known = paired(office)
    here.vault.save(known)
    standing = threading.Thread(target=handset.guard, daemon=True)
    standing.start()
    until(lambda: len(android.said("Shakes.listen")) == 1)
    here.vault.save(msgspec.structs.replace(known, triggers=frozenset({"shake"})))
    until(lambda: len(android.said("Shakes.listen")) == 2)
    assert [listens for _, listens in android.said("Shakes.listen")] == [False, True]
    here.vault.save(Hot(outbox_key=known.outbox_key))
    standing.join(PATIENCE_S)


def test_a_wipe_that_waited_for_an_alert_is_finished_with_no_window_open(
    here: Any, handset: Any, android: Android, office: Office
) -> None:
    known = paired(office, wipe_due=True, is_disguised=True, locale="fr")
    here.vault.save(known)
    outbox = Outbox(here.outbox, known.outbox_key)
    opened_now = {"heard_at": SystemClock().now(), "changed_at": SystemClock().now()}
    followed = msgspec.structs.replace(incident("open"), **opened_now)
    outbox.settle([], followed)
    standing = threading.Thread(target=handset.guard, daemon=True)
    standing.start()
    time.sleep(handset.WIPE_EVERY_S + 4 * handset.TURN_S)
    assert here.hot() == known  # somebody still waits for this phone
    closed = msgspec.structs.replace(followed.progress, state="closed")
    outbox.settle([], msgspec.structs.replace(followed, progress=closed))
    standing.join(PATIENCE_S)
    assert not standing.is_alive()
    left = here.hot()
    assert (left.is_paired, left.wipe_due, left.is_disguised, left.locale) == (
        False, False, True, "fr",
    )  # fmt: skip
    assert (outbox.incident, outbox.waiting()) == (None, [])
    assert len(android.said("Key.destroy")) == 1
    outbox.close()


def test_a_signal_goes_where_it_belongs(handset: Any) -> None:
    from mobile.device.android import Signal

    asked: list[tuple[Any, ...]] = []

    class Standing:
        def last_gasp(self) -> None:
            asked.append(("gasp",))

        def hurry(self) -> None:
            asked.append(("hurry",))

        def tapped(self, source: str, at: float) -> None:
            asked.append((source, at))

    for name in ("shutdown", "battery_low", "network", "tile", "of another version"):
        handset.follow(Signal(name, 2.0), Standing())
    assert asked == [("gasp",), ("gasp",), ("hurry",), ("tile", 2.0)]


def test_the_window_starts_the_guard_and_leaves_it_standing(
    here: Any, handset: Any, android: Android
) -> None:
    hold = handset.ServiceGuard(here, hot("https://alerts.example.org"))
    hold.start()
    hold.wake()
    hold.stop()
    assert len(android.said("Keeper.start")) == 1
    assert android.said("Keeper.stop") == []


def test_a_press_that_the_disk_refuses_is_sent_by_the_window_itself(
    here: Any, handset: Any, office: Office
) -> None:
    hold = handset.ServiceGuard(here, paired(office))
    entry: KeptPress = kept()
    hold.carry(entry)
    until(lambda: entry.alert.id in office.alerts)
    hold.stop()


def test_a_wipe_that_was_cut_short_leaves_a_new_phone(here: Any, android: Android) -> None:
    from tests.mobile.packaging.test_android import raising

    Vault(here.state / "vault", here.device.key).save(hot("https://alerts.example.org"))
    android.answers["Key.unseal"] = raising("javax.crypto.AEADBadTagException")
    assert here.hot() is None
