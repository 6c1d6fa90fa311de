"""Who sees what, and how fast codes may be tried."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.domain.access import LONGEST_WAIT, ancestors, descendants, next_code_at

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TREE = {"hub": None, "dakar": "hub", "praia": "hub", "thies": "dakar", "lone": None}


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str | None]:
    """Any parents at all, circles and missing ones included."""
    names = [str(n) for n in range(draw(st.integers(1, 8)))]
    parents = st.none() | st.sampled_from([*names, "nowhere"])
    return {name: draw(parents) for name in names}


def test_an_office_is_read_by_itself_and_those_above() -> None:
    assert ancestors("thies", TREE) == ["thies", "dakar", "hub"]
    assert ancestors("lone", TREE) == ["lone"]


def test_an_office_sees_itself_and_those_below() -> None:
    assert descendants("hub", TREE) == {"hub", "dakar", "praia", "thies"}
    assert descendants("praia", TREE) == {"praia"}


@given(trees())
def test_seeing_is_the_mirror_of_being_read_in_any_tree(tree: dict[str, str | None]) -> None:
    for office in tree:
        assert office in descendants(office, tree)
        assert descendants(office, tree) == {one for one in tree if office in ancestors(one, tree)}


@given(st.integers(0, 10_000))
def test_the_wait_for_a_code_only_grows_and_ends_at_five_minutes(wrong: int) -> None:
    wait, longer = (next_code_at(count, NOON) - NOON for count in (wrong, wrong + 1))
    assert timedelta(0) <= wait <= longer <= LONGEST_WAIT
    assert (wait > timedelta(0)) == (wrong >= 3)
