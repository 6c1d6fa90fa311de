"""The check-in room: choose a time, extend it, end it; it says what the server knows, no more."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import uuid4

from mobile.core import check_in
from mobile.core.check_in import LONGEST, CheckIn, KeptCheckIn, Phase, Step
from mobile.core.device import Device
from mobile.core.looks import Mark, Tone, Words
from mobile.core.outbox import NotKept, Outbox
from mobile.core.pages import Action, Choice, Fact, Keypad, Option
from mobile.core.sheets import Lead, Paragraph, Row, SheetView
from shared.clock import Clock

SPANS: Final = (30, 60, 120, 240)  # minutes, to be chosen with one tap
SHIFT: Final = 15  # and by these steps to any time
SHORTEST: Final = timedelta(minutes=5)
LOOKS_EVERY_S: Final = 0.2  # how long an answer that the guard wrote down may lie unseen
ASKING_S: Final = 3.0  # longer without an answer, and the screen says what that means
FORETOLD: Final = timedelta(minutes=10)
WRONG_SHOWN: Final = timedelta(minutes=1)

FACT: Final[dict[Phase, tuple[str, Mark, Tone]]] = {
    Phase.UNKNOWN: ("status.check_in.unknown", Mark.BROKEN, Tone.WAITING),
    Phase.NONE: ("status.check_in.none", Mark.HOLLOW, Tone.MUTE),
    Phase.SET_KEPT: ("status.check_in.set_kept", Mark.HOLLOW, Tone.WAITING),
    Phase.RUNNING: ("status.check_in.running", Mark.RING, Tone.SAFE),
    Phase.LATER_KEPT: ("status.check_in.later_kept", Mark.RING, Tone.WAITING),
    Phase.END_KEPT: ("status.check_in.end_kept", Mark.RING, Tone.WAITING),
    Phase.PASSED: ("status.check_in.passed", Mark.BROKEN, Tone.ALARM),
}
NOTE: Final[dict[Phase, str]] = {
    Phase.SET_KEPT: "status.check_in.set_kept",
    Phase.RUNNING: "status.check_in.running",
    Phase.LATER_KEPT: "status.check_in.running",
    Phase.END_KEPT: "status.check_in.end_kept",
    Phase.PASSED: "status.check_in.passed",
}
OUTCOME: Final[dict[str, tuple[str, Mark, Tone]]] = {
    "ended": ("status.check_in.ended", Mark.TICK, Tone.SAFE),
    "missed": ("status.check_in.missed", Mark.DISC, Tone.ALARM),
    "not_taken": ("status.check_in.not_taken", Mark.BROKEN, Tone.WAITING),
}


class Mode(StrEnum):
    REST = "rest"
    CHOOSE = "choose"
    CODE = "code"


class CheckInPresenter:
    """Ending and extending ask for the stop code: a duress code looks the same here."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        device: Device,
        clock: Clock,
        ticks: Callable[[], float],
        send: Callable[[], None],
        show: Callable[[SheetView], None],
        leave: Callable[[], None],
    ) -> None:
        self._outbox = outbox
        self._device = device
        self._clock = clock
        self._ticks = ticks
        self._send = send
        self._show = show
        self._leave = leave
        self._keypad = Keypad()
        self._view: SheetView | None = None
        self._minutes = SPANS[1]
        self._begin()

    def on_open(self) -> None:
        self._begin()
        self._view = None
        self.on_tick()

    def on_back(self) -> None:
        if self._mode is Mode.REST:
            return self._leave()
        self._begin()
        self.on_tick()

    def on_tick(self) -> None:
        """Called many times a second; draws only what changed."""
        if self._ticks() - self._looked_at >= LOOKS_EVERY_S:  # has_news is for the press screen
            self._load()
        view = SheetView(title=Words("status.check_in.title"), rows=tuple(self._rows()))
        if view != self._view:
            self._view = view
            self._show(view)

    def on_choice(self, name: str, value: str) -> None:
        minutes = int(value) if name == "span" else self._minutes + int(value)
        longest = int(LONGEST.total_seconds() // 60)
        least = int(SHORTEST.total_seconds() // 60)
        self._minutes = max(least, min(longest, minutes))
        self.on_tick()

    def on_digit(self, digit: str) -> None:
        if not self._wait:
            self._keypad.add(digit)
        self.on_tick()

    def on_delete(self) -> None:
        self._keypad.delete()
        self.on_tick()

    def on_action(self, name: str) -> None:
        {
            "set": self._set,
            "drop": self._drop,
            "extend": self._choose,
            "next": lambda: self._ask_code("later"),
            "end": lambda: self._ask_code("end"),
            "send": self._send_code,
        }[name]()
        self.on_tick()

    def _begin(self) -> None:
        self._mode = Mode.REST
        self._step: Step = "end"
        self._minutes = SPANS[1]
        self._sent_at = -ASKING_S
        self._is_full = False
        self._keypad.take()
        self._load()

    def _load(self) -> None:
        self._looked_at = self._ticks()
        self._known: CheckIn | None = self._outbox.check_in
        self._kept = [e for e in self._outbox.waiting() if isinstance(e, KeptCheckIn)]

    def _set(self) -> None:
        self._keep("set", self._chosen)

    def _drop(self) -> None:
        """Not set after all. Had the server heard of it already, it says so next."""
        try:
            self._outbox.settle(check_in.superseded(self._kept))
        except NotKept:
            self._is_full = True
        self._load()

    def _choose(self) -> None:
        self._mode, self._minutes = Mode.CHOOSE, SPANS[0]

    def _ask_code(self, step: Step) -> None:
        self._mode, self._step = Mode.CODE, step

    def _send_code(self) -> None:
        if self._wait or not self._keypad.view(Words()).can_send:
            return
        due_at = self._chosen if self._step == "later" else None
        self._keep(self._step, due_at, self._keypad.take())

    def _keep(self, step: Step, due_at: datetime | None, code: str | None = None) -> None:
        entry = KeptCheckIn(
            ref=uuid4(),
            step=step,
            due_at=due_at and (self._known or CheckIn()).there(due_at),
            code=code,
            position=self._device.position(),
            battery=self._device.battery(),
        )
        replaced = check_in.superseded(self._kept)
        try:
            self._outbox.keep(entry)
            self._outbox.settle(replaced)
        except NotKept:
            self._is_full = True
            return
        self._mode, self._sent_at, self._is_full = Mode.REST, self._ticks(), False
        self._load()
        self._send()

    @property
    def _chosen(self) -> datetime:
        """To the minute, so that the time on the screen is the time that is meant."""
        later = self._clock.now() + timedelta(minutes=self._minutes, seconds=59)
        return later.replace(second=0, microsecond=0)

    @property
    def _wait(self) -> timedelta:
        return check_in.code_wait(self._known, self._clock.now())

    def _rows(self) -> list[Row]:
        now = self._clock.now()
        phase = check_in.phase(self._known, self._kept, now)
        if self._mode is Mode.CODE:
            return [self._lead(phase), *self._keys()]
        if self._mode is Mode.CHOOSE:
            return [self._lead(phase), *self._choices(), Action("next", Words("status.next"), True)]
        rows: list[Row] = [self._lead(phase), *self._notes(phase, now)]
        if phase in (Phase.NONE, Phase.UNKNOWN):
            rows += [
                Paragraph(Words("status.check_in.why")),
                *self._choices(),
                Action("set", Words("status.check_in.set"), is_main=True),
            ]
        if phase is Phase.SET_KEPT:
            rows.append(Action("drop", Words("status.check_in.drop")))
        if phase is Phase.RUNNING:
            rows += [
                Action("extend", Words("status.check_in.extend")),
                Action("end", Words("status.check_in.end")),
            ]
        return rows

    def _lead(self, phase: Phase) -> Lead:
        key, mark, tone = FACT[phase]
        if self._kept and self._ticks() - self._sent_at < ASKING_S and phase is not Phase.PASSED:
            key, mark, tone = "status.check_in.asking", Mark.HOLLOW, Tone.WAITING
        if phase is Phase.END_KEPT and not (self._known and self._known.due_at):
            key = "status.check_in.end_unknown"
        return Lead(Fact(Words(key, self._times()), mark, tone))

    def _times(self) -> tuple[tuple[str, str], ...]:
        known = self._known or CheckIn()
        asked = self._kept[-1].due_at if self._kept else None
        shown = {"time": known.due_at, "asked": asked}
        return tuple((name, clock_time(at and known.here(at))) for name, at in shown.items())

    def _notes(self, phase: Phase, now: datetime) -> list[Row]:
        known, rows = self._known, list[Row]()
        if self._is_full:
            rows.append(Fact(Words("app.stop.not_kept"), Mark.BROKEN, Tone.ALARM))
        if known and known.wrong_at and now - known.wrong_at < WRONG_SHOWN:
            rows.append(Fact(Words("status.check_in.wrong"), Mark.BROKEN, Tone.WAITING))
        if known and known.due_at and phase is Phase.RUNNING:
            rows.append(Paragraph(span(known.here(known.due_at) - now)))
        if known and not self._kept and known.outcome and phase is not Phase.PASSED:
            key, mark, tone = OUTCOME[known.outcome]
            rows.append(Fact(Words(key), mark, tone))
        return rows

    def _choices(self) -> list[Row]:
        spans = tuple(Option(str(m), span(timedelta(minutes=m))) for m in SPANS)
        shifts = tuple(
            Option(str(m), Words(key, (("minutes", str(SHIFT)),)))
            for key, m in (("status.earlier", -SHIFT), ("status.later", SHIFT))
        )
        at = Words("status.check_in.would", (("time", clock_time(self._chosen)),))
        return [
            Choice("span", Words("status.check_in.in"), spans, str(self._minutes)),
            Choice("shift", Words(), shifts, ""),
            Paragraph(at),
        ]

    def _keys(self) -> list[Row]:
        prompt = Words("app.stop.title")
        if wait := self._wait.total_seconds():
            prompt = Words("app.stop.rests", (("seconds", f"{int(wait) + 1}"),))
        keypad = self._keypad.view(prompt)
        name = "status.check_in.end" if self._step == "end" else "status.check_in.extend"
        return [
            keypad,
            Action("send", Words(name), is_main=True, is_ready=keypad.can_send and not wait),
        ]


def note(known: CheckIn | None, kept: Sequence[KeptCheckIn], now: datetime) -> Words:
    """For the press screen: near its end, and whenever phone and server may not agree."""
    phase = check_in.phase(known, kept, now)
    if phase in (Phase.UNKNOWN, Phase.NONE):
        return Words()
    due = known.here(known.due_at) if known and known.due_at else None
    if phase is Phase.RUNNING and (due is None or due - now > FORETOLD):
        return Words()
    key = "status.check_in.end_unknown" if phase is Phase.END_KEPT and due is None else NOTE[phase]
    return Words(key, (("time", clock_time(due)),))


def clock_time(at: datetime | None) -> str:
    return at.astimezone().strftime("%H:%M") if at else ""


def span(length: timedelta) -> Words:
    """How long, rounded up to whole minutes."""
    minutes = max(0, -int(-length.total_seconds() // 60))
    hours, minutes = divmod(minutes, 60)
    values = (("hours", str(hours)), ("minutes", f"{minutes:02d}" if hours else str(minutes)))
    key = "minutes" if not hours else "hours" if not minutes else "hours_minutes"
    return Words(f"status.span.{key}", values)
