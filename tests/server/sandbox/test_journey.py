"""A text's way: taken, reported in signed webhooks, answered, and remembered over a restart."""

from datetime import UTC, datetime

import pytest

from server.sandbox.journey import HANDSET_OFF, next_at, onward

NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


def whole_way(kind: str, status: str, fate: int | None) -> list[str]:
    way = [status]
    while next_at(way[-1], NOW, rings_for=40) is not None:
        way.append(onward(kind, way[-1], fate))
    return way


@pytest.mark.parametrize(
    ("kind", "start", "fate", "way"),
    [
        ("text", "queued", None, ["sent", "delivered"]),
        ("text", "accepted", None, ["sent", "delivered"]),
        ("text", "queued", HANDSET_OFF, ["sent", "undelivered"]),
        ("text", "queued", 30007, ["sent", "undelivered"]),
        ("text", "queued", 30036, ["failed"]),
        ("call", "queued", None, ["ringing", "no-answer"]),
        ("call", "in-progress", None, ["completed"]),
        ("reply", "received", None, []),
    ],
)
def test_every_message_comes_to_an_end(
    kind: str, start: str, fate: int | None, way: list[str]
) -> None:
    assert whole_way(kind, start, fate) == [start, *way]
