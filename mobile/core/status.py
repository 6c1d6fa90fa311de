"""Whether help would come, and what to mend first: counts and labels, never a name or a number."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mobile.core import check_in
from mobile.core.check_in_room import clock_time
from mobile.core.device import Device
from mobile.core.looks import Mark, Tone, Words
from mobile.core.outbox import Outbox
from mobile.core.pages import Action, Aside, Ask, Asked, Fact
from mobile.core.press import Line
from mobile.core.private import Private
from mobile.core.sheets import Heading, Lead, Paragraph, Row, SheetView
from mobile.core.vault import Hot
from shared import texts, wire
from shared.clock import Clock
from shared.wire import Obstacle

DRILL_AGE: Final = timedelta(days=90)  # as the office counts it
LOW_BATTERY: Final = 0.2
PLACE_AGE: Final = timedelta(minutes=10)
# What keeps an alert from getting out, and what keeps its owner from being found.
SILENCING: Final[tuple[Obstacle, ...]] = ("updated", "battery_saver", "notifications")
HIDING: Final[tuple[Obstacle, ...]] = ("location", "background_location")
SHOWN: Final[dict[str, tuple[Mark, Tone]]] = {
    "ready": (Mark.TICK, Tone.SAFE),
    "asked": (Mark.HOLLOW, Tone.WAITING),
    "not_asked": (Mark.HOLLOW, Tone.WAITING),
    "no_answer": (Mark.BROKEN, Tone.WAITING),
    "declined": (Mark.BROKEN, Tone.WAITING),
    "opted_out": (Mark.BROKEN, Tone.WAITING),
    "unreachable": (Mark.BROKEN, Tone.WAITING),
}
LOOKS_EVERY_S: Final = 1.0  # at the machine; the server is asked when the room is opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that the room speaks of; `standing` is what the server said of the contacts, and when."""

    hot: Hot
    line: Line | None
    check_in: check_in.CheckIn | None
    place: wire.Position | None
    battery: float | None
    obstacles: frozenset[Obstacle]
    private: Private
    standing: wire.Standing | None = None
    asked_at: datetime | None = None
    is_asking: bool = False


class StatusPresenter:
    """`private` gives the labels while its door is open; `go` opens another room."""

    def __init__(
        self,
        *,
        hot: Hot,
        outbox: Outbox,
        device: Device,
        clock: Clock,
        ticks: Callable[[], float],
        private: Callable[[], Private],
        ask: Ask,
        aside: Aside,
        go: Callable[[str], None],
        leave: Callable[[], None],
        show: Callable[[SheetView], None],
    ) -> None:
        self.hot = hot
        self._outbox = outbox
        self._device = device
        self._clock = clock
        self._ticks = ticks
        self._private = private
        self._ask = ask
        self._aside = aside
        self._go = go
        self._leave = leave
        self._show = show
        self._standing: wire.Standing | None = None
        self._asked_at: datetime | None = None
        self._is_asking = False
        self._looked_at = -LOOKS_EVERY_S
        self._view: SheetView | None = None

    def on_open(self) -> None:
        self._view, self._looked_at = None, -LOOKS_EVERY_S
        if self.hot.is_paired and not self._is_asking:
            self._is_asking = True
            server, bearer = self.hot.servers[0], self.hot.bearer
            self._aside(
                lambda: self._ask(server, bearer, "GET", "/v1/profile/standing", None),
                self._on_answer,
            )
        self.on_tick()

    def on_back(self) -> None:
        self._leave()

    def on_action(self, name: str) -> None:
        self._go(name)

    def on_tick(self) -> None:
        """Looks once a second; draws only what changed."""
        if self._ticks() - self._looked_at < LOOKS_EVERY_S:
            return
        self._looked_at = self._ticks()
        said = view(self._known(), self._clock.now())
        if said != self._view:
            self._view = said
            self._show(said)

    def _on_answer(self, answer: Asked) -> None:
        status, body = answer
        self._is_asking = False
        try:
            known = wire.decode(wire.Standing, body) if status == 200 else None
        except wire.Malformed:
            known = None
        if known is not None:
            self._standing, self._asked_at = known, self._clock.now()
        self._looked_at = -LOOKS_EVERY_S
        self.on_tick()

    def _known(self) -> Known:
        return Known(
            hot=self.hot,
            line=self._outbox.line,
            check_in=self._outbox.check_in,
            place=self._device.position(),
            battery=self._device.battery(),
            obstacles=self._device.obstacles(),
            private=self._private(),
            standing=self._standing,
            asked_at=self._asked_at,
            is_asking=self._is_asking,
        )


def view(known: Known, now: datetime) -> SheetView:
    mends = to_mend(known, now)
    rows: list[Row] = [Lead(armed(known)), Paragraph(Words("status.told"))]
    if mends:
        rows += [Heading(Words("status.mend")), *mends]
    rows += [Heading(Words("status.now")), *_now(known, now)]
    rows += [Heading(Words("status.contacts")), *_contacts(known, now)]
    rows += [
        Action("check_in", Words("status.check_in.title"), is_main=False),
        Action("lesson", Words("status.practise")),
        Action("settings", Words("app.more.title")),
    ]
    return SheetView(title=Words("status.title"), rows=tuple(rows))


def armed(known: Known) -> Fact:
    """The first thing said: whether an alert would get out while nobody looks at the phone."""
    if not known.hot.is_paired:
        return Fact(Words("status.not_paired"), Mark.BROKEN, Tone.ALARM)
    if known.line and known.line.state == "refused":
        return Fact(Words("app.strip.refused"), Mark.DISC, Tone.ALARM)
    if known.obstacles:
        return Fact(Words("app.strip.not_armed"), Mark.BROKEN, Tone.WAITING)
    return Fact(Words("app.strip.ready"), Mark.TICK, Tone.SAFE)


def to_mend(known: Known, now: datetime) -> list[Fact]:
    """In order of importance: what keeps an alert from getting out, from being answered, from
    being found; each leads to the room that mends it."""
    found: list[Fact] = []
    if not known.hot.is_paired:
        found.append(_mend("status.mend.pair", "setup", Tone.ALARM))
    elif known.line and known.line.state == "refused":
        found.append(_mend("app.strip.pair_again", "setup", Tone.ALARM))
    found += [_mend(f"app.strip.{o}", "setup") for o in SILENCING if o in known.obstacles]
    willing, of_all = _willing(known.standing)
    if known.standing is not None and not willing:
        found.append(_mend("status.mend.no_contact", "setup", Tone.ALARM))
    found += [_mend(f"app.strip.{o}", "setup") for o in HIDING if o in known.obstacles]
    if 0 < willing < of_all:
        values = (("count", str(of_all - willing)),)
        found.append(_mend("status.mend.some_contacts", "setup", values=values))
    if known.battery is not None and known.battery < LOW_BATTERY:
        found.append(Fact(Words("status.mend.battery"), Mark.HOLLOW, Tone.WAITING))
    if not known.private.drills:
        found.append(_mend("status.mend.no_drill", "lesson"))
    elif now - known.private.drills[-1] > DRILL_AGE:
        found.append(_mend("status.mend.old_drill", "lesson"))
    return found


def _willing(standing: wire.Standing | None) -> tuple[int, int]:
    contacts = standing.contacts if standing else []
    return sum(contact.reachable for contact in contacts), len(contacts)


def _mend(
    key: str, room: str, tone: Tone = Tone.WAITING, values: tuple[tuple[str, str], ...] = ()
) -> Fact:
    mark = Mark.DISC if tone is Tone.ALARM else Mark.HOLLOW
    return Fact(Words(key, values), mark, tone, action=room, sign="forward")


def _now(known: Known, now: datetime) -> list[Row]:
    facts = [_line(known.line), _place(known.place, now), _battery(known.battery)]
    return [*facts, _timer(known.check_in, now), _drill(known.private, now)]


LINES: Final[dict[str, tuple[str, Mark, Tone]]] = {
    "up": ("status.line.up", Mark.TICK, Tone.SAFE),
    "connecting": ("app.strip.connecting", Mark.HOLLOW, Tone.MUTE),
    "down": ("app.strip.down", Mark.BROKEN, Tone.WAITING),
    "refused": ("app.strip.refused", Mark.DISC, Tone.ALARM),
}


def _line(line: Line | None) -> Fact:
    key, mark, tone = LINES[line.state if line else "connecting"]
    return Fact(Words(key, (("since", clock_time(line.since) if line else ""),)), mark, tone)


def _place(place: wire.Position | None, now: datetime) -> Fact:
    if place is None:
        return Fact(Words("app.strip.no_place"), Mark.BROKEN, Tone.WAITING)
    metres = "" if place.accuracy_m is None else f"{place.accuracy_m:.0f}"
    values = (("metres", metres), ("time", clock_time(place.at)))
    if now - place.at > PLACE_AGE:
        return Fact(Words("status.place.old", values), Mark.HOLLOW, Tone.WAITING)
    return Fact(Words("app.strip.place" if metres else "app.strip.somewhere", values), Mark.TICK)


def _battery(battery: float | None) -> Fact:
    if battery is None:
        return Fact(Words("status.battery.none"), Mark.HOLLOW, Tone.MUTE)
    is_low = battery < LOW_BATTERY
    words = Words("status.battery.known", (("percent", f"{battery * 100:.0f}"),))
    return Fact(words, Mark.HOLLOW if is_low else Mark.TICK, Tone.WAITING if is_low else Tone.CALM)


def _timer(known: check_in.CheckIn | None, now: datetime) -> Fact:
    if known is None or known.due_at is None:
        words = Words("status.check_in.none")
        return Fact(words, Mark.HOLLOW, Tone.MUTE, action="check_in", sign="forward")
    due = known.here(known.due_at)
    key = "status.check_in.passed" if due <= now else "status.check_in.running"
    words = Words(key, (("time", clock_time(due)),))
    return Fact(words, Mark.RING, Tone.WAITING, action="check_in", sign="forward")


def _drill(private: Private, now: datetime) -> Fact:
    if not private.drills:
        return Fact(Words("status.drill.none"), Mark.HOLLOW, Tone.MUTE)
    days = max(0, (now - private.drills[-1]).days)
    return Fact(Words("status.drill.days", (("days", str(days)),)), Mark.TICK, Tone.CALM)


def stands_as(contact: wire.ContactStanding) -> str:
    """In one word, the one that matters most."""
    if contact.opted_out:
        return "opted_out"
    if contact.consent == "agreed":
        return "ready" if contact.reachable else "unreachable"
    return contact.consent


def _contacts(known: Known, now: datetime) -> list[Row]:
    if known.standing is None or known.asked_at is None:
        key = "status.contacts.asking" if known.is_asking else "status.contacts.unknown"
        return [Fact(Words(key), Mark.HOLLOW, Tone.MUTE)]
    rows: list[Row] = []
    labels = [named.label for named in known.private.contacts]
    if len(labels) != len(known.standing.contacts):
        places = range(1, len(known.standing.contacts) + 1)
        labels = [texts.say("status.contact", known.hot.locale, place=place) for place in places]
    for label, contact in zip(labels, known.standing.contacts, strict=True):
        stands = stands_as(contact)
        values = (("label", label),)
        rows.append(Fact(Words(f"status.contact.{stands}", values), *SHOWN[stands]))
    if not rows:
        rows.append(Fact(Words("status.contacts.none"), Mark.BROKEN, Tone.ALARM))
    if known.line is None or known.line.state != "up" or now - known.asked_at > PLACE_AGE:
        as_of = Words("status.contacts.as_of", (("time", clock_time(known.asked_at)),))
        rows.append(Paragraph(as_of))
    return rows
