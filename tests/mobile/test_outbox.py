"""What is kept stays kept, in order, sealed, for two processes at once."""

import sqlite3
from pathlib import Path
from uuid import uuid4

import pytest

from mobile.core.answers import Done, Moved, Stopped, Stored, WrongCode
from mobile.core.outbox import KeptFix, KeptPress, KeptStop, NotKept, Outbox
from mobile.core.press import Line
from mobile.core.record import record
from tests.mobile.people import NOW, PLACE, accepted, incident, kept, progress

KEY = bytes(32)
PLANTED = b"planted-4711"


def test_what_is_kept_is_there_for_whoever_opens_the_file_next(tmp_path: Path) -> None:
    window, presses = Outbox(tmp_path / "outbox", KEY), [kept(), kept(note="later")]
    for press in presses:
        window.keep(press)
    assert Outbox(tmp_path / "outbox", KEY).waiting() == presses


def test_keeping_the_same_press_twice_keeps_one(tmp_path: Path) -> None:
    outbox, press = Outbox(tmp_path / "outbox", KEY), kept()
    outbox.keep(press)
    outbox.keep(press)
    assert outbox.waiting() == [press]


def test_every_commit_is_synced(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox", KEY)
    settings = [
        outbox._connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "secure_delete")
    ]
    assert settings == ["wal", 2, 1]


def test_another_opening_hears_of_it_and_its_own_writes_are_no_news(tmp_path: Path) -> None:
    window, guard = (Outbox(tmp_path / "outbox", KEY) for _ in range(2))
    guard.has_news()
    assert not guard.has_news()
    window.keep(kept())
    assert guard.has_news()
    assert not guard.has_news()
    guard.write_line(Line(state="up", since=NOW))
    assert not guard.has_news()


def test_nothing_in_the_folder_can_be_read_without_the_key(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox", KEY)
    outbox.keep(kept(note=PLANTED.decode(), position=PLACE))
    known = incident("open")
    stop = KeptStop(ref=uuid4(), press_id=known.alert_id, code=PLANTED.decode())
    outbox.keep(stop)
    outbox.settle([], known)
    (tmp_path / "control").write_bytes(PLANTED)
    clues = [PLANTED, str(known.accepted.incident_id).encode(), b"14.69", b"press"]
    found = {path.name for path in tmp_path.iterdir() if any(c in path.read_bytes() for c in clues)}
    assert found == {"control"}
    assert PLANTED.decode() not in repr(stop)
    assert (tmp_path / "outbox").stat().st_mode & 0o077 == 0


def test_rows_of_another_key_are_not_in_the_way(tmp_path: Path) -> None:
    Outbox(tmp_path / "outbox", b"\x01" * 32).keep(kept())
    outbox, press = Outbox(tmp_path / "outbox", KEY), kept()
    outbox.keep(press)
    assert outbox.waiting() == [press]


def test_a_damaged_file_does_not_stand_between_a_person_and_the_button(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_bytes(b"not a database" * 1000)
    outbox, press = Outbox(tmp_path / "outbox", KEY), kept()
    outbox.keep(press)
    assert outbox.waiting() == [press]
    assert len(list(tmp_path.glob("outbox.damaged-*"))) == 1


def keep_until_full(outbox: Outbox) -> None:
    for _ in range(100):
        outbox.keep(kept(note="x" * 2000))


def test_a_full_disk_is_said_and_leaves_what_was_there(tmp_path: Path) -> None:
    outbox, first = Outbox(tmp_path / "outbox", KEY), kept()
    outbox.keep(first)
    pages = outbox._connection.execute("PRAGMA page_count").fetchone()[0]
    outbox._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(NotKept) as refused:
        keep_until_full(outbox)
    assert isinstance(refused.value.__cause__, sqlite3.Error)
    assert outbox.waiting()[0] == first


def test_what_was_kept_for_a_press_learns_the_incident_it_became(tmp_path: Path) -> None:
    outbox, press, other = Outbox(tmp_path / "outbox", KEY), kept(), kept()
    stop = KeptStop(ref=uuid4(), press_id=press.ref, code="2580")
    fix = KeptFix(ref=uuid4(), press_id=press.ref, position=PLACE)
    later = KeptFix(ref=uuid4(), press_id=other.ref, position=PLACE)
    for entry in (press, stop, fix, other, later):
        outbox.keep(entry)
    taken = accepted(press.alert)
    record(outbox, Stored(press, taken), NOW)
    known = {e.ref: e.incident_id for e in outbox.waiting() if not isinstance(e, KeptPress)}
    assert known == {stop.ref: taken.incident_id, fix.ref: taken.incident_id, later.ref: None}


def test_every_answer_settles_what_it_answers_and_is_remembered(tmp_path: Path) -> None:
    outbox, press = Outbox(tmp_path / "outbox", KEY), kept()
    outbox.keep(press)
    taken = accepted(press.alert)
    for _ in range(2):
        record(outbox, Stored(press, taken), NOW)
    assert outbox.waiting() == []
    record(outbox, Moved(progress(taken.incident_id, "open")), NOW)
    wrong, right = (
        KeptStop(ref=uuid4(), press_id=press.ref, code=code, incident_id=taken.incident_id)
        for code in ("1111", "2580")
    )
    fix = KeptFix(ref=uuid4(), press_id=press.ref, position=PLACE)
    for entry in (wrong, right, fix):
        outbox.keep(entry)
    record(outbox, WrongCode(wrong), NOW)
    assert outbox.incident
    assert outbox.incident.wrong_codes == 1
    record(outbox, Stopped(right, progress(taken.incident_id, "claimed_safe")), NOW)
    record(outbox, Done((fix,)), NOW)
    assert outbox.waiting() == []
    assert outbox.incident.progress == progress(taken.incident_id, "claimed_safe")
    assert outbox.incident.wrong_codes == 0
