"""The demo as its users start it: a process of its own, and its ready line."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

# What a window of this process was told, and one of the demo's must not be: where it is drawn.
OF_A_WINDOW = ("DISPLAY", "KIVY", "SDL", "WAYLAND", "XDG")


class Demo:
    def __init__(self, ready: dict[str, Any]) -> None:
        self.ready = ready
        self.server: str = ready["server"]
        self.sandbox: str = ready["sandbox"]

    def texts(self, phone: str | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(_get(f"{self.sandbox}/_sandbox/messages"))
        return [text for text in found if phone in (None, text["to"])]

    def reply(self, phone: str, line: str, body: str) -> None:
        words = json.dumps({"from": phone, "to": line, "body": body}).encode()
        request = Request(f"{self.sandbox}/_sandbox/replies", words, method="POST")
        request.add_header("Content-Type", "application/json")
        with urlopen(request, timeout=60):
            pass


@contextmanager
def demo(folder: Path, *options: str, display: str | None = None) -> Iterator[Demo]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(OF_A_WINDOW)
    }
    environment["BROWSER"] = "true"  # the board is opened by the test's own browser
    if display is not None:
        environment["DISPLAY"] = display
    command = [
        sys.executable, "-m", "server", "demo", "--port", "0", "--sandbox-port", "0",
        "--data", str(folder), *options,
    ]  # fmt: skip
    with (folder.parent / "demo.err").open("wb") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, env=environment, text=True
        )
    late = threading.Timer(60, process.kill)
    late.start()
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        late.cancel()
        assert line, (folder.parent / "demo.err").read_text()
        yield Demo(json.loads(line))
    except BaseException as error:
        error.add_note(f"The demo said: {(folder.parent / 'demo.err').read_text()[-4000:]}")
        raise
    finally:
        late.cancel()
        process.terminate()
        process.communicate(timeout=30)


def soon(what: Callable[[], object], within: float = 30.0) -> Any:
    """The first true answer; fails with the last one after a while."""
    until = time.monotonic() + within
    while not (answer := what()):
        assert time.monotonic() < until, f"not within {within} s: {what}"
        time.sleep(0.1)
    return answer


def _get(url: str) -> bytes:
    with urlopen(url, timeout=60) as answer:
        return bytes(answer.read())
