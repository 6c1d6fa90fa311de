"""Builds the phone's fonts: Noto Sans subset to what the app writes, each script with Latin.

Run with the folders of Debian's fonts-noto-core and fonts-noto-cjk; the results are committed
beside their licence:

    python -m mobile.packaging.build_fonts /usr/share/fonts/truetype/noto \
        /usr/share/fonts/opentype/noto
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fontTools.merge import Merger  # type: ignore[import-untyped]
from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from mobile.core.letters import written

OUT = Path(__file__).parents[1] / "views" / "fonts"
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2040), 0x20AC, 0x2026, 0x2212]
CYRILLIC = [*range(0x400, 0x530)]
ARABIC = [
    *range(0x600, 0x700),
    *range(0x750, 0x780),
    *range(0xFB50, 0xFE00),
    *range(0xFE70, 0xFF00),
]
MYANMAR = [*range(0x1000, 0x10A0)]
ETHIOPIC = [*range(0x1200, 0x13A0)]
MARKS = [0x200B, 0x200E, 0x200F]
CHINESE_SIGNS = [*range(0x3000, 0x3018), *range(0xFF01, 0xFF5F)]
SCRIPTS = {"Arabic": ARABIC, "Myanmar": MYANMAR, "Ethiopic": ETHIOPIC}
# Above and below the line, in thousandths of the size. Noto leaves room for Quranic marks and
# for stacks of Pali; ours holds letters, their vowels and one stack.
LINES = {"Arabic": (1120, -480), "Myanmar": (1070, -620)}
SIMPLIFIED = 2  # the place of Noto Sans CJK SC in its collection


def main(noto: Path, cjk: Path) -> None:
    for weight in ("Regular", "Bold"):
        latin = noto / f"NotoSans-{weight}.ttf"
        subset(TTFont(latin), LATIN + CYRILLIC + MARKS, OUT / f"NotoSansCore-{weight}.ttf")
        for script, letters in SCRIPTS.items():
            own = TTFont(noto / f"NotoSans{script}-{weight}.ttf")
            merged = merge(
                subset(TTFont(latin), LATIN + MARKS, OUT / "latin.tmp"),
                subset(own, letters, OUT / "own.tmp"),
                LINES.get(script),
            )
            merged.save(OUT / f"NotoSans{script}Latin-{weight}.ttf")
        chinese = TTFont(cjk / f"NotoSansCJK-{weight}.ttc", fontNumber=SIMPLIFIED)
        # What the phone says and no more: all of Chinese would be 19 MB.
        letters = LATIN + CHINESE_SIGNS + sorted(map(ord, written("zh")))
        subset(chinese, letters, OUT / f"NotoSansChineseLatin-{weight}.ttf")


def subset(font: Any, characters: Iterable[int], out: Path) -> Path:
    font.recalcTimestamp = False
    options = Options(layout_features=["*"], name_IDs=["*"], notdef_outline=True, hinting=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.save(out)
    return out


def merge(first: Path, second: Path, line: tuple[int, int] | None) -> Any:
    merged = Merger().merge([str(first), str(second)])
    merged.recalcTimestamp = False
    # The same bytes from the same sources: the merger writes the time of day.
    merged["head"].created = merged["head"].modified = TTFont(first)["head"].created
    if line:
        merged["hhea"].ascent, merged["hhea"].descent = line
    first.unlink()
    second.unlink()
    return merged


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
