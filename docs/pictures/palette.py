"""Makes a PNG small: at most 256 colours, kept as a palette. The standard library is enough."""

import struct
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
RGB, RGBA = 2, 6

Colour = tuple[int, int, int]


def shrink(path: Path) -> None:
    """Replaces an RGB or RGBA picture by one with the colours it has most of."""
    write(path, *read(path.read_bytes()))


def write(path: Path, width: int, height: int, pixels: Sequence[Colour]) -> None:
    counted = Counter(pixels)
    kept = list(counted) if len(counted) <= COLOURS else _typical(counted)
    place = {colour: _nearest(colour, kept) for colour in counted}
    lines = b"".join(
        b"\0" + bytes(place[pixel] for pixel in pixels[start : start + width])
        for start in range(0, width * height, width)
    )
    header = struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0)
    palette = b"".join(bytes(colour) for colour in kept)
    path.write_bytes(
        SIGNATURE
        + _chunk(b"IHDR", header)
        + _chunk(b"PLTE", palette)
        + _chunk(b"IDAT", zlib.compress(lines, 9))
        + _chunk(b"IEND", b"")
    )


def read(data: bytes) -> tuple[int, int, list[Colour]]:
    """Width, height and pixels; without what is behind a transparent one, as windows have none."""
    width, height, depth, kind, *_, interlaced = struct.unpack(">2I5B", data[16:29])
    if depth != 8 or kind not in (RGB, RGBA) or interlaced:
        raise ValueError("not a plain picture of 8 bits")
    size = 3 if kind == RGB else 4
    raw = zlib.decompress(b"".join(_contents(data, b"IDAT")))
    above = bytearray(width * size)
    pixels: list[Colour] = []
    for row in range(height):
        start = row * (width * size + 1)
        above = _line(raw[start], bytearray(raw[start + 1 : start + 1 + width * size]), above, size)
        pixels += zip(above[0::size], above[1::size], above[2::size], strict=True)
    return width, height, pixels


def _line(method: int, line: bytearray, above: bytearray, size: int) -> bytearray:
    """A row as it was before PNG's filter."""
    for at in range(len(line)):
        left = line[at - size] if at >= size else 0
        up = above[at]
        corner = above[at - size] if at >= size else 0
        guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[method]
        line[at] = (line[at] + guess) & 255
    return line


def _paeth(left: int, up: int, corner: int) -> int:
    sums = (abs(up - corner), abs(left - corner), abs(left + up - 2 * corner))
    return (left, up, corner)[sums.index(min(sums))]


def _typical(counted: Counter[Colour]) -> list[Colour]:
    """The most common of each family: else a little amber loses to a hundred shades of grey."""
    families: dict[Colour, Counter[Colour]] = defaultdict(Counter)
    for (red, green, blue), count in counted.items():
        families[red >> 5, green >> 5, blue >> 5][red, green, blue] += count
    one_each = [family.most_common(1)[0][0] for family in families.values()]
    first = sorted(one_each, key=counted.__getitem__, reverse=True)[:COLOURS]
    rest = [colour for colour, _ in counted.most_common(COLOURS) if colour not in set(first)]
    return [*first, *rest][:COLOURS]


def _nearest(colour: Colour, kept: list[Colour]) -> int:
    def distance(place: int) -> int:
        return sum((one - other) ** 2 for one, other in zip(colour, kept[place], strict=True))

    return min(range(len(kept)), key=distance)


def _contents(data: bytes, wanted: bytes) -> list[bytes]:
    found, at = [], len(SIGNATURE)
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        if name == wanted:
            found.append(data[at + 8 : at + 8 + length])
        at += length + 12
    return found


def _chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )
