"""Every choice is kept and shown at once; what leads elsewhere opens the right room."""

from typing import Any

import msgspec
import pytest

from mobile.core import settings
from mobile.core.pages import Action, Choice, Fact
from mobile.core.settings import SettingsPresenter
from mobile.core.sheets import SheetView, Switch
from mobile.core.triggers import Source
from mobile.core.vault import Hot


class Hand:
    def __init__(self, hot: Hot) -> None:
        self.saved: list[Hot] = []
        self.views: list[SheetView] = []
        self.went: list[str] = []
        self.presenter = SettingsPresenter(
            hot=hot,
            save=self.saved.append,
            show=self.views.append,
            go=self.went.append,
            leave=lambda: self.went.append("back"),
        )
        self.presenter.on_open()

    @property
    def switches(self) -> dict[str, bool]:
        return {row.name: row.is_on for row in self.views[-1].rows if isinstance(row, Switch)}

    @property
    def chosen(self) -> dict[str, str]:
        return {row.name: row.chosen for row in self.views[-1].rows if isinstance(row, Choice)}


@pytest.fixture
def hand() -> Hand:
    return Hand(Hot(has_code=True))


@pytest.mark.parametrize(
    ("name", "value", "fields"),
    [
        ("locale", "ar", {"locale": "ar"}),
        ("countdown", "20", {"countdown_s": 20}),
        ("text", "1.5", {"text_scale": 1.5}),
        ("wipe_after", "10", {"wipe_after": 10}),
    ],
)
def test_a_choice_is_saved_and_shown_at_once(
    hand: Hand, name: str, value: str, fields: dict[str, Any]
) -> None:
    before = hand.presenter.hot
    hand.presenter.on_choice(name, value)
    assert hand.saved == [msgspec.structs.replace(before, **fields)]
    assert hand.chosen[name] == value


def test_each_switch_turns_itself_alone_and_back(hand: Hand) -> None:
    names = set(hand.switches) - {"silent"}
    assert len(names) >= 11
    for name in names:
        before = hand.switches
        hand.presenter.on_action(name)
        changed = {key for key, is_on in hand.switches.items() if is_on != before[key]}
        assert changed == {name}
        hand.presenter.on_action(name)
        assert hand.switches == before
    assert hand.presenter.hot == Hot(has_code=True, outbox_key=hand.presenter.hot.outbox_key)


def test_silent_is_every_vibration_off_and_nothing_else(hand: Hand) -> None:
    hand.presenter.on_action("silent")
    hot = hand.saved[-1]
    assert (hot.feels, hot.feels_raising, hot.reminds) == ((False,) * 3, False, False)
    assert hot.shows_steps
    hand.presenter.on_action("felt.answered")
    assert hand.switches["silent"] is False
    hand.presenter.on_action("silent")
    hand.presenter.on_action("silent")
    assert hand.saved[-1].feels == (True, True, True)


def test_every_trigger_can_be_switched_and_none_is_on_unasked(hand: Hand) -> None:
    assert hand.presenter.hot.triggers == frozenset()
    for source in Source:
        hand.presenter.on_action(f"trigger.{source}")
    assert hand.saved[-1].triggers == set(Source)


def test_without_a_code_there_is_no_disguise_to_switch_on() -> None:
    bare = Hand(Hot())
    assert "disguise" not in bare.switches
    assert "wipe_after" not in bare.chosen
    (leads,) = [row for row in bare.views[-1].rows if isinstance(row, Fact) and row.action]
    bare.presenter.on_action(leads.action)
    assert bare.went == ["setup"]


def test_every_button_leads_to_a_room(hand: Hand) -> None:
    buttons = [row.name for row in hand.views[-1].rows if isinstance(row, Action)]
    for name in buttons:
        hand.presenter.on_action(name)
    assert hand.went == [settings.ROOMS[name] for name in buttons]
    assert hand.saved == []
