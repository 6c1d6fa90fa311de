"""Lines of text in the order the eye reads them: wrapped as spoken, then turned line by line.

Turning a whole text and letting it wrap afterwards puts its last words on the first line;
leaving it to the renderer turns 12:45 into 54:21.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from shared.texts import RIGHT_TO_LEFT

BREAK: Final = "\u200b"  # where a line may end in scripts without spaces; never drawn
NOT_JOINED: Final = "\u200c"  # between letters that stay apart: done once they are shaped
OF_RIGHT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
PHONE: Final = re.compile(r"\+\d[\d ()\u00a0-]*\d")
PHONE_OR_BRACKET: Final = re.compile(rf"{PHONE.pattern}|[()]")
LEFT_TO_RIGHT, END = "\u202a", "\u202c"  # around what keeps its order inside a turned line
LEFT, RIGHT = "\u200e", "\u200f"  # beside what would go along with its neighbours
HAN: Final = "\u3400-\u9fff"
OPENS, ENDS = "（《「『【“‘", "，。、；：？）》」』】”’…％"
# A piece may follow at a space, at a mark, or at any sign of Chinese; none begins with an end.
PIECE: Final = re.compile(rf"[{OPENS}]*(?:[{HAN}]|[^ {BREAK}{HAN}{OPENS}{ENDS}]+)?[{ENDS}]*")


@cache
def _reshaper() -> Any:
    """Read when the first right-to-left word is drawn: most phones start sooner without."""
    from arabic_reshaper import ArabicReshaper

    return ArabicReshaper(configuration={"support_zwj": False})


class Piece(NamedTuple):
    """What no line end may cut, and what stands before it within a line."""

    before: str
    text: str


def shaped(text: str) -> str:
    """The same text in letters as they are drawn, still in the order they are spoken."""
    whole = PHONE.sub(lambda number: number[0].replace(" ", "\u00a0"), text)
    if not OF_RIGHT.search(whole):
        return whole
    return str(_reshaper().reshape(whole)).replace(NOT_JOINED, "")


def turned(line: str, locale: str) -> str:
    """One wrapped line, ready to draw from left to right."""
    is_right = locale in RIGHT_TO_LEFT
    if not is_right and not OF_RIGHT.search(line):
        return line.replace(LEFT, "")
    from bidi.algorithm import get_display

    mark = RIGHT if is_right else LEFT

    def marked(found: re.Match[str]) -> str:
        part = found[0]
        return f"{mark}{part if len(part) == 1 else LEFT_TO_RIGHT + part + END}{mark}"

    kept = PHONE_OR_BRACKET.sub(marked, line)
    drawn = str(get_display(kept, base_dir="R" if is_right else "L"))
    return drawn.replace(LEFT, "").replace(RIGHT, "")


def pieces(text: str) -> Iterator[Piece]:
    """The text cut wherever a line may end."""
    before = ""
    for part in re.split(f"([ {BREAK}])", text):
        if part in (" ", BREAK):
            before += part.strip(BREAK)
            continue
        for piece in filter(None, PIECE.findall(part)):
            yield Piece(before, piece)
            before = ""


def wrapped(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Greedy: as many pieces a line as fit; a piece wider than the line stands alone."""
    result: list[str] = []
    for before, piece in pieces(text):
        longer = f"{result[-1]}{before}{piece}" if result else piece
        if result and measure(longer) <= width:
            result[-1] = longer
        else:
            result.append(piece)
    return result
