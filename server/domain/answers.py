"""What a contact's text message means."""

import re
import unicodedata
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple


class Meaning(StrEnum):
    ACTING = "acting"
    CANNOT = "cannot"
    PLACE = "place"
    STOP = "stop"
    START = "start"
    OTHER = "other"


class Reply(NamedTuple):
    meaning: Meaning
    code: str | None


# Twilio's opt-out and opt-in words: it silences the number itself, and we must know.
STOP_WORDS = frozenset(
    [
        "STOP",
        "STOPALL",
        "UNSUBSCRIBE",
        "CANCEL",
        "END",
        "QUIT",
        "REVOKE",
        "OPTOUT",
        "ARRET",
        "ARRÊT",
    ]
)
START_WORDS = frozenset(["START", "UNSTOP", "YES"])
# Who answers while nothing is open hears so, and no more often than this: a machine may answer.
TOLD_EVERY = timedelta(days=1)
_DIGITS = {"1": Meaning.ACTING, "2": Meaning.CANNOT, "3": Meaning.PLACE}
_ANSWER = re.compile(r"^\W*([123])\W*(?:([A-Z][2-9][A-Z])\b.*)?$", re.DOTALL)
_CODE_FIRST = re.compile(r"^\W*([A-Z][2-9][A-Z])\W+([123])\W*$")


def read(body: str) -> Reply:
    """A digit, with the alert's code before or behind it; a digit of any script counts."""
    text = western(body).strip().upper()
    if text in STOP_WORDS:
        return Reply(Meaning.STOP, None)
    if text in START_WORDS:
        return Reply(Meaning.START, None)
    if found := _ANSWER.match(text):
        return Reply(_DIGITS[found[1]], found[2])
    if found := _CODE_FIRST.match(text):
        return Reply(_DIGITS[found[2]], found[1])
    return Reply(Meaning.OTHER, None)


def all_declined(answers: list[str | None]) -> bool:
    return bool(answers) and all(answer == Meaning.CANNOT for answer in answers)


def western(text: str) -> str:
    """Digits of any script as the ones we compare with."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in text)
