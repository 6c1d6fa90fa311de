"""The documents' pictures: all shown, all of them light, and the palette loses no colour."""

import re
import struct
import zlib
from pathlib import Path

import pytest

from docs.pictures import phone_sheets, staff_pages
from docs.pictures.__main__ import LARGEST, OUT, PHONE_PICTURES
from docs.pictures.palette import SIGNATURE, read, shrink
from tests.house.repository import text

SHADES = [(7, 9, 12), (250, 248, 244), (179, 18, 42), (7, 9, 12), (30, 107, 66), (250, 248, 244)]


def test_every_picture_is_shown_and_every_shown_one_is_there():
    shown = set(re.findall(r'src="docs/pictures/([^"]+)"', text(Path("README.md"))))
    for_contacts = text(Path("docs/for-contacts.md"))
    shown |= set(re.findall(r"\(pictures/([^)]+)\)", for_contacts))
    assert shown == {path.name for path in OUT.glob("*.png")}
    assert {f"{name}.png" for name in PHONE_PICTURES.values()} <= shown


def test_pictures_are_light():
    assert [path.name for path in OUT.glob("*.png") if path.stat().st_size > LARGEST] == []


def test_every_sheet_of_the_phone_is_on_its_page_and_none_is_heavy():
    sheets = sorted(phone_sheets.OUT.glob("*.png"))
    shown = re.findall(r"\(pictures/phone/([^)]+)\)", text(Path("docs/screens.md")))
    assert sorted(shown) == [sheet.name for sheet in sheets]
    assert {name.rpartition("-")[2] for name in shown} == {f"{at}.png" for at in ("en", "ar", "my")}
    sizes = {sheet.name: sheet.stat().st_size for sheet in sheets}
    assert [name for name, size in sizes.items() if size > phone_sheets.LARGEST] == []
    assert sum(sizes.values()) < phone_sheets.ALL_LARGEST


def test_every_picture_of_a_page_is_on_its_page_and_none_is_heavy():
    pictures = {picture.name: picture.stat().st_size for picture in staff_pages.OUT.glob("*.png")}
    assert text(Path("docs/board.md")) == staff_pages.page()
    shown = re.findall(r"\(pictures/staff/([^)]+)\)", text(Path("docs/board.md")))
    assert sorted(shown) == sorted(pictures)
    assert [name for name, size in pictures.items() if size > staff_pages.LARGEST] == []


@pytest.mark.parametrize("method", range(5))
def test_a_palette_keeps_every_colour_of_a_plain_picture(tmp_path, method):
    path = tmp_path / "picture.png"
    path.write_bytes(picture(3, 2, method))
    assert read(path.read_bytes()) == (3, 2, SHADES)
    shrink(path)
    assert indexed(path.read_bytes(), 3) == SHADES


def picture(width: int, height: int, method: int) -> bytes:
    """The shades in a PNG whose rows are all filtered in one of the five ways."""
    above, lines = bytes(width * 3), b""
    for row in range(height):
        line = b"".join(bytes(shade) for shade in SHADES[row * width : (row + 1) * width])
        coded = bytearray()
        for at, value in enumerate(line):
            left, corner = (line[at - 3], above[at - 3]) if at >= 3 else (0, 0)
            guesses = (0, left, above[at], (left + above[at]) // 2, paeth(left, above[at], corner))
            coded.append((value - guesses[method]) % 256)
        lines += bytes([method]) + coded
        above = line
    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    return SIGNATURE + b"".join(
        struct.pack(">I", len(content)) + name + content + bytes(4) for name, content in parts
    )


def paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def indexed(data: bytes, width: int) -> list[tuple[int, ...]]:
    """The colours of a picture that `shrink` wrote."""
    chunks, at = {}, len(SIGNATURE)
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        chunks[name] = data[at + 8 : at + 8 + length]
        at += length + 12
    palette = [tuple(chunks[b"PLTE"][n : n + 3]) for n in range(0, len(chunks[b"PLTE"]), 3)]
    lines = zlib.decompress(chunks[b"IDAT"])
    rows = [lines[n + 1 : n + 1 + width] for n in range(0, len(lines), width + 1)]
    return [palette[place] for row in rows for place in row]
