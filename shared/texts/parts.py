"""What a text message costs: GSM 03.38 or UCS-2, and how many parts it is cut into."""

from collections.abc import Set
from typing import Final, Literal, NamedTuple

# GSM 03.38, row by row as the standard's table is read; 0x1B (escape) has no character.
BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
EXTENSION: Final = frozenset("\f^{}\\[~]|€")  # an escape and a septet each
GSM7: Final = BASIC | EXTENSION


class Segments(NamedTuple):
    """`units` are septets (GSM-7) or 16-bit units (UCS-2)."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    parts: int


def is_gsm7(text: str) -> bool:
    return GSM7.issuperset(text)


def segments(text: str) -> Segments:
    """How a carrier would send it. No pair (escape or surrogate) is cut in two between parts."""
    if is_gsm7(text):
        units = len(text) + sum(map(text.count, EXTENSION))
        return Segments("GSM-7", units, 1 if units <= 160 else _parts(text, EXTENSION, 153))
    wide = {character for character in text if character > "\uffff"}
    units = len(text) + sum(map(text.count, wide))
    return Segments("UCS-2", units, 1 if units <= 70 else _parts(text, wide, 67))


def _parts(text: str, pairs: Set[str], size: int) -> int:
    parts, room = 1, size
    for character in text:
        width = 2 if character in pairs else 1
        if width > room:
            parts, room = parts + 1, size
        room -= width
    return parts
