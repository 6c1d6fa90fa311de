"""Telephone numbers in E.164, as the wire carries them."""

import re
import unicodedata
from typing import Final

SEPARATORS: Final = re.compile(r"[\s.()\-\u2010-\u2015/]")
DIGITS: Final = range(7, 16)  # E.164: at most 15; no country's full number is shorter than 7


def normalised(text: str) -> str:
    """`00 44 (0)7700-900123` → `+447700900123`. Raises ValueError with what is wrong with it."""
    # Numbers are often written with the national zero in brackets, which is not dialled abroad.
    number = SEPARATORS.sub("", unicodedata.normalize("NFKC", text).strip().replace("(0)", ""))
    number = "".join(_digit(character) for character in number if _is_visible(character))
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if not number:
        raise ValueError("no number given")
    if not number.startswith("+"):
        raise ValueError("write it with + and the country code")
    digits = number[1:]
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("only digits may follow the +")
    if digits.startswith("0"):
        raise ValueError("a country code does not begin with 0")
    if len(digits) not in DIGITS:
        raise ValueError("a number with its country code has 7 to 15 digits")
    return number


def masked(number: str) -> str:
    """For a screen that others may see: the last two digits."""
    return f"•••• {number[-2:]}"


def _digit(character: str) -> str:
    """The ASCII digit for any script's: people type with the keyboard they have."""
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _is_visible(character: str) -> bool:
    """Address books wrap numbers in direction marks, which copy along unseen."""
    return unicodedata.category(character) != "Cf"
