"""The practice pages: the hold is learned, both codes look alike, a drill goes the real way."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from mobile.core.drill import STOP, DrillPage
from mobile.core.hold import HOLD_S
from mobile.core.lesson import AGAIN, HoldPage, StopPage
from mobile.core.looks import Mark
from mobile.core.outbox import KeptPress, Outbox
from mobile.core.pages import MAIN
from mobile.core.press import Incident
from shared import crypto, wire
from tests.mobile.classroom import Classroom, standing, type_code
from tests.mobile.people import NOW, MovableClock, accepted, alert, progress

VERIFIERS = crypto.code_verifier("2580"), crypto.code_verifier("6391")


class Watch:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def held(page: HoldPage, watch: Watch, seconds: float) -> None:
    page.on_touch()
    watch.now += seconds
    page.on_tick()
    page.on_release()
    watch.now += 1


def test_three_holds_teach_the_button_how_this_person_holds() -> None:
    room, watch = Classroom(), Watch()
    page = HoldPage(room.around, watch)
    page.on_open()
    for seconds in (0.2, 1.6, 1.5, 1.7):
        held(page, watch, seconds)
    assert room.hot.hold_s < HOLD_S
    view = page.view()
    assert view.hold is None
    assert [fact.words.key for fact in view.facts] == ["setup.hold.held"] * 3 + [
        "setup.hold.result"
    ]
    page.on_action(MAIN, {})
    assert room.done == [()]


def test_the_ring_fills_while_it_is_held_and_a_touch_counts_for_nothing() -> None:
    room, watch = Classroom(), Watch()
    page = HoldPage(room.around, watch)
    page.on_touch()
    watch.now += 1
    view = page.view()
    assert view.hold is not None
    assert view.hold.ring == pytest.approx(0.5)
    page.on_release()
    held(page, watch, 0.1)
    assert len(page.view().facts) == 1
    assert room.hot.hold_s == HOLD_S


def test_the_practice_begins_anew_without_forgetting_what_was_learned() -> None:
    room, watch = Classroom(), Watch()
    page = HoldPage(room.around, watch)
    for _ in range(3):
        held(page, watch, 1.5)
    learned = room.hot.hold_s
    page.on_action(AGAIN, {})
    assert page.view().facts == ()
    assert room.hot.hold_s == learned


def test_both_codes_show_the_other_side_the_same() -> None:
    room = Classroom()
    page = StopPage(room.around, lambda: VERIFIERS)
    type_code(page, "2580")
    type_code(page, "6391")
    one, other = page.view().sights
    assert one == other
    assert one.title.key == "app.claimed_safe.title"
    assert room.asked == []
    page.on_action(MAIN, {})
    assert room.done == [()]


def test_a_wrong_code_is_said_where_the_phone_can_know_it() -> None:
    page = StopPage(Classroom().around, lambda: VERIFIERS)
    type_code(page, "6391")  # the duress code, where the stop code is asked for
    assert page.view().note.key == "setup.stop.wrong"
    assert page.view().sights == ()


def test_where_the_phone_cannot_know_the_codes_it_says_so() -> None:
    page = StopPage(Classroom().around, lambda: None)
    assert [fact.words.key for fact in page.view().facts] == ["setup.stop.unchecked"]
    type_code(page, "2580")
    type_code(page, "2580")
    assert page.view().note.key == "setup.stop.wrong"
    type_code(page, "6391")
    assert len(page.view().sights) == 2


def test_a_code_is_checked_once_while_it_is_being_checked() -> None:
    room = Classroom()
    page = StopPage(room.around, lambda: VERIFIERS)
    room.on_line()
    type_code(page, "2580")
    assert not page.view().actions[0].is_ready
    type_code(page, "6391")
    room.finish()
    assert len(page.view().sights) == 1


class Drill:
    """A drill page over a real outbox; the test plays the guard."""

    def __init__(self, folder: Path) -> None:
        self.room = Classroom()
        self.outbox = Outbox(folder / "outbox", bytes(32))
        self.clock, self.watch = MovableClock(), Watch()
        self.press: wire.Alert | None = None
        self.stops = 0
        self.page = DrillPage(
            self.room.around,
            outbox=self.outbox,
            clock=self.clock,
            ticks=self.watch,
            raise_drill=self._raise,
            stop=self._stop,
        )

    def _raise(self) -> None:
        self.press = alert(kind="drill")
        self.outbox.keep(KeptPress(alert=self.press))

    def _stop(self) -> None:
        self.stops += 1

    def says(self) -> list[str]:
        return [fact.words.key for fact in self.page.view().facts]

    def hears(self, state: wire.State, **counts: int) -> None:
        assert self.press is not None
        taken = accepted(self.press)
        incident = Incident(
            alert_id=self.press.id,
            pressed_at=NOW,
            kind="drill",
            accepted=taken,
            heard_at=NOW,
            progress=progress(taken.incident_id, state, **counts),
            changed_at=NOW,
        )
        self.outbox.settle([self.press.id], incident)
        self.passes(1.5)

    def passes(self, seconds: float) -> None:
        self.watch.now += seconds
        self.page.on_tick()


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    made = Drill(tmp_path)
    yield made
    made.outbox.close()


@pytest.mark.parametrize(
    ("agreed", "key"),
    [
        ((), "setup.drill.nobody"),
        ((False,), "setup.drill.nobody"),
        ((True, False), "setup.drill.some"),
        ((True, True), "setup.drill.all"),
    ],
)
def test_who_will_be_texted_is_said_before_the_drill(
    drill: Drill, agreed: tuple[bool, ...], key: str
) -> None:
    drill.room.answers["/v1/profile/standing"] = (200, standing(*agreed))
    drill.page.on_open()
    assert drill.says() == [key]


def test_a_drill_shows_its_steps_and_ends_with_the_stop_code(drill: Drill) -> None:
    drill.page.on_open()
    drill.page.on_action(MAIN, {})
    assert drill.says() == ["app.strip.drill", "setup.drill.kept", "setup.drill.sending"]
    assert drill.page.view().facts[0].mark is Mark.HATCHED
    assert drill.page.view().steps == 1
    drill.hears("open", notified=2)
    assert drill.page.view().steps == 2
    drilled, kept, stored, texted, answered = drill.page.view().facts
    assert (drilled.words.key, drilled.mark) == ("app.strip.drill", Mark.HATCHED)
    assert kept.words.key == "setup.drill.kept"
    assert stored.words.values == (("seconds", "1.5"),)
    assert texted.words.values == (("notified", "2"), ("contacts", "3"))
    assert answered.words.values == (("acknowledged", "0"),)
    drill.hears("acknowledged", acknowledged=1)
    assert drill.page.view().steps == 3
    drill.page.on_action(STOP, {})
    assert drill.stops == 1
    drill.hears("claimed_safe", acknowledged=1)
    drill.page.on_open()
    assert drill.says()[-1] == "setup.drill.stopped"
    drill.page.on_action(MAIN, {})
    assert drill.room.done == [()]


def test_a_drill_that_is_not_taken_says_why(drill: Drill) -> None:
    drill.page.on_action(MAIN, {})
    assert drill.press is not None
    drill.outbox.settle([drill.press.id])
    drill.passes(1)
    assert drill.page.view().note.key == "setup.drill.refused"


def test_an_alert_of_before_is_not_taken_for_the_drill(drill: Drill) -> None:
    drill.press = alert()
    drill.outbox.keep(KeptPress(alert=drill.press))
    drill.hears("open")
    drill.page.on_open()
    assert drill.page.view().steps is None
    drill.page.on_action(MAIN, {})
    assert drill.page.view().steps == 1


def test_the_drill_raised_is_a_drill(drill: Drill) -> None:
    drill.page.on_action(MAIN, {})
    (waiting,) = drill.outbox.waiting()
    assert isinstance(waiting, KeptPress)
    assert waiting.alert.kind == "drill"
    assert msgspec.json.decode(wire.encode(waiting.alert))["kind"] == "drill"
