"""Numbers that can be somebody's, and what cannot."""

import pytest

from server.domain.numbers import is_plausible


@pytest.mark.parametrize("number", ["+12025550101", "+447700900123", "+33639980001"])
def test_a_number_of_its_countrys_length_is_plausible(number: str) -> None:
    assert is_plausible(number)


@pytest.mark.parametrize("number", ["", "33639980001", "+0", "+1202555", "+336399800", "+x"])
def test_any_other_is_not(number: str) -> None:
    assert not is_plausible(number)
