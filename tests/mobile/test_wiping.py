"""A wipe takes what can be had again first, and the way to help last."""

import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from mobile.core.outbox import Outbox, alone
from mobile.core.press import Line
from mobile.core.vault import Hot, Vault
from mobile.core.wiping import LastStep, WipePresenter, WipeView, Wiping
from shared.crypto import CryptoError
from tests.mobile.people import NOW, MovableClock, hot, incident, kept
from tests.mobile.pocket import CODE, DURESS, Pocket


@pytest.fixture
def pocket(tmp_path: Path) -> Pocket:
    return Pocket(tmp_path)


@dataclass
class Wiped:
    """A paired phone that is to be wiped; `hot` is what the app has been told."""

    pocket: Pocket
    hot: Hot

    def __post_init__(self) -> None:
        folder = self.pocket.folder
        self.vault = Vault(folder / "vault", self.pocket.key)
        self.vault.save(self.hot)
        self.outbox = Outbox(folder / "outbox", self.hot.outbox_key)
        self.clock = MovableClock(NOW)
        self.wiping = Wiping(
            hot=lambda: self.hot,
            use=self.use,
            private=self.pocket.private,
            door=self.pocket.door,
            last=self.last_step(),
        )

    def last_step(self, outbox: Outbox | None = None) -> LastStep:
        return LastStep(
            vault=self.vault,
            private=self.pocket.private,
            outbox=outbox or self.outbox,
            key=self.pocket.key,
            clock=self.clock,
            folder=self.pocket.folder,
        )

    def use(self, known: Hot) -> None:
        self.vault.save(known)
        self.hot = known


@pytest.fixture
def wiped(pocket: Pocket) -> Wiped:
    pocket.door.enter(CODE, lambda _: None)
    return Wiped(pocket, hot("https://help.example", has_code=True, locale="fr"))


def test_a_wipe_takes_everything_where_nothing_is_under_way(wiped: Wiped) -> None:
    old = (wiped.pocket.folder / "vault").read_bytes()
    wiped.wiping.wipe()
    assert not wiped.pocket.door.is_open
    assert not wiped.pocket.private.exists
    assert wiped.hot == Hot(outbox_key=wiped.hot.outbox_key, locale="fr")
    assert wiped.vault.load() == wiped.hot
    with pytest.raises(CryptoError):
        wiped.pocket.key.unseal(old, b"candlewire/1/vault")


def test_a_press_under_way_is_sent_before_the_token_goes(wiped: Wiped) -> None:
    press = kept()
    wiped.outbox.keep(press)
    wiped.wiping.wipe()
    assert not wiped.pocket.door.is_open
    assert wiped.pocket.private.open(CODE, 10**6) is None
    assert wiped.hot.is_paired
    known = wiped.vault.load()
    assert known is not None
    assert known.wipe_due
    wiped.outbox.settle([press.ref], incident("open"))
    wiped.wiping.turn()
    assert wiped.hot.is_paired
    wiped.outbox.settle([], incident("closed"))
    wiped.wiping.turn()
    assert not wiped.hot.is_paired
    assert wiped.outbox.incident is None


def test_a_phone_that_its_server_knows_no_more_waits_for_nothing(wiped: Wiped) -> None:
    wiped.outbox.keep(kept())
    wiped.outbox.write_line(Line(state="refused", since=NOW))
    wiped.wiping.wipe()
    assert not wiped.hot.is_paired


def test_an_outbox_that_is_being_written_is_cleared_a_moment_later(wiped: Wiped) -> None:
    other = sqlite3.connect(wiped.pocket.folder / "outbox", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    wiped.outbox._connection.execute("PRAGMA busy_timeout=1")
    wiped.wiping.wipe()
    assert wiped.hot.is_paired
    other.execute("ROLLBACK")
    other.close()
    wiped.wiping.turn()
    assert not wiped.hot.is_paired


def test_an_outbox_that_is_being_read_is_cleared_a_moment_later(wiped: Wiped) -> None:
    """Until then its old pages lie in the log beside it."""
    wiped.outbox.write_line(Line(state="up", since=NOW))
    wiped.outbox._connection.execute("PRAGMA busy_timeout=1")
    with closing(sqlite3.connect(wiped.pocket.folder / "outbox", isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM fact").fetchall()
        wiped.wiping.wipe()
        assert wiped.hot.is_paired
    wiped.wiping.turn()
    assert not wiped.hot.is_paired


def test_a_wipe_takes_what_was_set_aside_as_damaged(wiped: Wiped) -> None:
    folder = wiped.pocket.folder
    for name in ("outbox.damaged-1", "outbox.damaged-2"):
        (folder / name).write_bytes(b"a press of an earlier year")
    wiped.wiping.wipe()
    assert list(folder.glob("*damaged*")) == []


def test_a_wipe_that_ends_before_the_key_is_new_goes_on_at_the_next_start(wiped: Wiped) -> None:
    sealed = (wiped.pocket.folder / "vault").read_bytes()
    in_the_way = wiped.pocket.folder / "keys" / "key.new"
    in_the_way.mkdir()
    with pytest.raises(IsADirectoryError):
        wiped.wiping.wipe()
    wiped.pocket.key.unseal(sealed, b"candlewire/1/vault")
    found = wiped.vault.load()
    assert found is not None
    assert not found.is_paired
    in_the_way.rmdir()
    wiped.hot = found
    wiped.wiping.turn()
    assert wiped.vault.load() == Hot(outbox_key=wiped.hot.outbox_key, locale="fr")
    with pytest.raises(CryptoError):
        wiped.pocket.key.unseal(sealed, b"candlewire/1/vault")


def test_what_the_guard_has_wiped_the_window_only_learns(wiped: Wiped) -> None:
    wiped.outbox.settle([], incident("open"))
    wiped.wiping.wipe()
    assert wiped.last_step().take(wiped.hot) is None
    wiped.outbox.settle([], incident("closed"))
    known = wiped.last_step().take(wiped.hot)
    sealed = (wiped.pocket.folder / "vault").read_bytes()
    assert wiped.hot.is_paired  # the window has not looked yet
    assert wiped.last_step().take(wiped.hot) == known
    assert (wiped.pocket.folder / "vault").read_bytes() == sealed
    wiped.wiping.turn()
    assert wiped.hot == known == Hot(outbox_key=wiped.hot.outbox_key, locale="fr")


def test_of_window_and_guard_one_wipes_at_a_time(wiped: Wiped) -> None:
    wiped.use(msgspec.structs.replace(wiped.hot, wipe_due=True))
    taken: list[Hot | None] = []
    other = threading.Thread(target=lambda: taken.append(beside(wiped)))
    with alone(wiped.pocket.folder):
        other.start()
        other.join(0.3)
        assert taken == []
    other.join(5)
    assert taken == [wiped.vault.load()]


def beside(wiped: Wiped) -> Hot | None:
    """The last step as another thread takes it, on an opening of the outbox of its own."""
    with closing(Outbox(wiped.pocket.folder / "outbox", wiped.hot.outbox_key)) as outbox:
        return wiped.last_step(outbox).take(wiped.hot)


def test_an_incident_that_nobody_closes_holds_it_up_for_three_days(wiped: Wiped) -> None:
    wiped.outbox.settle([], incident("open"))
    wiped.wiping.wipe()
    wiped.clock.forward(days=2.9)
    wiped.wiping.turn()
    assert wiped.hot.is_paired
    wiped.clock.forward(days=0.2)
    wiped.wiping.turn()
    assert not wiped.hot.is_paired


def test_a_wiped_disguise_stays_a_calculator_that_nothing_opens(wiped: Wiped) -> None:
    wiped.use(msgspec.structs.replace(wiped.hot, is_disguised=True))
    wiped.wiping.wipe()
    assert (wiped.hot.is_disguised, wiped.hot.has_code) == (True, True)
    for code in (CODE, DURESS, ""):
        wiped.pocket.ticks += 301
        if code:
            wiped.pocket.door.enter(code, lambda _: None)
        assert not wiped.pocket.door.is_open


def test_nothing_of_the_old_rows_is_left_in_the_outbox(wiped: Wiped) -> None:
    press = kept(note="at the bridge")
    wiped.outbox.keep(press)
    wiped.outbox.settle([press.ref])
    wiped.wiping.wipe()
    folder = wiped.pocket.folder
    files = [path.read_bytes() for path in folder.glob("outbox*")]
    assert not any(str(press.ref).encode() in content for content in files)


def test_it_asks_once_more(pocket: Pocket) -> None:
    views: list[WipeView] = []
    asks = WipePresenter(
        wipe=lambda: pocket.done.append("wipe"),
        leave=lambda: pocket.done.append("leave"),
        show=views.append,
    )
    asks.on_open()
    asks.on_wipe()
    assert (views[-1].is_asked, pocket.done) == (True, [])
    asks.on_open()
    asks.on_wipe()
    assert pocket.done == []
    asks.on_wipe()
    assert pocket.done == ["wipe", "leave"]
