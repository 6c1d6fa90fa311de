"""Which characters the phone's own words are written in: its Chinese font has these alone."""

from functools import cache
from typing import Final

from shared import texts

DOMAINS: Final = ("app", "setup", "status", "disguise", "guard")


@cache
def written(locale: str) -> frozenset[str]:
    return frozenset(
        letter
        for domain in DOMAINS
        for said in texts.strings(domain, locale).values()
        for letter in said
    )
