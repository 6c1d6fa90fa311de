"""Texts by key, from compiled gettext catalogues; English stands in where a language has none."""

import gettext
from functools import cache
from pathlib import Path
from typing import Any, Final

SCREENS: Final = ("en", "fr", "ar", "mn")  # the simulated phones
# What contacts, activists and staff read: texts, calls, pages, the phone app. As `wire.Locale`.
LOCALES: Final = (*SCREENS, "es", "ru", "pt", "zh", "fa", "tr", "my", "am")
RIGHT_TO_LEFT: Final = frozenset({"ar", "fa"})
FOLDER: Final = Path(__file__).parent / "catalogues"


def say(key: str, locale: str, **values: object) -> str:
    """The text of `key` with its placeholders filled. Raises KeyError for a key of no catalogue."""
    domain = _domain(key)
    template = _catalogue(domain, locale).get(key) or _catalogue(domain, "en")[key]
    return template.format(**values)


def strings(prefix: str, locale: str) -> dict[str, str]:
    """Every text under a prefix, placeholders unfilled: `strings("web.board", "ar")`."""
    domain, start = _domain(prefix), f"{prefix.rstrip('.')}."
    known = _catalogue(domain, "en") | _catalogue(domain, locale)
    return {key: text for key, text in sorted(known.items()) if f"{key}.".startswith(start)}


def _domain(key: str) -> str:
    return key.partition(".")[0]


@cache
def _catalogue(domain: str, locale: str) -> dict[str, str]:
    found: Any = gettext.translation(domain, FOLDER, languages=[locale], fallback=True)
    # gettext offers no public way to list a catalogue; Babel reads the same attribute.
    entries: dict[str, str] = getattr(found, "_catalog", {})
    return {key: text for key, text in entries.items() if key}
