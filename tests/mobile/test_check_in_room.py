"""The check-in room with a real guard and a real server: what it says is what the server knows."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mobile.core.check_in import REMINDER
from mobile.core.check_in_room import ASKING_S, CheckInPresenter
from mobile.core.outbox import Outbox
from mobile.core.pages import Action, KeypadView
from mobile.core.sheets import BLANK, Lead, SheetView
from mobile.device.link import InternetLink
from mobile.guard import Guard
from tests.mobile.office import DURESS_CODE, STOP_CODE, Office, wait_for
from tests.mobile.people import PocketDevice, device, hot


class TrueClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Hand:
    """Someone before the check-in room, and the guard beside it while there is a network."""

    def __init__(self, folder: Path, pocket: PocketDevice) -> None:
        self.path = folder / "outbox"
        self.outbox = Outbox(self.path, bytes(32))
        self.device = pocket
        self.waited = 0.0
        self.view = BLANK
        self.guard: Guard | None = None
        self.presenter = CheckInPresenter(
            outbox=self.outbox,
            device=self.device,
            clock=TrueClock(),
            ticks=lambda: time.monotonic() + self.waited,
            send=lambda: self.guard.wake() if self.guard else None,
            show=self._show,
            leave=lambda: None,
        )
        self.presenter.on_open()

    def _show(self, view: SheetView) -> None:
        self.view = view

    def goes_online(self, office: Office) -> None:
        self.guard = Guard(
            hot=hot(office.url),
            outbox=self.path,
            device=self.device,
            link=InternetLink(),
            clock=TrueClock(),
        )
        self.guard.start()

    def goes_offline(self) -> None:
        if self.guard:
            self.guard.stop()
        self.guard = None

    def types(self, code: str) -> None:
        for digit in code:
            self.presenter.on_digit(digit)
        self.presenter.on_action("send")

    @property
    def lead(self) -> str:
        self.presenter.on_tick()
        (lead,) = [row for row in self.view.rows if isinstance(row, Lead)]
        return lead.fact.words.key.removeprefix("status.check_in.")

    @property
    def said(self) -> set[str]:
        self.presenter.on_tick()
        return {getattr(getattr(row, "words", None), "key", "") for row in self.view.rows}

    @property
    def can(self) -> set[str]:
        self.presenter.on_tick()
        return {row.name for row in self.view.rows if isinstance(row, Action)}

    def sees(self, lead: str) -> None:
        wait_for(lambda: self.lead == lead)


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[Hand]:
    made = Hand(tmp_path, device(tmp_path))
    yield made
    made.goes_offline()
    made.outbox.close()


def settles(hand: Hand) -> None:
    wait_for(lambda: hand.outbox.waiting() == [])


def test_set_extended_and_ended(hand: Hand, office: Office) -> None:
    hand.goes_online(office)
    hand.sees("none")
    hand.presenter.on_action("set")
    hand.sees("running")
    assert office.timer is not None
    assert timedelta(minutes=59) < office.timer - datetime.now(UTC) <= timedelta(minutes=61)
    before = office.timer
    hand.presenter.on_action("extend")
    hand.presenter.on_choice("span", "120")
    hand.presenter.on_action("next")
    hand.types(STOP_CODE)
    wait_for(lambda: office.timer != before)
    settles(hand)
    hand.sees("running")
    hand.presenter.on_action("end")
    hand.types(STOP_CODE)
    hand.sees("none")
    assert office.timer is None
    assert "status.check_in.ended" in hand.said


def test_without_a_network_nothing_is_said_to_be_set(hand: Hand, office: Office) -> None:
    hand.presenter.on_action("set")
    assert hand.lead == "asking"
    hand.waited += ASKING_S
    assert (hand.lead, hand.can) == ("set_kept", {"drop"})
    hand.goes_online(office)
    hand.sees("running")


def test_what_was_not_sent_yet_can_be_taken_back(hand: Hand, office: Office) -> None:
    hand.presenter.on_action("set")
    hand.presenter.on_action("drop")
    assert hand.lead == "unknown"
    hand.goes_online(office)
    hand.sees("none")
    assert office.timer is None


@pytest.mark.parametrize("code", [STOP_CODE, DURESS_CODE])
def test_without_a_network_nothing_is_said_to_be_ended(
    hand: Hand, office: Office, code: str
) -> None:
    hand.goes_online(office)
    hand.sees("none")
    hand.presenter.on_action("set")
    hand.sees("running")
    hand.goes_offline()
    hand.presenter.on_action("end")
    hand.types(code)
    assert hand.lead == "asking"
    hand.waited += ASKING_S
    assert (hand.lead, hand.can) == ("end_kept", set())
    assert office.timer is not None
    hand.goes_online(office)
    hand.sees("none")
    assert office.codes == [code]
    assert "status.check_in.ended" in hand.said


def test_a_wrong_code_is_said_and_the_timer_runs_on(hand: Hand, office: Office) -> None:
    hand.goes_online(office)
    hand.sees("none")
    hand.presenter.on_action("set")
    hand.sees("running")
    hand.presenter.on_action("end")
    hand.types("9999")
    wait_for(lambda: "status.check_in.wrong" in hand.said)
    assert (hand.lead, hand.can) == ("running", {"extend", "end"})
    assert office.timer is not None
    assert hand.outbox.line is not None
    assert hand.outbox.line.state == "up"


def test_a_phone_that_was_set_up_anew_learns_of_timer_and_alert(hand: Hand, office: Office) -> None:
    office.timer = datetime.now(UTC) + timedelta(minutes=45)
    hand.goes_online(office)
    hand.sees("running")


def test_a_missed_one_is_found_and_can_be_stopped(hand: Hand, office: Office) -> None:
    office.timer = datetime.now(UTC) + timedelta(seconds=1.5)
    hand.goes_online(office)
    hand.sees("running")
    wait_for(lambda: hand.lead == "passed")
    office.raises()
    hand.goes_offline()
    hand.goes_online(office)
    hand.sees("none")
    assert "status.check_in.missed" in hand.said
    assert hand.outbox.incident is not None
    assert hand.outbox.incident.accepted == office.raised


def test_it_reminds_by_touch(hand: Hand, office: Office) -> None:
    office.timer = datetime.now(UTC) + timedelta(minutes=2, seconds=2)
    hand.goes_online(office)
    wait_for(lambda: hand.device.felt == [REMINDER])


def test_the_keys_look_the_same_for_every_code(hand: Hand, office: Office) -> None:
    hand.goes_online(office)
    hand.sees("none")
    hand.presenter.on_action("set")
    hand.sees("running")
    seen: dict[str, list[Any]] = {}
    for code in (STOP_CODE, DURESS_CODE):
        hand.presenter.on_action("end")
        views = []
        for digit in code:
            hand.presenter.on_digit(digit)
            views.append([row for row in hand.view.rows if isinstance(row, KeypadView)])
        seen[code] = views
        hand.presenter.on_back()
    assert seen[STOP_CODE] == seen[DURESS_CODE]


def test_the_time_is_chosen_in_steps_and_within_two_days(hand: Hand) -> None:
    for _ in range(300):
        hand.presenter.on_choice("shift", "15")
    hand.presenter.on_action("set")
    (entry,) = hand.outbox.waiting()
    ahead = entry.due_at - datetime.now(UTC)  # type: ignore[union-attr, operator]
    assert timedelta(hours=46, minutes=59) < ahead < timedelta(hours=48)
