"""When a place is taken, what is kept of a long track, and when the end is near."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile.core import tracking
from mobile.core.answers import Stored
from mobile.core.outbox import KeptFix, KeptPress, Outbox
from mobile.core.press import Incident
from mobile.core.record import record
from mobile.core.tracker import Tracker
from mobile.core.tracking import AGAIN_S, EARLY_EVERY_S, EVERY_S, FIXES_A_FRAME, Charge, Motion
from server.domain import follow_ups
from shared import wire
from tests.mobile.people import (
    NOW,
    PLACE,
    MovableClock,
    PocketDevice,
    accepted,
    device,
    incident,
    kept,
)

A_METRE = 1 / 111_195  # of latitude, in degrees


def place(
    metres: float = 0.0, seconds: float = 0.0, accuracy: float | None = 25.0
) -> wire.Position:
    return wire.Position(
        lat=10 + metres * A_METRE,
        lon=20.0,
        accuracy_m=accuracy,
        source="gps",
        at=NOW + timedelta(seconds=seconds),
    )


@dataclass
class Walk:
    """Time that passes for a tracker, one second at a time."""

    pocket: PocketDevice
    outbox: Outbox
    tracker: Tracker
    clock: MovableClock
    ticks: float = 100.0
    speed: float = 0.0
    walked: float = 0.0
    has_fixes: bool = True

    def goes(self, seconds: int, known: Incident | None = None) -> list[KeptFix]:
        """What is kept meanwhile."""
        before = {entry.ref for entry in self.outbox.waiting()}
        known = known or self.outbox.incident
        for _ in range(seconds):
            self.clock.forward(seconds=1)
            self.ticks += 1
            self.walked += self.speed
            if self.has_fixes:
                at = (self.clock.now() - NOW).total_seconds()
                self.pocket.place = place(self.walked, at)
            self.tracker.look(known, self.outbox.waiting(), self.clock.now(), self.ticks)
        fixes = [entry for entry in self.outbox.waiting() if isinstance(entry, KeptFix)]
        return [fix for fix in fixes if fix.ref not in before]


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    outbox, pocket = Outbox(tmp_path / "outbox", bytes(32)), device(tmp_path)
    pocket.charge = 0.8
    yield Walk(pocket, outbox, Tracker(outbox, pocket), MovableClock())
    outbox.close()


def pressed(walk: Walk) -> KeptPress:
    here = place(walk.walked, (walk.clock.now() - NOW).total_seconds())
    alert = msgspec.structs.replace(kept().alert, pressed_at=walk.clock.now(), position=here)
    press = KeptPress(alert=alert)
    walk.outbox.keep(press)
    known = walk.outbox.incident, walk.outbox.waiting(), walk.clock.now(), walk.ticks
    assert not walk.tracker.look(*known)
    return press


def test_every_ten_seconds_for_five_minutes_then_by_motion_and_charge(walk: Walk) -> None:
    pressed(walk)
    walk.speed = 1.4
    assert len(walk.goes(299)) == 29
    assert len(walk.goes(600)) == pytest.approx(30, abs=2)  # walking: every 20 s
    walk.speed = 0
    walk.goes(180)
    assert len(walk.goes(600)) == pytest.approx(10, abs=1)  # at rest: once a minute
    walk.pocket.charge = 0.1
    walk.goes(180)
    assert len(walk.goes(900)) == pytest.approx(5, abs=1)
    wanted = [*walk.pocket.wanted]
    assert wanted == [10.0, 20.0, 60.0, 180.0]


def test_the_press_itself_carried_the_first_place(walk: Walk) -> None:
    pressed(walk)
    assert walk.goes(9) == []
    assert len(walk.goes(2)) == 1


@pytest.mark.parametrize("every_s", [10, 20, 60, 300])
@pytest.mark.parametrize("beat_s", [0.97, 1.0, 1.03])
def test_a_fix_is_taken_as_the_system_brings_it(every_s: float, beat_s: float) -> None:
    """Two beats side by side would make every place old by one of them."""
    assert tracking.is_due(place(), place(seconds=every_s * beat_s), every_s)
    assert not tracking.is_due(place(), place(seconds=every_s * 0.9), every_s)


def test_without_a_press_nothing_is_taken_and_the_device_rests(walk: Walk) -> None:
    assert walk.goes(60) == []
    assert walk.pocket.wanted == []
    known = incident("open")
    assert walk.goes(30, known)
    walk.goes(1, msgspec.structs.replace(known, progress=incident("closed").progress))
    assert walk.pocket.wanted == [10.0, None]


def test_after_a_restart_the_first_minutes_go_on_where_they_were(walk: Walk) -> None:
    known = incident("open")
    walk.clock.forward(seconds=240)
    fixes = walk.goes(60, known)
    assert len(fixes) == 6
    assert {fix.incident_id for fix in fixes} == {known.accepted.incident_id}
    walk.goes(120, known)
    assert walk.pocket.wanted[0] == EARLY_EVERY_S
    assert walk.pocket.wanted[-1] == EVERY_S[False, Charge.AMPLE]


def test_a_clock_that_was_set_back_does_not_stretch_the_first_minutes(walk: Walk) -> None:
    known = incident("open")
    walk.clock.forward(days=-3)
    walk.goes(480, known)
    assert walk.pocket.wanted[-1] == EVERY_S[False, Charge.AMPLE]


def test_each_press_begins_its_own_first_minutes(walk: Walk) -> None:
    first = pressed(walk)
    taken = accepted(first.alert)
    record(walk.outbox, Stored(first, taken), NOW)
    walk.goes(600)
    again = pressed(walk)
    assert len(walk.goes(60)) == 6
    record(walk.outbox, Stored(again, accepted(again.alert, taken.incident_id)), NOW)
    assert len(walk.goes(60)) == 6


def test_a_fix_that_is_known_is_said_again_once_a_minute_as_a_sign_of_life(walk: Walk) -> None:
    pressed(walk)
    walk.goes(20)
    walk.has_fixes = False
    fixes = walk.goes(180)
    assert len(fixes) == 3
    assert len({fix.position.at for fix in fixes}) == 1
    assert timedelta(seconds=AGAIN_S) * 2 < follow_ups.SILENT_AFTER


def test_a_charge_that_falls_below_a_mark_is_said_at_once_and_once(walk: Walk) -> None:
    pressed(walk)
    walk.goes(600)
    urgent: list[KeptFix] = []
    for charge in (0.16, 0.15, 0.14, 0.06, 0.05, 0.04, 0.01):
        walk.pocket.charge = charge
        urgent += [fix for fix in walk.goes(12) if fix.is_urgent]
    assert [fix.battery for fix in urgent] == [0.15, 0.05]


def test_the_marks_are_those_at_which_contacts_are_told() -> None:
    assert tracking.LOW == follow_ups.LOW_BATTERY
    assert max(EVERY_S.values()) * 2 <= follow_ups.SILENT_AFTER.total_seconds()


def test_a_last_gasp_has_the_place_and_the_charge_of_that_moment(walk: Walk) -> None:
    pressed(walk)
    walk.goes(3)
    walk.pocket.charge = 0.33
    waiting = walk.outbox.waiting()
    assert walk.tracker.gasp(None, waiting, walk.clock.now(), walk.ticks)
    last = walk.outbox.waiting()[-1]
    assert isinstance(last, KeptFix)
    assert (last.is_urgent, last.battery, last.position.at) == (True, 0.33, walk.clock.now())


def test_without_an_incident_there_is_no_last_gasp(walk: Walk) -> None:
    assert not walk.tracker.gasp(None, [], walk.clock.now(), walk.ticks)
    assert walk.outbox.waiting() == []


def test_a_phone_that_does_not_know_where_it_is_keeps_nothing(walk: Walk) -> None:
    pressed(walk)
    walk.pocket.place, walk.has_fixes = None, False
    assert walk.goes(30) == []


def test_motion_is_measured_from_where_it_began() -> None:
    motion = Motion()
    for second in range(0, 300, 20):  # 28 m a step, within the error of the one before
        motion = motion.after(place(second * 1.4, second), second)
        assert motion.is_moving(second)


def test_an_error_that_wanders_is_no_motion() -> None:
    motion = Motion().after(place(), 0)
    for second, metres in enumerate((20, -15, 30, 0, -25) * 40, start=1):
        motion = motion.after(place(metres, second), second)
    assert not motion.is_moving(200)


def test_a_better_fix_of_the_same_place_is_what_motion_is_measured_from() -> None:
    motion = Motion().after(place(0, 0, accuracy=500), 0).after(place(30, 10, accuracy=10), 10)
    assert motion.after(place(90, 20, accuracy=10), 20).moved_at == 20


@given(st.lists(st.floats(-500, 500), min_size=0, max_size=120), st.integers(4, 40))
def test_thinning_keeps_the_first_the_newest_and_the_farthest(
    steps: list[float], most: int
) -> None:
    whole: list[wire.Position] = []
    left: list[wire.Position] = []
    metres = 0.0
    for number, step in enumerate(steps):
        metres += step
        whole.append(place(metres, number * 10))
        left.append(whole[-1])
        if (dropped := tracking.to_drop(left, most)) is not None:
            del left[dropped]
        assert len(left) <= most
    if not whole:
        return
    assert left[-1] == whole[-1]
    assert left == sorted(left, key=lambda fix: fix.at)
    if most >= 12:
        assert left[0] == whole[0]
        assert max(fix.lat for fix in left) == max(fix.lat for fix in whole)
        assert min(fix.lat for fix in left) == min(fix.lat for fix in whole)


def test_a_long_way_without_network_loses_detail_and_no_part_of_it() -> None:
    """Ten hours on foot: the newest five minutes whole, and no hole that hides where it went."""
    left: list[wire.Position] = []
    for number in range(1800):
        left.append(place(28.0 * number, 20 * number))
        if (dropped := tracking.to_drop(left, tracking.FIXES_KEPT)) is not None:
            del left[dropped]
    assert len(left) == tracking.FIXES_KEPT
    newest = left[-FIXES_A_FRAME:]
    assert newest[-1].at - newest[0].at == timedelta(seconds=20 * (FIXES_A_FRAME - 1))
    holes = [(b.at - a.at, left[-1].at - a.at) for a, b in pairwise(left)]
    assert all(hole <= max(timedelta(minutes=1), age / 50) for hole, age in holes)


def test_hours_at_one_place_cost_a_way_nothing() -> None:
    left = [place(50.0 * number, 20 * number) for number in range(10)]
    way = [*left]
    for number in range(2000):
        left.append(place(450, 200 + 60 * number))
        if (dropped := tracking.to_drop(left, 50)) is not None:
            del left[dropped]
    assert [fix for fix in left if fix.at <= way[-1].at] == way


def test_what_waits_longer_is_thinned_in_the_outbox_too(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracking, "FIXES_KEPT", 5)
    press = pressed(walk)
    walk.goes(300)
    entries = walk.outbox.waiting()
    assert entries[0] == press
    fixes = [entry for entry in entries if isinstance(entry, KeptFix)]
    assert len(fixes) == 5
    assert fixes[0].position.at == NOW + timedelta(seconds=10)
    assert fixes[-1].position.at == NOW + timedelta(seconds=290)


def test_digits_that_say_nothing_are_not_sent() -> None:
    exact = msgspec.structs.replace(
        PLACE, lat=14.693712345678, lon=-17.444098765432, accuracy_m=24.7312
    )
    said = tracking.short(msgspec.structs.replace(exact, at=NOW + timedelta(microseconds=123456)))
    assert wire.encode(said) == (
        b'{"lat":14.69371,"lon":-17.4441,"accuracy_m":25.0,"source":"gps",'
        b'"at":"2026-03-08T14:02:00Z"}'
    )


def test_thirty_fixes_get_through_a_slow_line_before_it_is_given_up() -> None:
    fixes = [tracking.short(place(number * 1234.5, number)) for number in range(FIXES_A_FRAME)]
    frame = wire.Positions(incident_id=uuid4(), positions=fixes, battery=0.5)
    assert len(wire.encode(frame)) * 8 / 10_000 < 3.5
