"""Child processes of the benchmarks and fault runs: each on one core, ended by its own id."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
READY_WITHIN = 60.0  # seconds; a thousand activists take a few, on a busy machine more
SERVER_CORE = 0
CLIENT_CORE = 1


class NotReady(Exception):
    """A child that ended, or said nothing, before its first line."""


class Child:
    """A running child and the JSON it printed as its first line."""

    def __init__(self, process: "subprocess.Popen[str]", ready: dict[str, Any]) -> None:
        self.process = process
        self.ready = ready
        self.pid = process.pid

    @property
    def url(self) -> str:
        return str(self.ready["server"])

    def kill(self) -> None:
        self.process.kill()
        self.ended(10)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.ended(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def ended(self, within: float) -> None:
        self.process.wait(within)
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def child(
    arguments: list[str],
    *,
    core: int | None = None,
    log: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Child]:
    """Runs `python ARGUMENTS` while the block runs."""
    running = start([sys.executable, *arguments], core=core, log=log, environment=environment)
    try:
        yield running
    finally:
        running.stop()


def start(
    command: list[str],
    *,
    core: int | None = None,
    log: Path | None = None,
    environment: Mapping[str, str] | None = None,
    read: Callable[[str], dict[str, Any]] = json.loads,
) -> Child:
    """Starts a command in a session of its own; `read` makes out its first line."""
    with (log or Path(os.devnull)).open("ab") as errors:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
            preexec_fn=_on(core),
        )
    assert process.stdout is not None
    watchdog = threading.Timer(READY_WITHIN, process.kill)
    watchdog.start()
    line = process.stdout.readline()
    watchdog.cancel()
    if not line:
        Child(process, {}).kill()
        raise NotReady(f"{command[1:4]} ended before it was ready")
    return Child(process, read(line))


def result_of(arguments: list[str], *, core: int | None, timeout: float) -> Any:
    """Runs `python ARGUMENTS` to its end; the JSON that it printed."""
    finished = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
        timeout=timeout,
        preexec_fn=_on(core),
    )
    return json.loads(finished.stdout)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def loop_seconds(pid: int) -> float:
    """What a process's first thread, where its event loop runs, has spent on a core."""
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text("ascii").split()[0]) / 1e9


def _on(core: int | None) -> Callable[[], None]:
    """Pins the child before it runs, and keeps the terminal's Ctrl-C for its parent."""
    cores = os.sched_getaffinity(0)

    def prepare() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core if core in cores else min(cores)})
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    return prepare
