"""The guard while nobody looks: taps and shakes, a last gasp, how the phone stands, two of them."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from mobile.core import arming, routes, tracking
from mobile.core.feel import READY, VIBRATIONS
from mobile.core.outbox import KeptFix, KeptPress, Outbox
from mobile.core.triggers import SETTLED_S, SHAKES, TAPS, Heard, Measure, Source
from mobile.device.link import InternetLink
from mobile.guard import Guard
from shared import wire
from shared.clock import SystemClock
from tests.mobile.office import Office, wait_for
from tests.mobile.people import PLACE, PocketDevice, device, hot, kept

KEY = bytes(32)
FULL = "CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'full'); END"
Guarded = Callable[..., Guard]


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    opened = Outbox(tmp_path / "outbox", KEY)
    yield opened
    opened.close()


@pytest.fixture
def pocket(tmp_path: Path) -> PocketDevice:
    return device(tmp_path)


@pytest.fixture
def guarded(tmp_path: Path, outbox: Outbox, pocket: PocketDevice) -> Iterator[Guarded]:
    """Starts a guard for this server; it is stopped after the test."""
    started: list[Guard] = []

    def start(server: str, *triggers: str) -> Guard:
        known = Guard(
            hot=hot(server, triggers=frozenset(triggers)),
            outbox=tmp_path / "outbox",
            device=pocket,
            link=InternetLink(),
            clock=SystemClock(),
        )
        started.append(known)
        known.start()
        return known

    yield start
    for known in started:
        known.stop()


def presses(outbox: Outbox) -> list[KeptPress]:
    return [entry for entry in outbox.waiting() if isinstance(entry, KeptPress)]


def rhythm(measure: Measure) -> list[float]:
    """Even beats, a pause, and those that are meant."""
    gap, pause = sum(measure.gap) / 2, sum(measure.pause) / 2
    beats = [number * gap for number in range(measure.beats)]
    return beats + [beats[-1] + pause + number * gap for number in range(measure.end)]


def tap(guard: Guard, source: Source, after: float = 100.0) -> list[Heard]:
    heard = [guard.tapped(source, after + at) for at in rhythm(TAPS)]
    return [one for one in heard if one is not Heard.NOTHING]


@pytest.mark.parametrize(
    ("source", "trigger"),
    [(Source.WIDGET, "widget"), (Source.TILE, "other"), (Source.NOTIFICATION, "other")],
)
def test_a_rhythm_of_taps_raises_once_and_is_felt(
    office: Office,
    outbox: Outbox,
    pocket: PocketDevice,
    guarded: Guarded,
    source: Source,
    trigger: str,
) -> None:
    guard = guarded(office.url, source)
    assert tap(guard, source) == [Heard.ARMED, Heard.RAISE]
    wait_for(lambda: office.alerts)
    wait_for(lambda: VIBRATIONS[2] in pocket.felt)
    assert pocket.felt[0] == READY  # that it is kept may be overtaken: then it is not told
    assert [alert.trigger for alert in office.said] == [trigger]
    assert not presses(outbox)


def test_a_trigger_that_is_switched_off_raises_nothing(
    outbox: Outbox, pocket: PocketDevice, guarded: Guarded
) -> None:
    guard = guarded("http://127.0.0.1:9", Source.TILE)
    assert tap(guard, Source.WIDGET) == []
    shakes(guard, 100)
    assert presses(outbox) == []
    assert pocket.felt == []
    guard.hot = msgspec.structs.replace(guard.hot, triggers=frozenset({Source.WIDGET}))
    assert tap(guard, Source.WIDGET, after=200)[-1] is Heard.RAISE


def test_a_raise_is_kept_before_anything_is_told_and_without_network_too(
    outbox: Outbox, pocket: PocketDevice, guarded: Guarded
) -> None:
    guard = guarded("http://127.0.0.1:9", Source.WIDGET)
    tap(guard, Source.WIDGET)
    (press,) = presses(outbox)
    assert press.alert.position == pocket.place
    assert pocket.felt == [READY, VIBRATIONS[1]]


def shakes(guard: Guard, began: float) -> list[Heard]:
    """Fifty samples a second: flicks of the hand in the same rhythm, gravity between them."""
    heard = []
    beats = rhythm(SHAKES)
    for number in range(int((beats[-1] + 2 * SETTLED_S) * 50)):
        at = number / 50
        flick = any(0 <= at - start < 0.2 for start in beats)
        heard.append(guard.shaken(began + at, 30.0 if flick else 0.0, 0.0, 9.81))
    return [one for one in heard if one is not Heard.NOTHING]


def test_a_rhythm_of_shakes_raises_once(office: Office, guarded: Guarded) -> None:
    guard = guarded(office.url, Source.SHAKE)
    assert shakes(guard, 100) == [Heard.ARMED, Heard.RAISE]
    wait_for(lambda: office.alerts)
    assert [alert.trigger for alert in office.said] == ["shake"]


def test_one_gesture_noticed_by_two_triggers_raises_once(outbox: Outbox, guarded: Guarded) -> None:
    guard = guarded("http://127.0.0.1:9", Source.WIDGET, Source.SHAKE)
    tap(guard, Source.WIDGET)
    assert shakes(guard, 100.2) == []
    assert len(presses(outbox)) == 1


def test_a_raise_the_disk_does_not_take_is_sent_from_memory(
    office: Office, outbox: Outbox, guarded: Guarded
) -> None:
    guard = guarded(office.url, Source.WIDGET)
    wait_for(lambda: outbox.line and outbox.line.state == "up")
    outbox._connection.execute(FULL)
    tap(guard, Source.WIDGET)
    wait_for(lambda: office.alerts)
    assert presses(outbox) == []


def test_the_last_gasp_gets_out_with_place_and_charge(
    office: Office, outbox: Outbox, pocket: PocketDevice, guarded: Guarded
) -> None:
    guard = guarded(office.url)
    outbox.keep(kept(position=pocket.place))
    guard.wake()
    wait_for(lambda: outbox.incident)
    pocket.charge = 0.02
    now = SystemClock().now()
    pocket.place = msgspec.structs.replace(PLACE, at=now)
    assert guard.last_gasp()
    assert office.positions[-1].at == now.replace(microsecond=0)
    assert office.batteries[-1] == 0.02


def test_a_last_gasp_that_does_not_get_out_is_kept_for_the_next_start(
    outbox: Outbox, pocket: PocketDevice, guarded: Guarded
) -> None:
    guard = guarded("http://127.0.0.1:9")
    wait_for(lambda: outbox.line and outbox.line.state == "down")
    outbox.keep(kept(position=pocket.place))
    guard.wake()
    pocket.charge = 0.02
    began = time.monotonic()
    assert not guard.last_gasp(0.5)
    assert time.monotonic() - began < 2
    last = outbox.waiting()[-1]
    assert isinstance(last, KeptFix)
    assert (last.is_urgent, last.battery) == (True, 0.02)


def test_without_an_incident_the_last_gasp_sends_no_place(
    office: Office, outbox: Outbox, guarded: Guarded
) -> None:
    guard = guarded(office.url)
    wait_for(lambda: office.states)
    assert guard.last_gasp()
    assert office.positions == []


def test_the_office_is_told_how_the_phone_stands_on_connect_and_on_change(
    office: Office, pocket: PocketDevice, guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arming, "LOOKS_EVERY_S", 0.0)
    guarded(office.url)
    wait_for(lambda: office.states)
    pocket.charge = 0.17  # no mark was passed
    pocket.blocked = frozenset({"battery_saver", "location"})
    wait_for(lambda: len(office.states) == 2)
    pocket.blocked = frozenset()
    wait_for(lambda: len(office.states) == 3)
    pocket.charge = 0.05
    wait_for(lambda: len(office.states) == 4)
    assert office.states == [
        wire.PhoneState(armed=True, obstacles=[], battery=0.18),
        wire.PhoneState(armed=False, obstacles=["location", "battery_saver"], battery=0.17),
        wire.PhoneState(armed=True, obstacles=[], battery=0.17),
        wire.PhoneState(armed=True, obstacles=[], battery=0.05),
    ]


def test_it_is_told_where_sockets_are_blocked_and_says_that_this_way_is_open(
    office: Office, outbox: Outbox, guarded: Guarded
) -> None:
    office.deaf_on = {"socket"}
    guarded(office.url)
    wait_for(lambda: office.states)
    wait_for(lambda: outbox.line and outbox.line.state == "up")


def test_how_the_phone_stands_waits_while_a_press_does(
    office: Office, outbox: Outbox, pocket: PocketDevice, guarded: Guarded
) -> None:
    office.status = 503
    outbox.keep(kept(position=pocket.place))
    guarded(office.url)
    wait_for(lambda: office.refused >= 2)
    assert office.states == []
    office.status = None
    wait_for(lambda: office.states, seconds=60)
    assert len(office.alerts) == 1


def test_an_incident_is_tracked_on_by_the_next_guard(
    office: Office, outbox: Outbox, guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a reboot: nothing but the folder tells that an alert is open."""
    monkeypatch.setattr(tracking, "EARLY_EVERY_S", 0.1)
    monkeypatch.setattr(tracking, "AGAIN_S", 0.1)
    first, press = guarded(office.url), kept()
    outbox.keep(press)
    first.wake()
    wait_for(lambda: outbox.incident)
    first.stop()
    before = len(office.positions)
    guarded(office.url)
    wait_for(lambda: len(office.positions) > before)
    assert office.heard == [("socket", press.ref)]


def test_a_network_that_is_back_is_tried_at_once(
    outbox: Outbox, guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "IDLE_WAITS_S", (60,))
    with Office() as gone:
        port = gone.port
    guard = guarded(f"http://127.0.0.1:{port}")
    wait_for(lambda: outbox.line and outbox.line.state == "down")
    with Office(port):
        guard.hurry()
        wait_for(lambda: outbox.line and outbox.line.state == "up", seconds=30)


def test_a_line_of_the_network_that_was_left_is_tried_and_given_up(
    office: Office, outbox: Outbox, guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mobile.core.uplink.ANSWER_WITHIN_S", 0.3)
    guard = guarded(office.url)
    wait_for(lambda: guard.hurry() or len(office.states) >= 3)  # it is asked, and answers
    office.silent = True
    wait_for(lambda: guard.hurry() or "https" in office.stated)
