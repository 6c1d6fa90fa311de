"""When an appeal for a person may be final: what they agreed to beforehand, and two people."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

SHORTEST_NAME = 3  # letters; a shorter part of a name stands in too many other words


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    FINAL = "final"


class Obstacle(StrEnum):
    """What keeps a draft from being final."""

    DRILL = "drill"
    NO_CONSENT = "no_consent"
    NAME = "name"
    PHOTO = "photo"
    DECISION = "decision"
    INCOMPLETE = "incomplete"


def obstacles(
    *,
    agreed_on: date | None,
    may_name: bool,
    may_photo: bool,
    decides: str,
    named: bool,
    photo: bool,
    decision: str,
    complete: bool,
    drill: bool,
) -> list[Obstacle]:
    """`decides`: who of the person's own people has the last word; then `decision` says that, and
    when, they were asked."""
    found = {
        Obstacle.DRILL: drill,
        Obstacle.NO_CONSENT: agreed_on is None,
        Obstacle.NAME: named and not may_name,
        Obstacle.PHOTO: photo and not may_photo,
        Obstacle.DECISION: bool(decides) and not decision.strip(),
        Obstacle.INCOMPLETE: not complete,
    }
    return [obstacle for obstacle, holds in found.items() if holds]


def naming(fields: Mapping[str, str], names: Iterable[str]) -> str | None:
    """The first field in which a part of one of the names stands, however it is spelled."""
    parts = {part for name in names for part in _words(name) if len(part) >= _shortest(part)}
    for field, text in fields.items():
        words = _words(text)
        if any(_says(word, part) for word in words for part in parts):
            return field
    return None


def _says(word: str, part: str) -> bool:
    """Names take endings in many languages, articles in front in some, and spaces not in all."""
    if word == part:
        return True
    if _is_joined(part):
        return part in word
    return len(part) > SHORTEST_NAME and word.startswith(part)


def _shortest(part: str) -> int:
    return 2 if part[0] >= "\u2e80" else SHORTEST_NAME


def _is_joined(part: str) -> bool:
    """Hebrew and Arabic join what English sets apart; these others write without spaces."""
    return any(
        start <= part[0] <= end
        for start, end in (
            ("\u0590", "\u08ff"),
            ("\u0e00", "\u0fff"),
            ("\u1000", "\u109f"),
            ("\u1780", "\u17ff"),
            ("\u2e80", "\uffff"),
        )
    )


def _words(text: str) -> list[str]:
    """Runs of letters, without case and accents; vowels of India and beyond are no accents."""
    kept = []
    for sign in unicodedata.normalize("NFKD", text.casefold()):
        kind = unicodedata.category(sign)
        if kind == "Mn" and not "\u0900" <= sign <= "\u1fff":
            continue
        kept.append(sign if kind[0] in "LM" else " ")
    return "".join(kept).split()
