"""What the carrier's codes say of a number, and which say nothing of it."""

import pytest

from server.domain.delivery import REMEDIES, ErrorClass
from server.domain.reach import SAID_BY, Reach, by_code, can_be_alerted


def test_every_code_that_tells_of_a_number_has_its_remedy() -> None:
    assert set(SAID_BY) <= set(REMEDIES)


@pytest.mark.parametrize("code", sorted(SAID_BY))
def test_whoever_is_called_instead_of_texted_can_be_alerted(code: int) -> None:
    if SAID_BY[code] is Reach.LANDLINE:
        assert REMEDIES[code].voice


@pytest.mark.parametrize("code", [None, 20429, 21610, 21611, 30001, 30003, 30007, 30008, 99999])
def test_what_passes_says_nothing_of_the_number(code: int | None) -> None:
    assert by_code(code) is None


def test_an_opt_out_is_no_reach() -> None:
    silenced = {code for code, it in REMEDIES.items() if it.kind is ErrorClass.OPTED_OUT}
    assert silenced
    assert silenced & set(SAID_BY) == set()


def test_a_landline_is_called() -> None:
    reached = {reach for reach in Reach if can_be_alerted(reach)}
    assert reached == {Reach.MOBILE, Reach.LANDLINE, Reach.UNKNOWN}
