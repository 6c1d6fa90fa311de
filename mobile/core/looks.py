"""How every phase looks and reads: tables that the views draw without a decision of their own."""

from dataclasses import dataclass
from enum import StrEnum

from mobile.core.press import Phase


class Tone(StrEnum):
    """Roles of the colour table; no state is told by its tone alone."""

    CALM = "calm"
    ALARM = "alarm"
    WAITING = "waiting"
    TAKEN = "taken"
    SAFE = "safe"
    MUTE = "mute"
    DRILL = "drill"


class Mark(StrEnum):
    """Shapes, so that a state is told without its colour."""

    NONE = "none"
    DISC = "disc"
    RING = "ring"
    HOLLOW = "hollow"
    TICK = "tick"
    BROKEN = "broken"
    HATCHED = "hatched"


class Middle(StrEnum):
    """What the button says."""

    HOLD = "app.button.hold"
    KEEP = "app.button.keep"
    AGAIN = "app.button.again"
    SECONDS = "app.button.seconds"


@dataclass(frozen=True, slots=True)
class Words:
    """A text by its key, with the values for its placeholders; an empty key says nothing."""

    key: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    title: str
    detail: str
    tone: Tone
    mark: Mark
    middle: Middle = Middle.AGAIN
    can_stop: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StripView:
    """The line above everything: armed, or why not."""

    title: Words
    detail: Words
    tone: Tone
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class PressView:
    strip: StripView
    title: Words
    detail: Words
    note: Words
    tone: Tone
    mark: Mark
    middle: Words
    counts: bool
    ring: float
    ring_tone: Tone
    steps: int
    shows_steps: bool
    can_stop: bool
    is_left_handed: bool


BLANK = PressView(
    strip=StripView(title=Words(), detail=Words(), tone=Tone.MUTE, mark=Mark.NONE),
    title=Words(),
    detail=Words(),
    note=Words(),
    tone=Tone.CALM,
    mark=Mark.NONE,
    middle=Words(),
    counts=False,
    ring=0.0,
    ring_tone=Tone.CALM,
    steps=0,
    shows_steps=True,
    can_stop=False,
    is_left_handed=False,
)

LOOK: dict[Phase, Look] = {
    Phase.IDLE: Look("app.idle.title", "app.idle.detail", Tone.CALM, Mark.NONE, Middle.HOLD, False),
    Phase.HOLDING: Look(
        "app.holding.title", "app.holding.detail", Tone.ALARM, Mark.NONE, Middle.KEEP, False
    ),
    Phase.LOOSE: Look("app.loose.title", "app.loose.detail", Tone.ALARM, Mark.BROKEN),
    Phase.KEPT: Look("app.kept.title", "app.kept.detail", Tone.WAITING, Mark.HOLLOW),
    Phase.COUNTING: Look(
        "app.counting.title", "app.counting.detail", Tone.WAITING, Mark.RING, Middle.SECONDS
    ),
    Phase.STORED: Look("app.stored.title", "app.stored.detail", Tone.WAITING, Mark.RING),
    Phase.OPEN: Look("app.open.title", "app.open.detail", Tone.ALARM, Mark.DISC),
    Phase.ANSWERED: Look("app.answered.title", "app.answered.detail", Tone.SAFE, Mark.TICK),
    Phase.OFFICE: Look("app.office.title", "app.office.detail", Tone.TAKEN, Mark.RING),
    Phase.CLAIMED_SAFE: Look(
        "app.claimed_safe.title",
        "app.claimed_safe.detail",
        Tone.MUTE,
        Mark.HOLLOW,
        Middle.HOLD,
        False,
    ),
    Phase.CANCELLED: Look(
        "app.cancelled.title", "app.cancelled.detail", Tone.MUTE, Mark.HOLLOW, Middle.HOLD, False
    ),
    Phase.CLOSED: Look(
        "app.closed.title", "app.closed.detail", Tone.MUTE, Mark.HOLLOW, Middle.HOLD, False
    ),
}

# Where nobody is to be texted, the same phases speak of the office alone.
OFFICE_ONLY: dict[Phase, tuple[str, str]] = {
    Phase.COUNTING: ("app.counting.office_only", "app.counting.detail"),
    Phase.STORED: ("app.stored.title", "app.open.office_only"),
    Phase.OPEN: ("app.open.title", "app.open.office_only"),
    Phase.OFFICE: ("app.office.title", "app.office.office_only"),
}
