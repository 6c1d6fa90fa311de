"""A start on a full disk: what was kept stays, and a press is sent from memory.

The limit on the size of files stands for the disk: SQLite then cannot make what it needs.
"""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mobile.core import outbox as kept_here
from mobile.core.outbox import KeptPress, NotKept, Outbox
from mobile.core.press import Phase
from mobile.core.reflexes import Reflexes
from mobile.core.triggers import TAPS, Source
from mobile.device.link import InternetLink
from mobile.guard import Guard
from shared.clock import SystemClock
from tests.mobile.held import Phone
from tests.mobile.office import Office, wait_for
from tests.mobile.people import MovableClock, device, hot, kept

KEY = bytes(32)
ROOM = 16384  # bytes: less than the index of a write-ahead log


@contextmanager
def full_disk() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_here, "AGAIN_S", 0.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox"


def keep(path: Path) -> KeptPress:
    """A press of an earlier run."""
    press = kept()
    with closing(Outbox(path, KEY)) as outbox:
        outbox.keep(press)
    return press


def test_what_was_kept_before_is_there_once_the_disk_has_room(path: Path) -> None:
    earlier = keep(path)
    with full_disk():
        outbox = Outbox(path, KEY)
        assert (outbox.waiting(), outbox.incident) == ([], None)
        with pytest.raises(NotKept):
            outbox.keep(kept())
        with pytest.raises(NotKept):
            outbox.clear()
        outbox.has_news()
        assert not outbox.has_news()
    assert outbox.has_news()
    assert outbox.waiting() == [earlier]
    later = kept()
    outbox.keep(later)
    outbox.close()
    with closing(Outbox(path, KEY)) as next_one:
        assert next_one.waiting() == [earlier, later]
    assert not list(path.parent.glob("*.damaged*"))


def test_a_press_is_kept_in_the_moment_the_disk_has_room(path: Path) -> None:
    with full_disk():
        outbox = Outbox(path, KEY)
    press = kept()
    outbox.keep(press)
    outbox.close()
    with closing(Outbox(path, KEY)) as next_one:
        assert next_one.waiting() == [press]


def test_no_damaged_file_takes_the_place_of_an_earlier_one(path: Path) -> None:
    for content in (b"first" * 4000, b"second" * 4000):
        path.write_bytes(content)
        Outbox(path, KEY).close()
    found = {file.read_bytes()[:5] for file in path.parent.glob("outbox.damaged*")}
    assert found == {b"first", b"secon"}
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("fails", ["at the start", "in between"])
def test_a_raise_by_taps_is_carried_whatever_the_disk_does(path: Path, fails: str) -> None:
    carried: list[KeptPress] = []
    reflexes = Reflexes(
        hot=lambda: hot("https://help.example", triggers=frozenset({"widget"})),
        outbox=path,
        device=device(path.parent),
        clock=MovableClock(),
        send=lambda: None,
        carry=carried.append,
    )
    keep(path)
    if fails == "in between":  # it opens, and then cannot be read
        with closing(sqlite3.connect(path)) as raw:
            raw.executescript("DROP TABLE fact; CREATE VIEW fact AS SELECT * FROM lost")
        tap(reflexes)
    else:
        with full_disk():
            tap(reflexes)
    assert [entry.alert.trigger for entry in carried] == ["widget"]


def tap(raising: Reflexes | Guard) -> None:
    gap, pause = sum(TAPS.gap) / 2, sum(TAPS.pause) / 2
    beats = [100 + number * gap for number in range(TAPS.beats)]
    for at in beats + [beats[-1] + pause + number * gap for number in range(TAPS.end)]:
        raising.tapped(Source.WIDGET, at)


def test_the_guard_starts_sends_from_memory_and_goes_on_with_the_file(
    office: Office, path: Path
) -> None:
    earlier = keep(path)
    guard = Guard(
        hot=hot(office.url, triggers=frozenset({"widget"})),
        outbox=path,
        device=device(path.parent),
        link=InternetLink(),
        clock=SystemClock(),
    )
    with full_disk():
        guard.start()
        wait_for(lambda: office.states)
        tap(guard)
        wait_for(lambda: office.said)
    assert [alert.trigger for alert in office.said] == ["widget"]
    wait_for(lambda: earlier.ref in office.alerts)
    guard.stop()
    assert len(office.alerts) == 2


def test_the_window_starts_and_says_that_a_press_is_in_memory_only(path: Path) -> None:
    keep(path)
    with full_disk():
        window, guard = Outbox(path, KEY), Outbox(path, KEY)
        phone = Phone(path.parent, MovableClock(), device(path.parent), window, guard)
        phone.hold(2.5)
        assert phone.says(Phase.LOOSE)
        assert len(phone.carried) == 1
    for outbox in (window, guard):
        outbox.close()
