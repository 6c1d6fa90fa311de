"""Which way next, and when."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile.core import routes
from mobile.core.routes import Route, Routes, Way

A, B = "https://a.example", "https://b.example"


def test_the_example_in_the_docstring_is_true() -> None:
    assert doctest.testmod(routes).failed == 0


def test_every_way_of_every_server_is_tried_before_any_wait() -> None:
    known = Routes([A, B], draw=lambda: 1.0)
    tried, waits = [], []
    for _ in range(4):
        tried.append(known.next())
        waits.append(known.wait(urgent=True))
    assert tried == [Route(s, w) for s in (A, B) for w in (Way.SOCKET, Way.HTTPS)]
    assert waits == [0, 0, 0, 0.5]
    assert known.is_dead


@pytest.mark.parametrize(("urgent", "longest"), [(True, 15.0), (False, 60.0)])
def test_waits_grow_to_a_limit_and_a_new_press_starts_them_over(
    urgent: bool, longest: float
) -> None:
    known = Routes([A], draw=lambda: 1.0)
    waits = []
    for _ in range(20):
        known.next()
        waits.append(known.wait(urgent=urgent))
    rounds = [wait for wait in waits if wait]
    assert rounds == sorted(rounds)
    assert rounds[-1] == longest
    known.hurry()
    known.next()
    known.next()
    assert known.wait(urgent=urgent) <= 1


def test_a_socket_that_held_is_opened_again_within_a_second() -> None:
    known = Routes([A, B], draw=lambda: 0.3)
    for _ in range(2):
        known.next()
    held = known.next()
    known.worked(held)
    assert known.wait(urgent=False) == 0.3
    assert known.next() == held


def test_where_only_https_works_the_socket_is_tried_in_every_round() -> None:
    known = Routes([A], draw=lambda: 1.0)
    ways = []
    for _ in range(6):
        route = known.next()
        ways.append(route.way)
        if route.way is Way.HTTPS:
            known.worked(route)
            assert known.wait(urgent=True) == routes.POLL_S
        else:
            assert known.wait(urgent=True) == 0
    assert ways == [Way.SOCKET, Way.HTTPS] * 3
    assert not known.is_dead


def test_without_news_to_come_https_is_asked_once_a_minute() -> None:
    known = Routes([A])
    known.next()
    known.worked(known.next())
    assert known.wait(urgent=False) == routes.IDLE_POLL_S


@given(st.lists(st.booleans(), max_size=60), st.floats(0, 1), st.booleans())
def test_no_wait_is_ever_longer_than_its_table_or_negative(
    luck: list[bool], draw: float, urgent: bool
) -> None:
    known = Routes([A, B], draw=lambda: draw)
    for works in luck:
        route = known.next()
        if works:
            known.worked(route)
        limit = routes.WAITS_S[-1] if urgent else routes.IDLE_WAITS_S[-1]
        assert 0 <= known.wait(urgent=urgent) <= limit
