"""Armed or not, and when the office is to be told."""

from pathlib import Path

import pytest

from mobile.core import strip
from mobile.core.arming import LOOKS_EVERY_S, ORDER, SAYS_AGAIN_S, Arming, state_of
from shared import wire
from tests.mobile.people import PocketDevice, device


@pytest.fixture
def pocket(tmp_path: Path) -> PocketDevice:
    return device(tmp_path)


def test_without_an_obstacle_it_is_armed() -> None:
    assert state_of(frozenset(), 0.5) == wire.PhoneState(armed=True, obstacles=[], battery=0.5)


@pytest.mark.parametrize("obstacle", ORDER)
def test_each_obstacle_disarms(obstacle: wire.Obstacle) -> None:
    found = state_of(frozenset({obstacle}), None)
    assert found == wire.PhoneState(armed=False, obstacles=[obstacle])


def test_every_obstacle_has_its_place_and_its_words() -> None:
    assert tuple(strip.OBSTACLES) == ORDER


def test_it_is_said_until_it_is_known_and_then_on_every_change(pocket: PocketDevice) -> None:
    arming = Arming(pocket)
    first = arming.look(0)
    assert first == arming.look(1) == state_of(frozenset(), 0.18)
    arming.told(first, 2)
    assert arming.look(100) is None
    pocket.blocked = frozenset({"location"})
    assert arming.look(101) is None  # it is not looked at all the time
    changed = arming.look(100 + LOOKS_EVERY_S)
    assert changed == state_of(pocket.blocked, 0.18)
    arming.told(changed, 120)
    pocket.blocked = frozenset()
    assert arming.look(200) == first


def test_a_percent_less_is_no_news_and_a_mark_is(pocket: PocketDevice) -> None:
    arming = Arming(pocket)
    first = arming.look(0)
    assert first
    arming.told(first, 0)
    pocket.charge = 0.16
    assert arming.look(20) is None
    pocket.charge = 0.15
    assert arming.look(40) == state_of(frozenset(), 0.15)


def test_what_stays_is_said_again_after_hours(pocket: PocketDevice) -> None:
    arming = Arming(pocket)
    first = arming.look(0)
    assert first
    arming.told(first, 0)
    assert arming.look(SAYS_AGAIN_S - 1) is None
    assert arming.look(SAYS_AGAIN_S) == first
