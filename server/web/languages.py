"""The languages that pages speak: their own names, and which one a browser asks for."""

from collections.abc import Container

from shared import texts

NAMES = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "pt": "Português",
    "tr": "Türkçe",
    "ru": "Русский",
    "mn": "Монгол",
    "ar": "العربية",
    "fa": "فارسی",
    "am": "አማርኛ",
    "my": "မြန်မာ",
    "zh": "中文",
}
DEFAULT = "en"


def direction(locale: str) -> str:
    return "rtl" if locale in texts.RIGHT_TO_LEFT else "ltr"


def preferred(accept_language: str, offered: Container[str]) -> str:
    """The heaviest wish of an Accept-Language header that is offered."""
    best, heaviest = DEFAULT, 0.0
    for wish in accept_language.split(","):
        tag, _, weight = wish.strip().partition(";q=")
        language, weighs = tag.split("-")[0].lower(), _weight(weight)
        if language in offered and weighs > heaviest:
            best, heaviest = language, weighs
    return best


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
