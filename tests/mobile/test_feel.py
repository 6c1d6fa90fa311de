"""Each step is felt once, in whatever order the news comes, whoever tells it."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from mobile.core.feel import (
    ANSWERED,
    KEPT,
    STORED,
    VIBRATIONS,
    Felt,
    Reached,
    after,
    due,
    reached,
)
from tests.mobile.people import incident

PRESS, INCIDENT = uuid4(), uuid4()
FAR = [
    Reached(press_id=PRESS),
    Reached(press_id=PRESS, incident_id=INCIDENT),
    Reached(press_id=PRESS, incident_id=INCIDENT, is_answered=True),
]


def told(news: list[Reached]) -> list[int]:
    felt: Felt | None = None
    steps = []
    for one in news:
        if step := due(felt, one):
            felt = after(felt, one, step)
            steps.append(step)
    return steps


def test_three_steps_in_their_order() -> None:
    assert told(FAR) == [KEPT, STORED, ANSWERED]


def test_what_was_overtaken_is_not_told() -> None:
    assert told([FAR[0], FAR[2]]) == [KEPT, ANSWERED]


@given(st.lists(st.sampled_from(FAR)))
def test_nothing_is_told_twice_and_nothing_goes_back(news: list[Reached]) -> None:
    steps = told(news)
    assert steps == sorted(set(steps))


def test_an_answer_is_told_once_an_incident_and_again_in_the_next() -> None:
    again, other = uuid4(), uuid4()
    joined = Reached(press_id=again, incident_id=INCIDENT, is_answered=True)
    new = Reached(press_id=other, incident_id=other, is_answered=True)
    assert told([FAR[2], Reached(press_id=again), joined, new]) == [
        ANSWERED,
        KEPT,
        STORED,
        ANSWERED,
    ]


def test_reached_is_the_newest_press_by_what_the_server_said() -> None:
    one, other = uuid4(), uuid4()
    known = incident("open")
    assert reached([], None) is None
    assert reached([one, other], known) == Reached(press_id=other)
    for counts in ({"acknowledged": 1}, {"office": True}):
        answered = reached([], incident("acknowledged", **counts))
        assert answered is not None
        assert answered.is_answered
    assert reached([], known) == Reached(
        press_id=known.alert_id, incident_id=known.accepted.incident_id
    )


def test_the_patterns_are_told_apart_by_their_count() -> None:
    assert sorted(len(pattern) for pattern in VIBRATIONS.values()) == [1, 3, 5]
