"""Every screen of the phone in every state: one sheet a room and language, a row a format.

    python -m docs.pictures.phone_sheets

Drawn off the screen by `mobile.packaging.screens`, put together here by Kivy too, which is the
one library at hand that scales pictures.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from docs.pictures.palette import Colour, write

OUT: Final = Path(__file__).parent / "phone"
PAGE: Final = Path(__file__).parents[1] / "screens.md"
LARGEST: Final = 300 * 1024  # bytes of one sheet
ALL_LARGEST: Final = 6 * 1024 * 1024  # and of all, that the repository stays small
ROOMS: Final = {
    "press": ("The press screen", ("press",)),
    "codes": ("Codes, calculator and wiping", ("stop", "calculator", "unlock", "wipe")),
    "setup": ("Set-up and lesson", ("setup",)),
    "check-in": ("Check-in", ("check-in",)),
    "status": ("Status and settings", ("status", "settings")),
}
LOCALES: Final = {"en": "English", "ar": "Arabic", "my": "Burmese"}
FORMATS: Final = ("412x915x1.0", "360x640x1.0", "360x640x1.5")
ACROSS: Final = 6
HIGH: Final = 500  # pixels of one picture, whatever it had
GAP, CAPTION = 12, 28
INTRODUCTION: Final = (
    "# The phone's screens\n\n"
    "Every screen in every state, in English, Arabic and Burmese, drawn by the phone's own "
    "presenters and views: above at 412×915, in the middle at 360×640, below at 360×640 with text "
    "half as large again. Rooms that are longer than the screen scroll; their beginning is shown. "
    "The names are those of [the table of states](../mobile/packaging/screens.py), which a test "
    "measures in all twelve languages and up to twice the size of text "
    "(`tests/mobile/test_drawing.py`). `make pictures` draws them anew."
)
GROUND: Final = (0.94, 0.93, 0.91, 1)
TEXT: Final = (0.1, 0.12, 0.15, 1)


def main() -> int:
    os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
    OUT.mkdir(exist_ok=True)
    for old in OUT.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        for only in FORMATS:
            command = [sys.executable, "-m", "mobile.packaging.screens", "--out", folder]
            subprocess.run([*command, "--locales", ",".join(LOCALES), "--only", only], check=True)
        for sheet, states in sheets(Path(folder)):
            for locale in LOCALES:
                paste(Path(folder), states, locale, OUT / f"{sheet}-{locale}.png")
    for sheet in sorted(OUT.glob("*.png")):
        if sheet.stat().st_size > LARGEST:
            raise SystemExit(f"{sheet.name} has {sheet.stat().st_size} bytes, over {LARGEST}")
    PAGE.write_text(page(), encoding="utf-8")
    return 0


def sheets(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The states of each room in the order they were drawn, a few to a sheet."""
    first = f"-{next(iter(LOCALES))}-{drawn_as(FORMATS[0])}.png"
    drawn = sorted(folder.glob(f"*{first}"), key=lambda path: path.stat().st_mtime_ns)
    names = [path.name.removesuffix(first) for path in drawn]
    for room, states in groupby(names, room_of):
        known = list(states)
        parts = [known[start : start + ACROSS] for start in range(0, len(known), ACROSS)]
        for number, part in enumerate(parts, 1):
            yield f"{room}-{number}" if len(parts) > 1 else room, part


def room_of(state: str) -> str:
    (found,) = [
        room
        for room, (_, names) in ROOMS.items()
        if any(state == name or state.startswith(f"{name}-") for name in names)
    ]
    return found


def paste(folder: Path, states: list[str], locale: str, out: Path) -> None:
    """A column a state with its name above, a row a format."""
    window()
    from kivy.core.image import Image
    from kivy.graphics import ClearBuffers, ClearColor, Color, Fbo, Rectangle

    rows = [
        [Image(str(folder / f"{state}-{locale}-{drawn_as(form)}.png")).texture for state in states]
        for form in FORMATS
    ]
    widths = [round(row[0].width * HIGH / row[0].height) for row in rows]
    column, row_high = max(widths) + GAP, HIGH + GAP
    size = column * len(states) + GAP, row_high * len(rows) + GAP + CAPTION
    sheet = Fbo(size=size)
    with sheet:
        ClearColor(*GROUND)
        ClearBuffers()
        for at, state in enumerate(states):
            left = GAP + at * column
            named = caption(state)
            Color(*TEXT)
            Rectangle(texture=named, pos=(left, size[1] - CAPTION), size=named.size)
            Color(1, 1, 1, 1)
            for line, textures in enumerate(rows, 1):
                textures[at].min_filter = "linear"
                pos = (left, size[1] - CAPTION - line * row_high)
                Rectangle(texture=textures[at], pos=pos, size=(widths[line - 1], HIGH))
    sheet.draw()
    write(out, *size, upright(sheet.pixels, *size))


def upright(pixels: bytes, width: int, height: int) -> list[Colour]:
    """From rows that begin below, of four bytes a pixel."""
    packed = memoryview(pixels).cast("I")
    colours = {one: tuple(one.to_bytes(4, sys.byteorder)[:3]) for one in set(packed)}
    return [
        colours[one]
        for row in range(height - 1, -1, -1)
        for one in packed[row * width : (row + 1) * width]
    ]


def caption(state: str) -> Any:
    from kivy.core.text import Label

    named = Label(text=state, font_name="NotoSansCore", font_size=16)
    named.refresh()
    return named.texture


def drawn_as(form: str) -> str:
    """How `mobile.packaging.screens` names a picture of this format."""
    return "-".join(form.rsplit("x", 1))


@cache
def window() -> None:
    from mobile.views.window import prepare

    prepare(Path(tempfile.mkdtemp(prefix="candlewire-kivy-")), (200, 200))
    from kivy.base import EventLoop

    import mobile.views.parts  # noqa: F401 - registers the fonts

    EventLoop.ensure_window()


def page() -> str:
    """Written from the sheets that there are."""
    parts = [INTRODUCTION]
    for room, (name, _) in ROOMS.items():
        parts.append(f"## {name}")
        for locale, language in LOCALES.items():
            one, several = f"{room}-{locale}.png", f"{room}-[0-9]*-{locale}.png"
            shown = sorted([*OUT.glob(one), *OUT.glob(several)])
            parts += [f"![{name}, {language}](pictures/phone/{sheet.name})" for sheet in shown]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
