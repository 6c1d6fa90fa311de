"""A language guessed from nothing but a number."""

from itertools import permutations
from typing import get_args

import pytest

from server.domain.languages import BY_PREFIX, likely
from shared.wire import Locale


@pytest.mark.parametrize(
    ("prefix", "locale"),
    [
        ("33", "fr"),
        ("221", "fr"),
        ("34", "es"),
        ("54", "es"),
        ("1809", "es"),
        ("258", "pt"),
        ("20", "ar"),
        ("212", "ar"),
        ("77", "ru"),
        ("86", "zh"),
        ("93", "fa"),
        ("90", "tr"),
        ("976", "mn"),
        ("95", "my"),
        ("251", "am"),
        ("1202", "en"),
        ("44", "en"),
        ("380", "en"),
    ],
)
def test_the_language_most_read_where_the_number_is_from(prefix: str, locale: str) -> None:
    assert likely(f"+{prefix}5550101") == locale


def test_no_prefix_begins_with_another_one() -> None:
    assert [pair for pair in permutations(BY_PREFIX, 2) if pair[1].startswith(pair[0])] == []


def test_every_language_but_english_is_somebodys() -> None:
    assert {*BY_PREFIX.values(), "en"} == set(get_args(Locale))
