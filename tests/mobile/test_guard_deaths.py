"""Window and guard in processes of their own: whichever is killed, no press is lost or doubled."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mobile.core.outbox import KeptPress, Outbox
from mobile.device.link import InternetLink
from mobile.guard import Guard
from shared.clock import SystemClock
from tests.mobile.office import Office, wait_for
from tests.mobile.people import device, hot, kept

ROOT = Path(__file__).parents[2]


def process(half: str, folder: Path, server: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.mobile.other_process", half, str(folder), server],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    opened = Outbox(tmp_path / "outbox", bytes(32))
    yield opened
    opened.close()


@pytest.fixture
def guard(office: Office, tmp_path: Path, outbox: Outbox) -> Iterator[Guard]:
    made = Guard(
        hot=hot(office.url),
        outbox=tmp_path / "outbox",
        device=device(tmp_path),
        link=InternetLink(),
        clock=SystemClock(),
    )
    yield made
    made.stop()


def test_a_window_that_is_killed_after_it_kept_a_press_leaves_it_to_the_guard(
    office: Office, outbox: Outbox, guard: Guard, tmp_path: Path
) -> None:
    guard.start()
    window = process("window", tmp_path, office.url)
    said, _ = window.communicate(timeout=60)
    assert window.returncode < 0
    wait_for(lambda: office.alerts)
    assert [str(ref) for ref in office.alerts] == [said.strip()]


def test_a_guard_that_is_killed_before_the_answer_leaves_the_press_to_the_next(
    office: Office, outbox: Outbox, guard: Guard, tmp_path: Path
) -> None:
    office.silent = True
    press = kept()
    outbox.keep(press)
    first = process("guard", tmp_path, office.url)
    wait_for(lambda: office.alerts, seconds=60)
    first.kill()
    first.communicate(timeout=60)
    assert [entry for entry in outbox.waiting() if isinstance(entry, KeptPress)] == [press]
    office.silent = False
    guard.start()
    wait_for(lambda: outbox.incident)
    assert [ref for _, ref in office.heard] == [press.ref] * 2
    assert len(office.incident_ids) == 1


def test_what_a_second_window_keeps_is_found_after_the_first_was_closed(
    office: Office, outbox: Outbox, tmp_path: Path
) -> None:
    """SQLite forgets that a process has a file open if that process closes it in any other way."""
    Outbox(tmp_path / "outbox", bytes(32)).close()  # as at each alert raised by taps or shakes
    halves = ("closed", "window")
    said = [process(half, tmp_path, office.url).communicate(timeout=60)[0] for half in halves]
    assert [str(entry.ref) for entry in outbox.waiting()] == [line.strip() for line in said]
