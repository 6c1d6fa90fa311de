"""Builds the phone's fonts: Noto Sans subset to what the app writes, Arabic merged with Latin.

Run with the folder of Debian's fonts-noto-core; the results are committed beside their licence:

    python -m mobile.packaging.build_fonts /usr/share/fonts/truetype/noto
"""

import sys
from pathlib import Path

from fontTools.merge import Merger  # type: ignore[import-untyped]
from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

OUT = Path(__file__).parents[1] / "views" / "fonts"
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2040), 0x20AC, 0x2026, 0x2212]
CYRILLIC = [*range(0x400, 0x530)]
ARABIC = [
    *range(0x600, 0x700),
    *range(0x750, 0x780),
    *range(0xFB50, 0xFE00),
    *range(0xFE70, 0xFF00),
]
ARABIC_LINE = (1120, -460)  # in thousandths of the size
MARKS = [0x200B, 0x200E, 0x200F]


def main(noto: Path) -> None:
    for weight in ("Regular", "Bold"):
        latin = noto / f"NotoSans-{weight}.ttf"
        subset(latin, LATIN + CYRILLIC + MARKS, OUT / f"NotoSansCore-{weight}.ttf")
        merge(
            subset(latin, LATIN + MARKS, OUT / "latin.tmp"),
            subset(noto / f"NotoSansArabic-{weight}.ttf", ARABIC, OUT / "arabic.tmp"),
            OUT / f"NotoSansArabicLatin-{weight}.ttf",
        )


def subset(source: Path, characters: list[int], out: Path) -> Path:
    font = TTFont(source, recalcTimestamp=False)
    options = Options(layout_features=["*"], name_IDs=["*"], notdef_outline=True, hinting=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.save(out)
    return out


def merge(first: Path, second: Path, out: Path) -> None:
    merged = Merger().merge([str(first), str(second)])
    merged.recalcTimestamp = False
    # The same bytes from the same sources: the merger writes the time of day.
    merged["head"].created = merged["head"].modified = TTFont(first)["head"].created
    # Noto's Arabic line leaves room for stacked Quranic marks; ours for letters and one vowel.
    merged["hhea"].ascent, merged["hhea"].descent = ARABIC_LINE
    merged.save(out)
    first.unlink()
    second.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
