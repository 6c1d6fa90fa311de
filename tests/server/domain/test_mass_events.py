"""Which alerts belong together: places, errors and times in, events out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.mass_events import (
    LARGEST_ERROR_M,
    LONGEST,
    REACH_M,
    WIDEST_M,
    WITHIN,
    Event,
    Sighting,
    Together,
    belongs,
    event_of,
    gather,
    is_near,
    is_sure,
)
from shared import geo
from shared.wire import Position

AT = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
METRE = 1 / 111_195  # of latitude, in degrees


def fix(north: float = 0, *, lon: float = 0, error: float | None = 10, late: float = 0) -> Position:
    at = AT - timedelta(minutes=late)
    return Position(lat=north * METRE, lon=lon, accuracy_m=error, source="gps", at=at)


def alert(
    name: str,
    north: float = 0,
    minutes: float = 0,
    *,
    who: str = "",
    drill: bool = False,
    error: float | None = 10,
    lon: float = 0,
) -> Sighting:
    """`north`: metres from the square; `minutes` after two."""
    at = AT + timedelta(minutes=minutes)
    return Sighting(name, who or f"activist {name}", drill, at, fix(north, error=error, lon=lon))


def found(*alerts: Sighting) -> list[tuple[str, ...]]:
    """What these begin, one after the other."""
    loose: list[Sighting] = []
    for one in alerts:
        answers = gather([one], loose, [])
        if answers:
            return [together.incident_ids for together in answers]
        loose.append(one)
    return []


def test_three_people_on_a_square_are_an_event():
    assert found(alert("a"), alert("b", 300, 1), alert("c", 900, 5)) == [("a", "b", "c")]


def test_two_people_are_none():
    assert found(alert("a"), alert("b", 300, 1)) == []


def test_one_person_who_is_stopped_and_presses_anew_is_no_crowd():
    assert found(*(alert(name, who="ana") for name in "abcd")) == []
    assert found(*(alert(name, who="ana") for name in "abc"), alert("d"), alert("e")) != []


def test_drills_are_gathered_with_drills():
    assert found(alert("a"), alert("b"), alert("c", drill=True)) == []
    assert found(*(alert(name, drill=True) for name in "abc")) == [("a", "b", "c")]


@pytest.mark.parametrize(
    ("minutes", "begins"), [(WITHIN / timedelta(minutes=1), True), (31, False), (-31, False)]
)
def test_half_an_hour_lies_between_them_at_most(minutes, begins):
    assert bool(found(alert("a"), alert("b"), alert("c", 0, minutes))) is begins


@pytest.mark.parametrize(
    ("metres", "error", "begins"),
    [
        (REACH_M, 10, True),
        (REACH_M + 25, 10, False),
        (REACH_M + 25, 20, True),
        (REACH_M + 900, None, True),  # a phone that cannot say may be a kilometre off
        (REACH_M + 1_100, None, False),
    ],
)
def test_errors_of_both_places_count(metres, error, begins):
    near = [alert("a"), alert("b", 0), alert("c", metres, error=error)]
    assert bool(found(*near)) is begins


def test_whoever_stands_between_the_others_brings_them_together():
    one, other, between = alert("a", 0), alert("b", 3_500), alert("c", 1_800)
    assert not is_near(one, other)
    assert found(one, other, between) == [("a", "b", "c")]
    assert found(one, between, other) == [("a", "b", "c")]


def test_all_at_once_are_one_event_and_those_elsewhere_another():
    square = [alert(f"s{n}", 100 * n, n / 10) for n in range(8)]
    harbour = [alert(f"h{n}", 40_000 + n, n / 10) for n in range(4)]
    lone = alert("lone", 90_000)
    answers = gather([*square, *harbour, lone], [], [])
    assert {together.incident_ids for together in answers} == {
        tuple(one.incident_id for one in square),
        tuple(one.incident_id for one in harbour),
    }


def test_an_alert_goes_on_with_an_event_and_begins_none_of_its_own():
    event = event_of("march", [alert("a"), alert("b", 200), alert("c", 400)])
    assert gather([alert("d", 2_300, 20)], [], [event]) == [Together("march", ("d",))]
    assert gather([alert("d", 2_300, 31)], [], [event]) == []
    assert gather([alert("d", 2_500, 20)], [], [event]) == []
    assert gather([alert("d", 0, 20, drill=True)], [], [event]) == []


def test_of_two_events_it_goes_on_with_the_nearer():
    near = event_of("near", [alert("a", 3_000)])
    far = event_of("far", [alert("b", -1_000)])
    for events in ([near, far], [far, near]):
        assert gather([alert("c", 1_500)], [], events) == [Together("near", ("c",))]


def test_an_event_that_grows_takes_those_who_waited_at_its_edge():
    event = event_of("march", [alert("a"), alert("b", 100), alert("c", 200)])
    waiting = alert("w", 3_900, 1)
    assert gather([waiting], [], [event]) == []
    assert gather([alert("d", 2_050, 2)], [waiting], [event]) == [Together("march", ("d", "w"))]


def test_a_march_ends_somewhere():
    """Each is near the one before: without a bound the whole country were one event."""
    chain = [alert(f"{n:03}", 1_000 * n, n / 10) for n in range(100)]
    answers = gather(chain, [], [])
    assert sum(len(together.incident_ids) for together in answers) == 100
    placed = {one.incident_id: one.place for one in chain}
    for together in answers:
        places = [placed[name] for name in together.incident_ids]
        spread = max(geo.distance_m(a, b) for a in places for b in places)
        assert spread <= 2 * (WIDEST_M + 20)


def test_a_day_of_unrest_is_several_events():
    event = event_of("day", [alert("a"), alert("b", 0, LONGEST / timedelta(minutes=1) - 5)])
    assert belongs(alert("c", 0, 359), event)
    assert not belongs(alert("c", 0, 361), event)


def test_a_vague_or_old_place_says_nothing():
    assert is_sure(fix(), AT)
    assert is_sure(fix(error=None), AT)
    assert is_sure(fix(error=LARGEST_ERROR_M), AT)
    assert is_sure(fix(late=-5), AT)  # it came after the press
    assert not is_sure(None, AT)
    assert not is_sure(fix(error=LARGEST_ERROR_M + 1), AT)
    assert not is_sure(fix(late=31), AT)


def test_at_the_date_line_and_at_the_pole_neighbours_are_found():
    line = [alert("a", lon=179.999), alert("b", lon=-179.999), alert("c", lon=180)]
    assert found(*line) == [("a", "b", "c")]
    middle = event_of("line", line).middle
    assert abs(abs(middle.lon) - 180) < 0.001
    pole = [alert(name, 89.99 / METRE, lon=lon) for name, lon in (("a", 0), ("b", 90), ("c", 180))]
    assert found(*pole) == [("a", "b", "c")]


anywhere = st.builds(
    Position,
    lat=st.floats(-85, 85),
    lon=st.floats(-180, 180),
    accuracy_m=st.floats(0, LARGEST_ERROR_M),
    source=st.just("gps"),
    at=st.just(AT),
)


@given(
    anywhere,
    st.lists(st.tuples(st.floats(-0.1, 0.1), st.floats(-0.3, 0.3)), min_size=2, max_size=8),
    st.lists(st.floats(0, LARGEST_ERROR_M), min_size=9, max_size=9),
)
def test_no_neighbour_is_overlooked(place, offsets, errors):
    """Looking at cells finds whoever looking at everybody finds."""
    spots = [(0.0, 0.0), *offsets]
    crowd = [
        Sighting(
            str(n),
            str(n),
            False,
            AT + timedelta(seconds=n),
            Position(
                lat=place.lat + north,
                lon=(place.lon + east + 540) % 360 - 180,
                accuracy_m=errors[n],
                source="gps",
                at=AT,
            ),
        )
        for n, (north, east) in enumerate(spots)
    ]
    enough = any(sum(is_near(one, other) for other in crowd) >= 3 for one in crowd)
    assert bool(gather(crowd, [], [])) is enough


def test_a_person_who_presses_on_and_on_costs_no_more_than_three():
    """Five hundred alerts of one phone would otherwise be compared each with each."""
    flood = [alert(f"{n:03}", minutes=n / 100, who="ana") for n in range(500)]
    assert gather(flood[:250], flood[250:], []) == []
    others = [alert("x", minutes=5), alert("y", minutes=5)]
    (together,) = gather([*flood, *others], [], [])
    assert together.incident_ids == ("497", "498", "499", "x", "y")


def test_the_order_of_arrival_in_a_batch_changes_nothing():
    crowd = [alert(f"{n:02}", 300 * n, n) for n in range(20)]
    assert gather(crowd, [], []) == gather(crowd[::-1], [], [])


def test_an_event_says_how_far_it_reaches():
    event = event_of("x", [alert("a", -500, 3), alert("b", 500)])
    assert isinstance(event, Event)
    assert (event.first_at, event.last_at) == (AT, AT + timedelta(minutes=3))
    assert event.radius_m == pytest.approx(500, rel=0.01)
    assert event.middle.lat == pytest.approx(0, abs=1e-9)
