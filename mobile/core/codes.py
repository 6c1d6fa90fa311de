"""Which codes are too easily guessed, and what checks a stop code later without knowing it."""

import re
from collections.abc import Collection
from itertools import pairwise
from typing import Final

from shared import crypto

STOP_DIGITS: Final = 4  # tried online alone, with the phone's token, against growing waits
UNLOCK_DIGITS: Final = 6  # what guards what lies on the phone
LONGEST: Final = 12
YEAR: Final = re.compile(r"(19|20)\d\d")


def is_code(typed: str, least: int = STOP_DIGITS) -> bool:
    """Whether this could be a code at all: digits, and as many as a code has."""
    return typed.isascii() and typed.isdecimal() and least <= len(typed) <= LONGEST


def weakness(
    code: str, others: Collection[str] = (), *, least: int = STOP_DIGITS, twin: str = ""
) -> str | None:
    """Why not to take it, as the key of a text; None where nothing speaks against it.

    `others` are the codes that this phone has already. `twin` is the one it must look like while
    it is typed: who watches counts the digits.
    """
    if not is_code(code, least):
        return "disguise.weak.short"
    if twin and len(code) != len(twin):
        return "disguise.weak.length"
    if any(_alike(code, other) for other in others):
        return "disguise.weak.same"
    if _repeats(code):
        return "disguise.weak.repeats"
    if _runs(code):
        return "disguise.weak.run"
    return "disguise.weak.year" if _is_date(code) else None


def verifiers(stop: str, duress: str) -> tuple[bytes, bytes]:
    """For `wire.Bundle`: what the server checks a stop code against, in slots of one size."""
    return crypto.code_verifier(stop), crypto.code_verifier(duress)


def _alike(code: str, other: str) -> bool:
    """The same, backwards, or one the beginning or the end of the other."""
    shorter, longer = sorted((code, other), key=len)
    return bool(shorter) and (
        longer.startswith(shorter) or longer.endswith(shorter) or code == other[::-1]
    )


def _repeats(code: str) -> bool:
    """One or two digits alone, or a shorter piece said over and over: 1111, 1212, 123123."""
    pieces = (code[:size] for size in range(1, len(code) // 2 + 1) if len(code) % size == 0)
    again = any(piece * (len(code) // len(piece)) == code for piece in pieces)
    return again or len(set(code)) == 1 or (len(code) > STOP_DIGITS and len(set(code)) == 2)


def _runs(code: str) -> bool:
    """Steps of one size: 1234, 9876, 2468, also over the end of the keypad: 7890."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(code)}
    return len(steps) == 1


def _is_date(code: str) -> bool:
    """A year, or six or eight digits that are a day of somebody's life in any order."""
    if len(code) == 4:
        return bool(YEAR.fullmatch(code)) or _is_day(code[:2], code[2:])
    if len(code) == 6:
        parts = code[:2], code[2:4], code[4:]
        in_year = bool(YEAR.fullmatch(code[:4]) or YEAR.fullmatch(code[2:]))
        return in_year or _is_day(*parts[:2]) or _is_day(*parts[1:])
    if len(code) == 8:
        first, last = YEAR.fullmatch(code[:4]), YEAR.fullmatch(code[4:])
        by_year = first and _is_day(code[4:6], code[6:])
        return bool(by_year or (last and _is_day(code[:2], code[2:4])))
    return False


def _is_day(one: str, other: str) -> bool:
    low, high = sorted((int(one), int(other)))
    return 1 <= low <= 12 and 1 <= high <= 31
