"""When the operator is paged, and how far credit goes: arithmetic."""

from datetime import UTC, datetime, timedelta

import pytest

from server.domain import watch
from server.domain.watch import NOTHING_PAGED, Condition, Credit, Probe

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
LOW, GONE = Condition.CREDIT_LOW, Condition.RELAY_GONE


def test_news_is_told_once_and_again_after_a_quarter_of_an_hour():
    first = watch.news({LOW, GONE}, NOTHING_PAGED, NOW)
    assert first == ([LOW, GONE], [])
    paged = watch.after_page(NOTHING_PAGED, first, NOW)
    assert not watch.news({LOW, GONE}, paged, NOW + timedelta(minutes=14, seconds=59))
    assert watch.news({LOW, GONE}, paged, NOW + timedelta(minutes=15)).holding == [LOW, GONE]


def test_what_flaps_is_mended_once():
    paged = watch.after_page(NOTHING_PAGED, watch.news({LOW}, NOTHING_PAGED, NOW), NOW)
    mended = watch.news(set(), paged, NOW)
    assert mended == ([], [LOW])
    paged = watch.after_page(paged, mended, NOW)
    assert not watch.news({LOW}, paged, NOW)
    assert not watch.news(set(), paged, NOW)


@pytest.mark.parametrize(
    ("amount", "price", "left"),
    [(24, 0.01, 2400), (0.009, 0.01, 0), (-3, 0.01, 0), (10, None, None)],
)
def test_texts_left(amount: float, price: float | None, left: int | None):
    assert watch.texts_left(amount, price) == left


@pytest.mark.parametrize(
    ("amount", "texts", "least", "low"),
    [
        (100, 499, 500, True),
        (1, 500, 500, False),
        (1, 0, 0, False),
        (19.99, None, 500, True),
        (20, None, 500, False),
        (0, None, 0, False),
    ],
)
def test_when_credit_is_low(amount: float, texts: int | None, least: int, low: bool):
    credit = Credit(amount=amount, currency="USD", texts=texts)
    assert watch.is_low(credit, least) is low


@pytest.mark.parametrize(
    ("delivered", "seconds", "failed"),
    [(None, 180, False), (None, 181, True), (180, 9999, False), (181, 9999, True)],
)
def test_when_a_probe_has_failed(delivered: int | None, seconds: int, failed: bool):
    at = None if delivered is None else NOW + timedelta(seconds=delivered)
    probe = Probe(stored_at=NOW, sent_at=None, delivered_at=at)
    assert watch.has_failed(probe, NOW + timedelta(seconds=seconds)) is failed
