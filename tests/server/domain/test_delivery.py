"""Order, retries and receipts of texts, as arithmetic."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import delivery as rules
from server.domain.delivery import CARRIER_STATES, RANK, REMEDIES, ErrorClass, Kind, Remedy, State

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
STATES = st.sampled_from(list(State))
SECOND = timedelta(seconds=1)


@given(st.lists(STATES, min_size=1), st.randoms())
def test_the_end_does_not_depend_on_the_order_of_the_news(news: list[State], luck: object) -> None:
    shuffled = list(news)
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reduce(rules.settled, news, State.QUEUED) == reduce(
        rules.settled, shuffled, State.QUEUED
    )


@given(STATES, STATES)
def test_news_never_moves_a_text_back_and_twice_is_once(known: State, news: State) -> None:
    settled = rules.settled(known, news)
    assert settled in (known, news)
    assert RANK[settled] == max(RANK[known], RANK[news])
    assert rules.settled(settled, news) is settled


def test_a_text_that_arrived_has_arrived_whatever_else_is_said() -> None:
    for word in CARRIER_STATES.values():
        assert rules.settled(State.DELIVERED, word) is State.DELIVERED
    assert len(set(RANK.values())) == len(State), "no two states are equally far"


@pytest.mark.parametrize(
    ("code", "status", "meaning"),
    [
        *((code, 400, remedy.kind) for code, remedy in REMEDIES.items()),
        (None, 429, ErrorClass.THROTTLED),
        (None, 401, ErrorClass.CONFIGURATION),
        (None, 403, ErrorClass.CONFIGURATION),
        (None, 400, ErrorClass.PERMANENT),
        (99999, 400, ErrorClass.PERMANENT),
        (21610, 429, ErrorClass.OPTED_OUT),
    ],
)
def test_what_a_refusal_means(code: int | None, status: int, meaning: ErrorClass) -> None:
    assert rules.error_class(code, status) is meaning


@given(
    st.sampled_from([ErrorClass.RETRY, ErrorClass.CONFIGURATION]),
    st.integers(1, 1000),
    st.floats(0, 1),
)
def test_a_text_is_tried_again_within_a_minute_and_a_quarter(
    kind: ErrorClass, attempts: int, jitter: float
) -> None:
    again = rules.next_try(Remedy(kind), attempts, jitter, NOON)
    assert again is not None
    assert SECOND <= again - NOON <= 75 * SECOND


def test_waits_grow() -> None:
    tries = [rules.next_try(REMEDIES[21611], n, 0.5, NOON) for n in range(1, 9)]
    assert tries == [NOON + n * SECOND for n in (2, 4, 8, 15, 30, 60, 60, 60)]
    tries = [rules.next_try(REMEDIES[30003], n, 0.5, NOON) for n in range(1, 7)]
    assert tries == [NOON + n * SECOND for n in (30, 60, 120, 300, 600, 600)]


def test_what_has_a_number_of_tries_is_not_tried_more_often() -> None:
    assert rules.next_try(REMEDIES[30008], 1, 0.5, NOON) is not None
    assert rules.next_try(REMEDIES[30008], 2, 0.5, NOON) is None


@given(st.none() | st.floats(0, 99_999), st.floats(0, 1))
def test_too_fast_waits_as_long_as_it_was_told_and_never_over_a_minute(
    told: float | None, jitter: float
) -> None:
    wait = rules.back_off(told, jitter).total_seconds()
    least = max(min(told or 0, 60), 0.5)
    assert least - 1e-6 <= wait <= least + 0.5 + 1e-6


@pytest.mark.parametrize("kind", [ErrorClass.PERMANENT, ErrorClass.OPTED_OUT])
def test_what_never_helps_is_not_tried(kind: ErrorClass) -> None:
    assert rules.next_try(Remedy(kind), 1, 0.5, NOON) is None


def test_a_receipt_that_stays_out_is_asked_for_ever_less_often() -> None:
    asked = [NOON + rules.POLL_AFTER]
    while asked[-1] - NOON < rules.VALID_FOR:
        asked.append(rules.next_poll(NOON, asked[-1]))
    assert [(at - NOON).seconds // 60 for at in asked] == [1, 2, 4, 8, 16, 32, 64, 128]


@given(st.integers(0, 40), st.booleans(), st.sampled_from(list(Kind)))
def test_a_retry_starves_no_first_text_of_anybody(place: int, drill: bool, kind: Kind) -> None:
    retry = rules.retry_lane(rules.lane(kind, place, drill))
    assert rules.lane(Kind.ALERT, 1000, drill) < retry
    assert (retry >= rules.DRILL_LANE) == drill
    if kind is Kind.ALERT:
        assert retry < rules.lane(Kind.MORE, 0, drill)


@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from(list(Kind)), st.booleans())
def test_first_texts_go_first_and_drills_last(
    place: int, other: int, kind: Kind, drill: bool
) -> None:
    if place <= other:
        assert rules.lane(Kind.ALERT, place, drill) <= rules.lane(Kind.ALERT, other, drill)
    if kind is not Kind.ALERT:
        assert rules.lane(Kind.ALERT, place, drill) < rules.lane(kind, other, drill)
    assert rules.lane(kind, place, drill=False) < rules.lane(Kind.ALERT, 0, drill=True)


def test_every_word_of_the_carrier_and_every_kind_has_its_place() -> None:
    assert set(CARRIER_STATES.values()) <= set(RANK)
    assert all(rules.lane(kind, place, False) >= 0 for kind, place in product(Kind, (0, 5)))
    assert timedelta(seconds=10) < rules.LEASE, "a lease outlives the client's time limit"
