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


class Screen:
    """What a person has: eyes (`white_in`) and a finger (`hold`, `tap`)."""

    def __init__(self, display: str, picture: Path) -> None:
        self.display = display
        self._picture = picture

    def hold(self, x: int, y: int, seconds: float) -> None:
        self._mouse("mousemove", str(x), str(y), "mousedown", "1")
        time.sleep(seconds)
        self._mouse("mouseup", "1")

    def tap(self, x: int, y: int) -> None:
        self.hold(x, y, 0.1)

    def white_in(self, left: float, top: float, right: float, bottom: float) -> int:
        """How many pixels are nearly white in a part of the screen, given in shares of it."""
        data = self._picture.read_bytes()
        header = struct.unpack(">25I", data[:100])
        width, height, depth, stride, colours = (header[n] for n in (4, 5, 11, 12, 19))
        start, size = header[0] + colours * 12, depth // 8
        found = 0
        for row in range(int(top * height), int(bottom * height)):
            line = data[start + row * stride :]
            for column in range(int(left * width), int(right * width)):
                pixel = line[column * size : column * size + 3]
                found += min(pixel) > 235
        return found

    def _mouse(self, *words: str) -> None:
        environment = {**os.environ, "DISPLAY": self.display}
        subprocess.run(["xdotool", *words], env=environment, check=True, timeout=10)


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
