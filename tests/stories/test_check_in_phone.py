"""The phone's own core against the real server: what the room says is what the server does."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mobile.core.check_in_room import CheckInPresenter
from mobile.core.outbox import Outbox
from mobile.core.sheets import BLANK, Lead, SheetView
from mobile.core.stop import StopPresenter
from mobile.device.link import InternetLink
from mobile.guard import Guard
from tests.mobile.people import device, hot
from tests.support.people import DURESS_CODE, STOP_CODE, Activist
from tests.support.waiting import until
from tests.support.world import World


class Handset:
    """Ana's phone: the check-in room in her hand, and the guard while it is on."""

    def __init__(self, world: World, ana: Activist, folder: Path) -> None:
        self.path = folder / "outbox"
        self.outbox = Outbox(self.path, bytes(32))
        self._world = world
        self._hot = hot(world.url, token=ana.phone.token)
        self._device = device(folder)
        self._view = BLANK
        self._guard: Guard | None = None
        self.room = CheckInPresenter(
            outbox=self.outbox,
            device=self._device,
            clock=world.clock,
            ticks=time.monotonic,
            send=lambda: self._guard.wake() if self._guard else None,
            show=self._show,
            leave=lambda: None,
        )
        self.room.on_open()

    def _show(self, view: SheetView) -> None:
        self._view = view

    def on(self) -> None:
        self._guard = Guard(
            hot=self._hot,
            outbox=self.path,
            device=self._device,
            link=InternetLink(),
            clock=self._world.clock,
        )
        self._guard.start()

    def off(self) -> None:
        if self._guard:
            self._guard.stop()
            self._guard = None

    def says(self, key: str) -> None:
        def said() -> bool:
            self.room.on_tick()
            leads = [row.fact for row in self._view.rows if isinstance(row, Lead)]
            return [fact.words.key for fact in leads] == [f"status.check_in.{key}"]

        until(said, key)

    def ends(self, code: str) -> None:
        self.room.on_action("end")
        for digit in code:
            self.room.on_digit(digit)
        self.room.on_action("send")

    def stops(self, code: str) -> None:
        keypad = StopPresenter(
            outbox=self.outbox,
            clock=self._world.clock,
            ticks=time.monotonic,
            send=lambda: self._guard.wake() if self._guard else None,
            show=lambda _view: None,
            leave=lambda: None,
        )
        for digit in code:
            keypad.on_digit(digit)
        keypad.on_send()


@pytest.fixture
def handset(world: World, tmp_path: Path) -> Iterator[Callable[[Activist], Handset]]:
    made: list[Handset] = []

    def of(ana: Activist) -> Handset:
        made.append(Handset(world, ana, tmp_path))
        return made[-1]

    yield of
    for one in made:
        one.off()
        one.outbox.close()


def test_missed_with_the_phone_off_it_is_stopped_once_the_phone_is_back(
    world: World, handset: Callable[[Activist], Handset]
) -> None:
    ana = world.activist()
    phone = handset(ana)
    phone.on()
    phone.says("none")
    phone.room.on_action("set")
    phone.says("running")
    phone.off()
    world.forward(minutes=59)
    world.carrier.expect_silence()
    world.forward(minutes=3)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    phone.says("passed")
    phone.on()
    phone.says("none")
    until(lambda: phone.outbox.incident, "the alert that the server raised")
    phone.stops(STOP_CODE)
    until(lambda: not phone.outbox.waiting(), "the stop code")
    world.work()
    world.carrier.expect(ana.contacts[0], "stop code entered")


@pytest.mark.parametrize("code", [STOP_CODE, DURESS_CODE])
def test_what_the_phone_keeps_is_the_same_for_both_codes(
    world: World, handset: Callable[[Activist], Handset], code: str
) -> None:
    ana = world.activist()
    phone = handset(ana)
    phone.on()
    phone.says("none")
    phone.room.on_action("set")
    phone.says("running")
    phone.ends(code)
    phone.says("none")
    world.forward(minutes=6)
    known = phone.outbox.check_in
    assert known is not None
    assert (known.outcome, known.due_at, phone.outbox.incident) == ("ended", None, None)
    if code == DURESS_CODE:
        world.carrier.expect(ana.contacts[0], "Ana needs help.", "N14.6937 W17.4441")
        world.carrier.expect(ana.contacts[0], "/t#")
    world.carrier.expect_silence()
