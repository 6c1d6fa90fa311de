"""Builds the fonts that documents are set in: Noto Sans, one family a script, as small as it goes.

Run with the folders of Debian's fonts-noto-core and fonts-noto-cjk; the results are committed
beside their licence:

    python -m server.documents.build_fonts /usr/share/fonts/truetype/noto \
        /usr/share/fonts/opentype/noto
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

OUT = Path(__file__).parent / "fonts"
# What the server's own pages are written in is bold in headings too.
BOLD = ("", "Arabic", "Khmer", "Ethiopic", "Myanmar")
REGULAR = (
    *BOLD,
    "Armenian",
    "Bengali",
    "Devanagari",
    "Georgian",
    "Gujarati",
    "Gurmukhi",
    "Hebrew",
    "Kannada",
    "Lao",
    "Malayalam",
    "NKo",
    "Oriya",
    "Sinhala",
    "Tamil",
    "Telugu",
    "Thaana",
    "Thai",
    "Tifinagh",
)
LEFT_OUT = [range(0x1F00, 0x2000), range(0xFE20, 0xFE30)]  # of Noto Sans: ancient Greek, half marks
SIMPLIFIED = 2  # the place of Noto Sans CJK SC in its collection
# In parts, so that none is a large file: the signs of GB 2312, then those of Korea's KS X 1001.
CHINESE_PARTS, KOREAN_PARTS = 5, 2
EAST_ASIAN_SIGNS = [*range(0x3000, 0x3100), *range(0xFF01, 0xFFE7)]


def main(noto: Path, cjk: Path) -> None:
    for weight, scripts in (("Regular", REGULAR), ("Bold", BOLD)):
        for script in scripts:
            name = f"NotoSans{script}-{weight}.ttf"
            font = TTFont(noto / name)
            left_out = {sign for span in LEFT_OUT for sign in span}
            subset(font, set(font.getBestCmap()) - left_out, OUT / name)
    chinese = [*EAST_ASIAN_SIGNS, *encoded("gb2312", 0x4E00, 0xA000)]
    korean = [*encoded("euc_kr", 0xAC00, 0xD7A4)]
    pieces = [*parts(chinese, CHINESE_PARTS), *parts(korean, KOREAN_PARTS)]
    for number, letters in enumerate(pieces, 1):
        font = TTFont(cjk / "NotoSansCJK-Regular.ttc", fontNumber=SIMPLIFIED)
        rename(font, f"Noto Sans East Asian {number}")
        subset(font, letters, OUT / f"NotoSansEastAsian{number}-Regular.otf")


def encoded(encoding: str, start: int, end: int) -> Iterator[int]:
    """The signs between two code points that an older encoding has: those in daily use."""
    for point in range(start, end):
        try:
            chr(point).encode(encoding)
        except UnicodeEncodeError:
            continue
        yield point


def parts(letters: list[int], count: int) -> list[list[int]]:
    size = -(-len(letters) // count)
    return [letters[at : at + size] for at in range(0, len(letters), size)]


def rename(font: Any, family: str) -> None:
    """A family of its own: a page looks for a sign in one family after the other."""
    for record in font["name"].names:
        if record.nameID in (1, 16):
            record.string = family
        elif record.nameID in (4, 6):
            record.string = family.replace(" ", "") + "-Regular"


def subset(font: Any, characters: Iterable[int], out: Path) -> None:
    font.recalcTimestamp = False
    options = Options(layout_features=["*"], name_IDs=["*"], notdef_outline=True, hinting=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.save(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
