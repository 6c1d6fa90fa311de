"""Plus codes, by the examples of their specification's own test data."""

import pytest

from server.domain.plus_codes import LETTERS, plus_code


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        (20.3700625, 2.7821875, "7FG49QCJ+2V"),
        (47.0000625, 8.0000625, "8FVC2222+22"),
        (-41.2730625, 174.7859375, "4VCPPQGP+Q9"),
        (40.5283, 72.7985, "8JGJGQHX+8C"),
        (0.0, 0.0, "6FG22222+22"),
        (90.0, 1.0, "CFX3X2X2+X2"),
        (1.0, 180.0, "62H22222+22"),
        (1.0, -180.0, "62H22222+22"),
        (-90.0, -180.0, "22222222+22"),
    ],
)
def test_examples(lat: float, lon: float, code: str) -> None:
    assert plus_code(lat, lon) == code


def test_the_square_holds_the_place() -> None:
    for lat, lon in [(14.6937, -17.4441), (-33.9249, 18.4241), (71.0, 25.8), (-0.00001, -0.00001)]:
        south, west = corner(plus_code(lat, lon))
        assert 0 <= lat - south < 1 / 8000 + 1e-9
        assert 0 <= lon - west < 1 / 8000 + 1e-9


def corner(code: str) -> tuple[float, float]:
    """South and west edge of a square, the other way round than it was made."""
    letters = code.replace("+", "")
    south, west, step = -90.0, -180.0, 20.0
    for north, east in zip(letters[::2], letters[1::2], strict=True):
        south += LETTERS.index(north) * step
        west += LETTERS.index(east) * step
        step /= 20
    return south, west
