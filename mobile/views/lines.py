"""Lines of text in the order the eye reads them: wrapped as spoken, then turned line by line.

Turning a whole text and letting it wrap afterwards puts its last words on the first line;
leaving it to the renderer turns 12:45 into 54:21.
"""

from collections.abc import Callable

from arabic_reshaper import ArabicReshaper
from bidi.algorithm import get_display

from shared.texts import RIGHT_TO_LEFT

_reshaper = ArabicReshaper(configuration={"support_zwj": False})


def shaped(text: str, locale: str) -> str:
    """The same text in letters as they are drawn, still in the order they are spoken."""
    return str(_reshaper.reshape(text)) if locale in RIGHT_TO_LEFT else text


def turned(line: str, locale: str) -> str:
    """One wrapped line, ready to draw from left to right."""
    return str(get_display(line, base_dir="R")) if locale in RIGHT_TO_LEFT else line


def wrapped(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Greedy: as many words a line as fit; a word wider than the line stands alone."""
    result: list[str] = []
    for word in text.split(" "):
        longer = f"{result[-1]} {word}" if result else word
        if result and measure(longer) <= width:
            result[-1] = longer
        else:
            result.append(word)
    return result
