"""`python -m tests.mobile.other_process window|closed|guard FOLDER SERVER`: half of a phone."""

import os
import signal
import sys
import time
from contextlib import closing
from pathlib import Path

from mobile.core.outbox import Outbox
from mobile.device.link import InternetLink
from mobile.guard import Guard
from shared.clock import SystemClock
from tests.mobile.people import device, hot, kept


def window(folder: Path, _: str) -> None:
    """Keeps a press, says so, and dies before anybody could send it."""
    press = kept()
    Outbox(folder / "outbox", bytes(32)).keep(press)
    sys.stdout.write(f"{press.ref}\n")
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def closed(folder: Path, _: str) -> None:
    """Keeps a press, says so, and ends as a window does that is closed."""
    press = kept()
    with closing(Outbox(folder / "outbox", bytes(32))) as outbox:
        outbox.keep(press)
    sys.stdout.write(f"{press.ref}\n")


def guard(folder: Path, server: str) -> None:
    Guard(
        hot=hot(server),
        outbox=folder / "outbox",
        device=device(folder),
        link=InternetLink(),
        clock=SystemClock(),
    ).start()
    time.sleep(60)


if __name__ == "__main__":
    {"window": window, "closed": closed, "guard": guard}[sys.argv[1]](
        Path(sys.argv[2]), sys.argv[3]
    )
