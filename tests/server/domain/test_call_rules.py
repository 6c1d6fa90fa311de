"""When a call may start, in which lane it waits, and what the carrier's words for it mean."""

from datetime import UTC, datetime, timedelta

import pytest

from server.domain.delivery import (
    CALL_EVERY,
    CALL_LANES,
    CALL_STATES,
    CALLS,
    CARRIER_STATES,
    Kind,
    State,
    lane,
    next_call,
    reported,
    retry_lane,
)

NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("due", "called_at", "start"),
    [
        (NOW, None, NOW),
        (NOW, NOW, NOW + CALL_EVERY),
        (NOW, NOW - CALL_EVERY / 2, NOW + CALL_EVERY / 2),
        (NOW, NOW - CALL_EVERY, NOW),
        (NOW + 5 * SECOND, NOW, NOW + 5 * SECOND),
        (NOW, NOW + timedelta(hours=1), NOW),  # the clock was set back since
    ],
)
def test_calls_start_one_after_another(due, called_at, start):
    assert next_call(due, called_at, NOW) == start


def test_who_is_on_duty_comes_first_then_calls_then_what_only_adds():
    first, last = lane(Kind.ALERT, 0, False), lane(Kind.ALERT, 99, False)
    order = [last, *(lane(kind, 0, False) for kind in (Kind.DUTY, Kind.DUTY_CALL, Kind.CALL))]
    assert first <= last
    assert order == sorted(order)
    assert order[-1] < lane(Kind.MORE, 0, False) < lane(Kind.CALL, 0, True)


@pytest.mark.parametrize("drill", [False, True])
@pytest.mark.parametrize("kind", Kind)
def test_calls_alone_are_in_the_lanes_of_calls(kind, drill):
    lanes = {lane(kind, place, drill) for place in range(40)}
    assert (lanes <= CALL_LANES) == (kind in CALLS)
    assert bool(lanes & CALL_LANES) == (kind in CALLS)
    assert ({retry_lane(one) for one in lanes} <= CALL_LANES) == (kind in CALLS)


@pytest.mark.parametrize(
    ("kind", "status", "state"),
    [
        (Kind.CALL, "completed", State.DELIVERED),
        (Kind.CALL, "in-progress", State.DELIVERED),
        (Kind.DUTY_CALL, "busy", State.UNDELIVERED),
        (Kind.CALL, "no-answer", State.UNDELIVERED),
        (Kind.CALL, "canceled", State.FAILED),
        (Kind.CALL, "delivered", None),
        (Kind.ALERT, "no-answer", None),
        (Kind.ALERT, "delivered", State.DELIVERED),
    ],
)
def test_a_word_means_something_of_its_own_kind_alone(kind, status, state):
    assert reported(kind, status) == state


def test_a_call_that_only_rings_did_not_arrive():
    ringing = {word for word, state in CALL_STATES.items() if state is State.SENT}
    assert ringing == {"queued", "initiated", "ringing"}
    assert CALL_STATES.keys() & CARRIER_STATES.keys() == {"queued", "canceled", "failed"}
