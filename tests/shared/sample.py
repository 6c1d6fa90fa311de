"""The alert of the documented samples, to vary in tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.texts.composer import AlertText, Route
from shared.wire import Position

PRESSED_AT = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
LINK = "https://go.example.org/t#Q7fK2mZx9LrT4vBn8HsWpA"
BOTH_WAYS = Route(two_way=True, links=True)
ONE_WAY = Route(two_way=False, links=True)
NO_LINKS = Route(two_way=True, links=False)
NAMES = {
    "en": "Amina",
    "fr": "Amina",
    "ar": "أمينة",
    "mn": "Амина",
    "es": "Lucía",
    "ru": "Амина",
    "pt": "Conceição",
    "zh": "王芳",
    "fa": "آمنه",
    "tr": "Işıl",
    "my": "အေးအေး",
    "am": "አሚና",
}


def fix(*, age: timedelta = timedelta(0), **changes: Any) -> Position:
    given = {"lat": 14.6937, "lon": -17.4441, "accuracy_m": 25, "source": "gps"}
    return Position(**(given | {"at": PRESSED_AT - age} | changes))


def alert(locale: str = "en", **changes: Any) -> AlertText:
    given = {
        "name": NAMES[locale],
        "code": "K7P",
        "kind": "alert",
        "pressed_at": PRESSED_AT,
        "timezone": "Africa/Dakar",
        "position": fix(),
        "battery": 0.18,
        "link": LINK,
        "locale": locale,
    }
    return AlertText(**(given | changes))
