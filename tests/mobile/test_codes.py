"""Codes that people choose first are refused; the others are not."""

import random

import pytest

from mobile.core import codes
from shared import crypto


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "short"),
        ("258", "short"),
        ("25 80", "short"),
        ("٢٥٨٠", "short"),
        ("2580258025802", "short"),
        ("1111", "repeats"),
        ("1212", "repeats"),
        ("474747", "repeats"),
        ("507507", "repeats"),
        ("335335", "repeats"),
        ("447744", "repeats"),
        ("1234", "run"),
        ("9876", "run"),
        ("2468", "run"),
        ("7890", "run"),
        ("1984", "year"),
        ("2011", "year"),
        ("3112", "year"),
        ("0824", "year"),
        ("081984", "year"),
        ("198408", "year"),
        ("240884", "year"),
        ("840824", "year"),
        ("24081984", "year"),
        ("19840824", "year"),
    ],
)
def test_weak_codes_are_refused_with_the_reason(code: str, reason: str) -> None:
    assert codes.weakness(code) == f"disguise.weak.{reason}"


@pytest.mark.parametrize("code", ["2580", "4711", "6093", "739164", "80413957"])
def test_others_are_taken(code: str) -> None:
    assert codes.weakness(code) is None


@pytest.mark.parametrize("code", ["4711", "1174", "471190", "904711"])
def test_a_code_like_one_that_is_there_is_refused(code: str) -> None:
    assert codes.weakness(code, ["4711"]) == "disguise.weak.same"


def test_twins_are_of_one_length_so_that_nobody_tells_them_apart_by_their_dots() -> None:
    assert codes.weakness("60935", twin="4711") == "disguise.weak.length"
    assert codes.weakness("6093", ["4711"], twin="4711") is None


def test_an_unlock_code_is_longer() -> None:
    assert codes.weakness("4711", least=codes.UNLOCK_DIGITS) == "disguise.weak.short"


def test_most_codes_are_left_to_choose_from() -> None:
    chance = random.Random(4)
    for size, least in ((4, 0.8), (6, 0.7), (8, 0.95)):
        drawn = ["".join(chance.choices("0123456789", k=size)) for _ in range(2000)]
        assert sum(codes.weakness(code) is None for code in drawn) / len(drawn) > least


def test_the_bundles_verifiers_fit_their_codes_and_are_of_one_size() -> None:
    stop, duress = codes.verifiers("4711", "6093")
    assert crypto.code_matches("4711", stop)
    assert crypto.code_matches("6093", duress)
    assert len(stop) == len(duress)
