"""Which touches hold the button, and how long each person's hold takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile.core.hold import HOLD_S, LONGEST_S, SHORTEST_S, Practice, Touches, calibrated


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ([2.0, 2.0, 2.0], 1.6),
        ([2.6, 2.8, 3.4, 3.0], 2.2),
        ([0.4, 0.5, 0.5], SHORTEST_S),
        ([6.0, 7.0, 9.0], LONGEST_S),
        ([2.0, 2.0], HOLD_S),
        ([], HOLD_S),
    ],
)
def test_a_hold_is_a_little_shorter_than_the_persons_own(
    seconds: list[float], expected: float
) -> None:
    assert calibrated([Practice(one) for one in seconds]) == pytest.approx(expected)


def test_a_slip_limits_the_hold_and_slips_alone_say_nothing() -> None:
    steady = [Practice(2.5)] * 3
    assert calibrated([*steady, Practice(2.1, slipped=True)]) == pytest.approx(1.7)
    assert calibrated([Practice(1.0, slipped=True)] * 3) == HOLD_S


@given(st.lists(st.builds(Practice, st.floats(0, 60), st.booleans()), max_size=12))
def test_no_practice_leads_out_of_bounds(practice: list[Practice]) -> None:
    assert SHORTEST_S <= calibrated(practice) <= LONGEST_S


def test_a_finger_holds_from_its_touch_until_it_leaves() -> None:
    touches = Touches()
    assert touches.down(1, 0.9)
    assert touches.is_held
    touches.moved(1, 1.3)
    assert touches.is_held
    touches.up(1)
    assert not touches.is_held
    assert not touches.slipped


def test_a_finger_beside_the_button_or_drifting_off_it_holds_nothing() -> None:
    touches = Touches()
    assert not touches.down(1, 1.01)
    assert not touches.is_held
    touches.down(2, 0.5)
    touches.moved(2, 1.5)
    assert not touches.is_held
    assert touches.slipped
    touches.moved(2, 0.1)
    assert not touches.is_held


def test_two_thumbs_hold_and_a_palm_does_not_until_all_of_it_is_gone() -> None:
    touches = Touches()
    touches.down(1, 0.1)
    touches.down(2, 0.2)
    assert touches.is_held
    touches.down(3, 0.3)
    assert not touches.is_held
    touches.up(1)
    touches.up(2)
    touches.down(4, 0.1)
    assert not touches.is_held
    for touch in (3, 4):
        touches.up(touch)
    touches.down(5, 0.1)
    assert touches.is_held


def test_a_second_finger_does_not_take_a_hold_over() -> None:
    touches = Touches()
    touches.down(1, 0.1)
    touches.down(2, 0.2)
    touches.up(1)
    assert not touches.is_held
