"""The relay in a process of its own: started, watched, started again, and ended with its parent."""

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import IO

from server import presence, running
from server.commands.opening import Opened
from server.jobs.runner import LATE, Jobs
from server.live import Live
from server.settings import Settings
from shared.clock import SystemClock

log = logging.getLogger(__name__)

BEAT = 1.0  # seconds between the lines that the relay says it lives by
PAUSE = 1.0  # seconds before a relay that ended is started again
KEEPS_ENDING = 3  # ends within a minute: something ends it again and again
OUTLIVES = 15.0  # seconds for which a relay whose parent was killed may still be settling


def relay(settings: Settings, opened: Opened, parent: int | None) -> None:
    """Relays until SIGINT or SIGTERM, or until the parent is gone."""
    is_ended = running.signals_to_end()
    if parent is not None:
        running.die_with_parent()
        if os.getppid() != parent:
            return
    with contextlib.ExitStack() as stack:
        if opened.database.is_sqlite:
            stack.enter_context(_alone(settings, is_ended))
        jobs = Jobs(
            opened.database,
            opened.vault,
            running.ways_for(settings),
            SystemClock(),
            Live(opened.database, alone=False),
            settings.public_url,
            sole=opened.database.is_sqlite,
            numbers=running.numbers_for(settings),
        )
        running.put_presses_first()
        jobs.start()
        stack.callback(jobs.stop)
        while not is_ended(BEAT):
            if parent is not None and not _beat(jobs):
                break


def _alone(settings: Settings, is_ended: Callable[[float], bool]) -> IO[str]:
    """The relay's lock, once the one before has let go of it; Busy where it does not."""
    give_up = time.monotonic() + OUTLIVES
    while True:
        try:
            return running.only_one(presence.relay_lock(settings))
        except running.Busy:
            if is_ended(0.1) or time.monotonic() > give_up:
                raise


def _beat(jobs: Jobs) -> bool:
    """Whether anybody listens."""
    try:
        sys.stdout.write(json.dumps(jobs.late()) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        return False
    return True


class RelayProcess:
    """Keeps one relay running beside this process. It answers for its jobs' health."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._late: list[str] = []
        self._heard = time.monotonic()
        self._ends: deque[float] = deque(maxlen=KEEPS_ENDING)
        self._stopping = threading.Event()
        # Linux ends the child with the thread that started it: this one lives as long as we do.
        self._thread = threading.Thread(target=self._keep_running, name="relay", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def late(self) -> list[str]:
        """Jobs that have not turned for too long: as the relay says, or the relay itself."""
        if time.monotonic() - self._heard > LATE:
            return ["relay"]
        return self._late

    def is_gone(self) -> bool:
        """Whether the relay has not been heard of, or keeps ending as often as it is started."""
        now = time.monotonic()
        keeps_ending = len(self._ends) == KEEPS_ENDING and now - self._ends[0] < 60
        return keeps_ending or now - self._heard > LATE

    def stop(self, seconds: float) -> None:
        """Lets what is in flight settle; killing it then loses nothing, for claims are durable."""
        self._stopping.set()
        process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join()

    def _keep_running(self) -> None:
        while not self._stopping.is_set():
            try:
                status = self._run()
            except OSError as error:  # no memory, no process: the next try may find some
                status = error.errno or 1
            self._ends.append(time.monotonic())
            if not self._stopping.wait(PAUSE):
                log.error("the relay ended: starting it again", extra={"fault": f"status {status}"})

    def _run(self) -> int:
        with self._start() as process:
            self._process = process
            if self._stopping.is_set():
                process.terminate()
            for line in process.stdout or ():
                with contextlib.suppress(ValueError):  # cut off by its end
                    self._heard, self._late = time.monotonic(), json.loads(line)
            return process.wait()

    def _start(self) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "server", "serve", "--role", "relay"]
        return subprocess.Popen(  # noqa: S603 - this program
            [*command, "--parent", str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
