"""Shakes and taps as the lesson practises them: felt, seen, and heard by nobody."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from mobile.core.feel import KEPT, READY, VIBRATIONS
from mobile.core.lesson import AGAIN
from mobile.core.looks import Mark
from mobile.core.outbox import Outbox
from mobile.core.pages import LATER, MAIN
from mobile.core.private import PrivateVault
from mobile.core.reflexes import Reflexes
from mobile.core.rehearsal import TriggersPage
from mobile.core.triggers import GRAVITY, PRACTICE, Heard, is_practice
from mobile.core.vault import Hot, Vault
from shared.clock import SystemClock
from shared.crypto import Cost
from tests.accidents.motion import Movement, samples
from tests.mobile.classroom import Classroom
from tests.mobile.people import NOW, MovableClock, PocketDevice, device, hot
from tests.mobile.test_disguise_window import Wrist
from tests.mobile.test_window import pump

MEANT = (0.6, 0.6, 1.8, 0.6)
HURRIED = (0.6, 0.6, 0.6, 0.6)


def shaken(*gaps: float, began: float = 100.0) -> list[tuple[float, float, float, float]]:
    """What an accelerometer reads of a hand that keeps this rhythm."""
    times = accumulate(gaps, initial=began)
    swings = (Movement(at, 24.0, 0.25, 2) for at in times)
    return [(at, 0.0, 0.0, GRAVITY + force) for at, force in samples(swings, Random(1))]


class Hand:
    """One page with the phone it is on, and the hand that has it."""

    def __init__(self, folder: Path, *, feels_motion: bool = True, **fields: Any) -> None:
        self.room = Classroom(**fields)
        self.device: PocketDevice = device(folder)
        self.clock = MovableClock()
        self.ticks = 50.0
        self.page = TriggersPage(
            self.room.around,
            device=self.device,
            clock=self.clock,
            ticks=lambda: self.ticks,
            feels_motion=feels_motion,
        )
        self.page.on_open()

    def shake(self, *gaps: float) -> None:
        for sample in shaken(*gaps, began=self.ticks):
            self.ticks = sample[0]
            assert self.page.on_motion(*sample)

    def tap(self, *gaps: float) -> None:
        for at in accumulate(gaps, initial=self.ticks):
            self.ticks = at
            self.page.on_touch()

    @property
    def says(self) -> list[str]:
        view = self.page.view()
        return [fact.words.key.removeprefix("setup.triggers.") for fact in view.facts]

    @property
    def actions(self) -> list[str]:
        return [action.name for action in self.page.view().actions]


@pytest.fixture
def hand(tmp_path: Path) -> Hand:
    return Hand(tmp_path, triggers=frozenset({"shake", "tile"}))


def test_the_rhythm_is_felt_seen_and_done_once_it_worked(hand: Hand) -> None:
    assert (hand.says, hand.actions) == (["shake", "tap"], [LATER])
    hand.shake(0.6, 0.6)
    assert hand.says == ["armed", "tap"]
    view = hand.page.view()
    assert view.hold is not None
    assert view.hold.ring == pytest.approx(3 / 5)
    assert hand.device.felt == [READY]
    hand.ticks += 5
    hand.shake(*MEANT)
    assert hand.says == ["shaken", "tap"]
    assert hand.device.felt == [READY, READY, VIBRATIONS[KEPT]]
    assert hand.actions == [MAIN, AGAIN]
    hand.page.on_action(MAIN, {})
    assert hand.room.done == [()]


def test_the_taps_go_by_the_same_rhythm_and_with_both_the_page_is_over(hand: Hand) -> None:
    hand.tap(*MEANT)
    assert hand.says == ["shake", "tapped"]
    assert hand.page.view().hold is not None
    hand.shake(*MEANT)
    assert hand.says == ["shaken", "tapped"]
    assert hand.page.view().hold is None


def test_it_is_repeated_without_starting_over(hand: Hand) -> None:
    hand.tap(*MEANT)
    hand.page.on_action(AGAIN, {})
    assert (hand.says, hand.actions) == (["shake", "tap"], [LATER])
    hand.ticks += 5
    hand.tap(*MEANT)
    assert hand.says == ["shake", "tapped"]


def test_what_is_not_the_rhythm_is_said_and_three_quiet_seconds_mend_it(hand: Hand) -> None:
    hand.tap(*HURRIED)
    assert hand.page.view().note.key == "setup.triggers.rest"
    hand.ticks += 3.1
    hand.tap(*MEANT)
    assert hand.page.view().note.key == ""
    assert hand.says == ["shake", "tapped"]


def test_a_try_that_nobody_goes_on_with_is_none(hand: Hand) -> None:
    hand.tap(0.6, 0.6)
    assert hand.says == ["shake", "armed"]
    hand.ticks += 4
    hand.page.on_tick()
    assert hand.says == ["shake", "tap"]
    assert hand.page.view().note.key == "setup.triggers.rest"


def test_who_can_do_it_learns_that_it_is_switched_off(tmp_path: Path) -> None:
    hand = Hand(tmp_path, triggers=frozenset({"tile"}))
    hand.tap(*MEANT)
    assert hand.says == ["shake", "tapped"]
    hand.shake(*MEANT)
    assert hand.says == ["shaken", "tapped", "off"]


def test_without_an_accelerometer_it_says_so_and_the_taps_are_left(tmp_path: Path) -> None:
    hand = Hand(tmp_path, feels_motion=False, triggers=frozenset({"widget"}))
    assert (hand.says, hand.actions) == (["needs_phone", "tap"], [LATER])
    assert hand.page.view().facts[0].mark is Mark.BROKEN
    hand.tap(*MEANT)
    assert hand.page.view().hold is None


def test_a_silent_phone_stays_silent(tmp_path: Path) -> None:
    hand = Hand(tmp_path, feels=(False, True, True), feels_raising=False)
    hand.tap(*MEANT)
    assert hand.device.felt == []


def test_while_it_is_practised_the_guard_takes_no_shake_for_a_call_and_soon_after_it_does(
    hand: Hand, tmp_path: Path
) -> None:
    def guarded() -> list[Heard]:
        reflexes = Reflexes(
            hot=lambda: hand.room.hot,
            outbox=tmp_path / "outbox",
            device=hand.device,
            clock=hand.clock,
            send=lambda: None,
            carry=lambda _kept: None,
        )
        heard = [reflexes.shaken(*sample) for sample in shaken(*MEANT)]
        return [one for one in heard if one is not Heard.NOTHING]

    outbox = Outbox(tmp_path / "outbox", hand.room.hot.outbox_key)
    for _ in range(5):
        hand.page.on_tick()
        assert guarded() == []
        hand.clock.forward(seconds=4)
    assert outbox.waiting() == []
    hand.clock.forward(seconds=PRACTICE.total_seconds() - 4)
    assert guarded() == [Heard.ARMED, Heard.RAISE]
    assert len(outbox.waiting()) == 1
    outbox.close()


def test_where_shaking_is_switched_off_nothing_is_written_for_it(tmp_path: Path) -> None:
    hand = Hand(tmp_path)
    hand.page.on_tick()
    assert hand.room.hot.practice_until is None


@pytest.mark.parametrize(
    ("until", "is_so"),
    [
        (None, False),
        (NOW, False),
        (NOW + timedelta(seconds=1), True),
        (NOW + PRACTICE, True),
        (NOW + PRACTICE + timedelta(seconds=1), False),
        (NOW + timedelta(days=365), False),
    ],
    ids=str,
)
def test_a_clock_that_was_put_back_does_not_make_it_last(until: Any, is_so: bool) -> None:
    assert is_practice(until, NOW) is is_so


Opened = Callable[[list[Any]], Any]


@pytest.fixture
def opened(kivy_window: Any, tmp_path: Path) -> Iterator[Opened]:
    """The app on a phone that feels what the test shakes."""
    from mobile.app import CandlewireApp, Parts

    apps: list[Any] = []

    def open_app(felt: list[Any]) -> Any:
        pocket = device(tmp_path)
        vault = Vault(tmp_path / "vault", pocket.key)
        known: Hot = hot("http://127.0.0.1:9", triggers=frozenset({"shake"}))
        vault.save(known)
        app = CandlewireApp(
            Parts(
                vault=vault,
                hot=known,
                outbox=tmp_path / "outbox",
                device=pocket,
                clock=SystemClock(),
                private=PrivateVault(tmp_path / "private", pocket.key, cost=Cost(1, 8192)),
                motion=Wrist(felt),
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


def test_shaken_on_its_page_it_is_learned_and_beside_it_the_same_shakes_close_the_disguise(
    opened: Opened,
) -> None:
    felt: list[Any] = []
    app = opened(felt)
    app.root.current = "lesson"
    app.root.current_screen.presenter.turn_to("triggers")
    pump()
    assert app._hot.practice_until is not None
    app._save(msgspec.structs.replace(app._hot, is_disguised=True, has_code=True))
    felt += shaken(*MEANT)
    pump(0.2)
    view = app.root.current_screen.view
    assert (view.name, view.facts[0].words.key) == ("triggers", "setup.triggers.shaken")
    assert app._outbox.waiting() == []
    app.root.current_screen.presenter.turn_to("stop")
    felt += [(500.0, 30.0, 0.0, 9.8), (500.3, -30.0, 0.0, 9.8)]
    pump(0.2)
    assert app.root.current == "calculator"
