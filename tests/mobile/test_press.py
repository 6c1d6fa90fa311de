"""Phases, holds and what each answer changes: arithmetic, without a window or a disk."""

from datetime import timedelta
from typing import get_args
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile.core import press, strip
from mobile.core.feel import VIBRATIONS
from mobile.core.looks import LOOK
from mobile.core.press import Hold, Phase
from shared import wire
from tests.mobile.people import NOW, accepted, alert, incident, progress

STATES = get_args(wire.State)
SECOND = timedelta(seconds=1)


def test_every_state_of_the_protocol_has_a_phase_and_every_phase_a_look() -> None:
    assert set(press.PHASE_OF) == set(STATES)
    assert set(LOOK) == set(Phase)
    assert set(strip.LINES) == {"connecting", "up", "down", "refused"}
    assert set(VIBRATIONS) == {1, 2, 3}
    assert len(set(VIBRATIONS.values())) == 3


@pytest.mark.parametrize(
    ("state", "counts", "expected"),
    [
        ("pending", {}, Phase.STORED),
        ("open", {}, Phase.OPEN),
        ("acknowledged", {"acknowledged": 1}, Phase.ANSWERED),
        ("acknowledged", {"office": True}, Phase.OFFICE),
        ("acknowledged", {"acknowledged": 1, "office": True}, Phase.OFFICE),
        ("claimed_safe", {"acknowledged": 1}, Phase.CLAIMED_SAFE),
        ("cancelled", {}, Phase.CANCELLED),
        ("closed", {"office": True}, Phase.CLOSED),
    ],
)
def test_the_servers_word_as_a_phase(
    state: wire.State, counts: dict[str, int], expected: Phase
) -> None:
    assert press.phase(incident(state, **counts), unsent=False, now=NOW) is expected


def test_the_countdown_is_the_servers_whatever_this_clock_says() -> None:
    counting = incident(countdown_s=5)
    assert press.phase(counting, unsent=False, now=NOW + 4 * SECOND) is Phase.COUNTING
    assert press.phase(counting, unsent=False, now=NOW + 5 * SECOND) is Phase.STORED
    assert press.remaining(counting, NOW - timedelta(hours=3)) == 5 * SECOND


@given(st.sampled_from(STATES), st.booleans(), st.integers(0, 10**6))
def test_a_press_that_is_kept_is_never_hidden_by_an_end(
    state: wire.State, unsent: bool, seconds: int
) -> None:
    phase = press.phase(incident(state), unsent=unsent, now=NOW + seconds * SECOND)
    if unsent:
        assert phase not in {Phase.IDLE, *press.STOPPED}
    else:
        assert phase is not Phase.KEPT


def test_an_end_is_shown_for_a_while_and_then_the_phone_is_as_before() -> None:
    closed = incident("closed")
    assert press.phase(closed, unsent=False, now=NOW + timedelta(minutes=9)) is Phase.CLOSED
    assert press.phase(closed, unsent=False, now=NOW + timedelta(minutes=11)) is Phase.IDLE


def test_a_press_that_joins_keeps_what_is_known_of_the_incident() -> None:
    before = incident("acknowledged", acknowledged=1)
    again = alert()
    joined = press.stored(before, again, accepted(again, before.accepted.incident_id), NOW)
    assert joined.progress == before.progress
    assert joined.alert_id == again.id


def test_a_press_after_a_stop_is_a_new_incident() -> None:
    again = alert()
    after = press.stored(incident("claimed_safe"), again, accepted(again), NOW)
    assert after.progress is None


def test_news_of_another_incident_changes_nothing() -> None:
    known = incident("open")
    assert press.moved(known, progress(uuid4(), "closed"), NOW) == known


def test_wrong_codes_make_the_keypad_rest_longer_and_longer_and_a_right_one_clears_them() -> None:
    known, waits = incident("open"), []
    for _ in range(8):
        known = press.stop_refused(known, NOW)
        waits.append(press.code_wait(known, NOW).total_seconds())
    assert waits == [0, 0, 5, 15, 60, 300, 300, 300]
    assert press.code_wait(known, NOW + timedelta(minutes=5)) == timedelta(0)
    assert press.code_wait(known, NOW + timedelta(minutes=4)) == timedelta(minutes=1)
    stopped = press.stop_taken(known, progress(known.accepted.incident_id, "claimed_safe"), NOW)
    assert press.code_wait(stopped, NOW) == timedelta(0)


def test_a_clock_set_back_leaves_no_keypad_that_rests_for_as_long() -> None:
    known = incident("open")
    for _ in range(8):
        known = press.stop_refused(known, NOW)
    for back in (timedelta(seconds=1), timedelta(hours=1), timedelta(days=365)):
        assert press.code_wait(known, NOW - back) == timedelta(0)


@pytest.mark.parametrize("state", ["claimed_safe", "cancelled"])
def test_positions_go_on_for_half_an_hour_after_either_stop(state: wire.State) -> None:
    stopped = incident(state)
    for minutes, tracked in ((29, True), (30, False)):
        now = NOW + timedelta(minutes=minutes)
        assert press.is_tracked(stopped, unsent=False, now=now) is tracked


def test_positions_from_the_press_to_the_close() -> None:
    assert press.is_tracked(None, unsent=True, now=NOW)
    assert not press.is_tracked(None, unsent=False, now=NOW)
    assert press.is_tracked(incident(), unsent=False, now=NOW)
    assert press.is_tracked(incident("open"), unsent=False, now=NOW + timedelta(days=2))
    assert not press.is_tracked(incident("closed"), unsent=False, now=NOW)


@given(st.floats(0, 10), st.floats(-10, 10))
def test_a_hold_is_full_exactly_when_its_ring_is(takes: float, elapsed: float) -> None:
    hold = Hold(100.0, takes + 0.1)
    share = hold.share(100.0 + elapsed)
    assert 0 <= share <= 1
    assert hold.is_full(100.0 + elapsed) == (share == 1.0)
