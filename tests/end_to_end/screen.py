"""A screen for a real window: Xvfb, a mouse that presses it, and its picture as numbers."""

import os
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOCUS_S = 0.3  # a window with the cursor in another field takes a frame or two to listen there


class Screen:
    """What a person has: eyes (`white_in`, `look`), a finger (`hold`, `tap`) and a keyboard."""

    def __init__(self, display: str, picture: Path) -> None:
        self.display = display
        self._picture = picture

    def hold(self, x: int, y: int, seconds: float) -> None:
        self._mouse("mousemove", str(x), str(y), "mousedown", "1")
        time.sleep(seconds)
        self._mouse("mouseup", "1")

    def tap(self, x: int, y: int) -> None:
        self.hold(x, y, 0.1)

    def type(self, text: str) -> None:
        """Into the field that was tapped; `\\t` goes on to the next one."""
        for place, part in enumerate(text.split("\t")):
            if place:
                self._mouse("key", "Tab")
                time.sleep(FOCUS_S)
            if part:
                self._mouse("type", "--delay", "12", part)

    def look(self, left: float, top: float, right: float, bottom: float) -> bytes:
        """A part of the screen, in shares of it: the same bytes for the same picture."""
        data, width, height, start, stride, size = self._seen()
        rows = range(int(top * height), int(bottom * height))
        across = int(left * width) * size, int(right * width) * size
        lines = (start + row * stride for row in rows)
        return b"".join(data[line + across[0] : line + across[1]] for line in lines)

    def white_in(self, left: float, top: float, right: float, bottom: float) -> int:
        """How many pixels are nearly white in a part of the screen, given in shares of it."""
        data, width, height, start, stride, size = self._seen()
        found = 0
        for row in range(int(top * height), int(bottom * height)):
            line = data[start + row * stride :]
            for column in range(int(left * width), int(right * width)):
                pixel = line[column * size : column * size + 3]
                found += min(pixel) > 235
        return found

    def _seen(self) -> tuple[bytes, int, int, int, int, int]:
        """The picture, its width and height, where it starts, bytes a line and bytes a pixel."""
        data = self._picture.read_bytes()
        header = struct.unpack(">25I", data[:100])
        width, height, depth, stride, colours = (header[n] for n in (4, 5, 11, 12, 19))
        return data, width, height, header[0] + colours * 12, stride, depth // 8

    def _mouse(self, *words: str) -> None:
        environment = {**os.environ, "DISPLAY": self.display}
        subprocess.run(["xdotool", *words], env=environment, check=True, timeout=60)


def can_be_had() -> bool:
    return shutil.which("Xvfb") is not None and shutil.which("xdotool") is not None


@contextmanager
def screen(width: int, height: int) -> Iterator[Screen]:
    """A screen of just the phone's size, so that its window fills it."""
    with tempfile.TemporaryDirectory() as folder:
        read, write = os.pipe()
        server = subprocess.Popen(
            [
                "Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24",
                "-fbdir", folder, "-nolisten", "tcp", "-noreset",
            ],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        try:
            with os.fdopen(read) as numbers:
                display = f":{numbers.readline().strip()}"
            yield Screen(display, Path(folder) / "Xvfb_screen0")
        finally:
            server.terminate()
            server.wait(10)
