"""The timer as the phone knows it: nothing is said to be set or ended before the server said so."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile.core import check_in
from mobile.core.answers import TimerRefused, TimerStands, WrongCode
from mobile.core.check_in import CheckIn, KeptCheckIn, Phase
from mobile.core.check_in_room import note
from mobile.core.check_in_watch import CheckInWatch
from mobile.core.outbox import Outbox
from mobile.core.record import record
from mobile.core.uplink import Uplink, frame, request
from shared import wire
from tests.mobile.people import NOW, MovableClock, accepted, alert, device

DUE = NOW + timedelta(minutes=30)


def kept(step: check_in.Step, code: str | None = None) -> KeptCheckIn:
    due_at = None if step == "end" else DUE
    return KeptCheckIn(ref=uuid4(), step=step, due_at=due_at, code=code)


def standing(**fields: Any) -> wire.CheckInStanding:
    return wire.CheckInStanding(**({"now": NOW, "due_at": DUE} | fields))


RUNNING = check_in.told(None, kept("set"), standing(), NOW)


@pytest.mark.parametrize(
    ("known", "entries", "phase"),
    [
        (None, [], Phase.UNKNOWN),
        (CheckIn(), [], Phase.NONE),
        (None, [kept("set")], Phase.SET_KEPT),
        (RUNNING, [], Phase.RUNNING),
        (RUNNING, [kept("later", "2580")], Phase.LATER_KEPT),
        (RUNNING, [kept("end", "2580")], Phase.END_KEPT),
    ],
)
def test_what_is_kept_counts_for_nothing_until_it_is_answered(
    known: CheckIn | None, entries: list[KeptCheckIn], phase: Phase
) -> None:
    assert check_in.phase(known, entries, NOW) is phase


@pytest.mark.parametrize("entries", [[], [kept("end", "2580")], [kept("later", "2580")]])
def test_after_its_time_nothing_that_is_kept_is_believed(entries: list[KeptCheckIn]) -> None:
    assert check_in.phase(RUNNING, entries, DUE) is Phase.PASSED


@given(st.sampled_from(["set", "later", "end"]), st.sampled_from([None, RUNNING]))
def test_only_an_answer_sets_or_ends_it(step: check_in.Step, known: CheckIn | None) -> None:
    """Whatever is asked for: before the answer `due_at` is what the server said last."""
    for after in (check_in.refused(known), check_in.wrong_code(known, NOW)):
        assert after.due_at == (known.due_at if known else None)
    phase = check_in.phase(known, [kept(step, "2580")], NOW)
    assert (phase is Phase.RUNNING, phase is Phase.NONE) == (False, False)


@pytest.mark.parametrize("ahead", [timedelta(minutes=10), timedelta(hours=-3)])
def test_a_phone_whose_clock_is_wrong_shows_when_it_will_in_truth_be(ahead: timedelta) -> None:
    known = check_in.told(None, None, standing(now=NOW + ahead, due_at=DUE + ahead), NOW)
    assert known.due_at is not None
    assert known.here(known.due_at) == DUE
    assert known.there(DUE) == known.due_at


def test_what_became_of_it_is_said() -> None:
    raised = accepted(alert())
    ended = check_in.told(RUNNING, kept("end", "2580"), standing(due_at=None), NOW)
    assert ended.outcome == "ended"
    late = standing(now=DUE, due_at=None, incident=raised)
    assert check_in.told(RUNNING, kept("end", "2580"), late, DUE).outcome == "missed"
    assert check_in.told(RUNNING, None, late, DUE).outcome == "missed"
    early = standing(due_at=None, incident=raised)
    assert check_in.told(RUNNING, kept("end", "2580"), early, NOW).outcome == "ended"
    assert check_in.told(ended, kept("set"), standing(), NOW).outcome == ""


def test_ten_and_two_minutes_before_it_reminds_once_each() -> None:
    known, given_at = RUNNING, []
    for second in range(30 * 60 + 60):
        now = NOW + timedelta(seconds=second)
        if minutes := check_in.reminder(known, now):
            given_at.append((minutes, second // 60))
            known = msgspec.structs.replace(known, reminded=minutes)
    assert given_at == [(10, 20), (2, 28)]


@pytest.mark.parametrize(("minutes", "reminders"), [(11, [10, 2]), (10, [2]), (5, [2]), (2, [])])
def test_a_short_timer_is_not_announced_the_moment_it_is_set(
    minutes: int, reminders: list[int]
) -> None:
    due = NOW + timedelta(minutes=minutes)
    known, heard = check_in.told(None, kept("set"), standing(due_at=due), NOW), []
    for second in range(minutes * 60):
        if due_now := check_in.reminder(known, NOW + timedelta(seconds=second)):
            heard.append(due_now)
            known = msgspec.structs.replace(known, reminded=due_now)
    assert heard == reminders


def test_a_phone_that_slept_past_the_first_reminder_gives_the_last_alone() -> None:
    assert check_in.reminder(RUNNING, DUE - timedelta(minutes=1)) == 2
    assert check_in.reminder(RUNNING, DUE) == 0


def test_an_extended_timer_reminds_anew() -> None:
    reminded = msgspec.structs.replace(RUNNING, reminded=2)
    late = DUE - timedelta(minutes=1)
    again = check_in.told(reminded, None, standing(now=late), late)
    later = check_in.told(reminded, kept("later"), standing(due_at=DUE + timedelta(hours=1)), NOW)
    assert (again.reminded, later.reminded) == (2, 0)


def test_a_code_is_always_sent_whatever_follows() -> None:
    end, again = kept("end", "1470"), kept("set")
    assert check_in.superseded([again, end]) == [again.ref]


def speaking(*entries: KeptCheckIn) -> Uplink:
    uplink = Uplink()
    uplink.keep(entries)
    uplink.connected()
    return uplink


def test_they_are_sent_in_their_order_one_after_the_other() -> None:
    end, again = kept("end", "1470"), kept("set")
    uplink = speaking(end, again)
    (offer,) = uplink.offers(0)
    assert (offer.type, offer.ref) == ("check_in_end", str(end.ref))
    news = uplink.answered(offer.ref, 200, wire.encode(standing(due_at=None)), 0)
    assert news == TimerStands(end, standing(due_at=None))
    assert [offer.type for offer in uplink.offers(0)] == ["check_in"]


@pytest.mark.parametrize(
    ("entry", "method", "path"),
    [
        (kept("set"), "POST", "/v1/check-in"),
        (kept("later", "2580"), "PATCH", "/v1/check-in"),
        (kept("end", "2580"), "POST", "/v1/check-in/end"),
        (None, "GET", "/v1/check-in"),
    ],
)
def test_both_ways_say_the_same(entry: KeptCheckIn | None, method: str, path: str) -> None:
    uplink = speaking(*([entry] if entry else []))
    uplink.look()
    offer = next(iter(uplink.offers(0)))
    asked = request(offer)
    assert (asked.method, asked.path) == (method, path)
    sent = wire.decode(wire.PhoneFrame, frame(offer))
    assert sent.type == offer.type
    assert bytes(sent.body) == (asked.body or b"{}")


PROBLEM = wire.encode(wire.Problem(title="No", status=404, detail="No."))


@pytest.mark.parametrize(
    ("step", "status", "body", "news"),
    [
        ("end", 403, PROBLEM, WrongCode),
        ("later", 403, PROBLEM, WrongCode),
        ("later", 404, PROBLEM, TimerRefused),
        ("set", 422, PROBLEM, TimerRefused),
        ("later", 404, b"<html>No such page</html>", type(None)),
        ("end", 200, b"<html>Welcome</html>", type(None)),
        ("end", 429, PROBLEM, type(None)),
        ("set", 503, PROBLEM, type(None)),
    ],
)
def test_only_the_servers_own_answer_settles_it(
    step: check_in.Step, status: int, body: bytes, news: type
) -> None:
    uplink = speaking(kept(step, "2580"))
    (offer,) = uplink.offers(0)
    assert isinstance(uplink.answered(offer.ref, status, body, 0), news)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox", bytes(32))


def test_an_answer_is_written_down_with_what_it_settles(outbox: Outbox) -> None:
    entry, raised = kept("end", "2580"), accepted(alert())
    outbox.keep(entry)
    outbox.settle([], check_in=RUNNING)
    record(outbox, TimerStands(entry, standing(now=DUE, due_at=None, incident=raised)), DUE)
    assert outbox.waiting() == []
    assert outbox.check_in is not None
    assert outbox.check_in.outcome == "missed"
    assert outbox.incident is not None
    assert outbox.incident.accepted == raised


def test_an_alert_that_is_known_already_is_not_begun_anew(outbox: Outbox) -> None:
    raised = accepted(alert())
    for _ in range(2):
        record(outbox, TimerStands(None, standing(incident=raised)), NOW)
        before = outbox.incident
        record(outbox, TimerStands(None, standing(incident=raised)), NOW + timedelta(minutes=5))
        assert outbox.incident == before


def test_wrong_codes_let_the_keypad_rest(outbox: Outbox) -> None:
    waits = []
    for _ in range(4):
        entry = kept("end", "9999")
        outbox.keep(entry)
        record(outbox, WrongCode(entry), NOW)
        waits.append(check_in.code_wait(outbox.check_in, NOW).total_seconds())
    assert waits == sorted(waits)
    assert waits[0] == 0 < waits[-1]
    record(outbox, TimerStands(kept("end", "2580"), standing(due_at=None)), NOW)
    assert check_in.code_wait(outbox.check_in, NOW) == timedelta(0)


def test_whoever_asks_second_is_not_reminded(outbox: Outbox, tmp_path: Path) -> None:
    outbox.settle([], check_in=RUNNING)
    pocket = device(tmp_path)
    watches = [CheckInWatch(Outbox(tmp_path / "outbox", bytes(32)), pocket) for _ in range(2)]
    clock = MovableClock()
    for watch in watches:
        watch.load()
    clock.forward(minutes=20, seconds=1)
    for _ in range(3):
        for watch in watches:
            watch.look(clock.now(), feels=True)
    assert pocket.felt == [check_in.REMINDER]


def test_it_asks_once_at_the_start_and_again_when_the_time_is_over(
    outbox: Outbox, tmp_path: Path
) -> None:
    outbox.settle([], check_in=RUNNING)
    watch = CheckInWatch(outbox, device(tmp_path))
    watch.load()
    asked = [watch.is_to_ask(NOW + timedelta(seconds=s), float(s)) for s in range(0, 1800, 10)]
    assert asked == [True] + [False] * 179
    over = [watch.is_to_ask(DUE + timedelta(seconds=s), 1800.0 + s) for s in range(40)]
    assert [place for place, is_asked in enumerate(over) if is_asked] == [0, 15, 30]


@pytest.mark.parametrize(
    ("known", "entries", "later", "key"),
    [
        (None, [], 0, ""),
        (RUNNING, [], 19, ""),
        (RUNNING, [], 20, "status.check_in.running"),
        (RUNNING, [], 30, "status.check_in.passed"),
        (CheckIn(), [kept("set")], 0, "status.check_in.set_kept"),
        (RUNNING, [kept("later", "2580")], 0, "status.check_in.running"),
        (RUNNING, [kept("end", "2580")], 0, "status.check_in.end_kept"),
        (CheckIn(), [kept("end", "2580")], 0, "status.check_in.end_unknown"),
    ],
)
def test_the_first_screen_speaks_of_it_when_it_matters(
    known: CheckIn | None, entries: list[KeptCheckIn], later: int, key: str
) -> None:
    assert note(known, entries, NOW + timedelta(minutes=later)).key == key
