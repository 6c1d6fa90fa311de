"""Draws what stands for the app among others: a calculator, like a hundred other calculators.

    python -m mobile.packaging.build_pictures

The results are committed; the same bytes come from the same source.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from math import hypot
from pathlib import Path
from typing import Final, TypeAlias

OUT: Final = Path(__file__).parent / "pictures"
Colour: TypeAlias = tuple[int, int, int, int]

SLATE: Final = (38, 50, 66, 255)
PAPER: Final = (250, 248, 244, 255)
SKY: Final = (125, 184, 240, 255)
NIGHT: Final = (15, 20, 27, 255)
CLEAR: Final = (0, 0, 0, 0)
SIZE: Final = 432  # an adaptive icon's 108 dp at the highest density
ROUND: Final = 0.02


def main() -> None:
    OUT.mkdir(exist_ok=True)
    for name, content in drawn().items():
        (OUT / name).write_bytes(content)


def drawn() -> dict[str, bytes]:
    return {
        "icon.png": png(SIZE, lambda x, y: over(SLATE, keys(x, y))),
        "front.png": png(SIZE, keys),
        "back.png": png(8, lambda _x, _y: SLATE),
        "blank.png": png(8, lambda _x, _y: NIGHT),
    }


def keys(x: float, y: float) -> Colour:
    """A display above three rows of keys, within the middle that every shape of icon shows."""
    for left, top, right, bottom, colour in SHAPES:
        across, down = max(left - x, x - right, 0), max(top - y, y - bottom, 0)
        if across < 2 * ROUND and down < 2 * ROUND:
            inside = 0.5 - (hypot(across, down) - ROUND) * SIZE
            if inside > 0:
                return (*colour[:3], min(255, int(255 * inside)))
    return CLEAR


def over(ground: Colour, colour: Colour) -> Colour:
    share = colour[3] / 255
    mixed = [int(a + (b - a) * share) for a, b in zip(ground, colour, strict=True)]
    return mixed[0], mixed[1], mixed[2], 255


def _shapes() -> Iterator[tuple[float, float, float, float, Colour]]:
    yield 0.32, 0.29, 0.68, 0.39, PAPER
    for row in range(3):
        for column in range(3):
            left, top = 0.32 + column * 0.14, 0.47 + row * 0.1
            yield left, top, left + 0.08, top + 0.04, SKY if column == 2 else PAPER


SHAPES: Final = tuple(_shapes())


def png(size: int, colour: Callable[[float, float], Colour]) -> bytes:
    lines = b"".join(b"\x00" + _line(size, y, colour) for y in range(size))
    header = struct.pack(">2I5B", size, size, 8, 6, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _line(size: int, y: int, colour: Callable[[float, float], Colour]) -> bytes:
    middles = ((x + 0.5) / size for x in range(size))
    return bytes(channel for x in middles for channel in colour(x, (y + 0.5) / size))


def _chunk(name: bytes, content: bytes) -> bytes:
    checked = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + checked


if __name__ == "__main__":
    main()
