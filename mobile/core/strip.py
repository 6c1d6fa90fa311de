"""The line above everything: armed, or why not."""

from collections.abc import Collection
from typing import Final

from mobile.core.looks import Mark, StripView, Tone, Words
from mobile.core.press import Line
from shared import wire
from shared.wire import Obstacle

LINES: Final[dict[str, tuple[str, str, Tone, Mark]]] = {
    "up": ("app.strip.ready", "app.strip.place", Tone.SAFE, Mark.TICK),
    "connecting": ("app.strip.ready", "app.strip.connecting", Tone.MUTE, Mark.HOLLOW),
    "down": ("app.strip.down", "app.strip.kept", Tone.WAITING, Mark.BROKEN),
    "refused": ("app.strip.refused", "app.strip.pair_again", Tone.ALARM, Mark.DISC),
}
# "Ready" would be said of the next alert, while this one is what counts.
UNDER_WAY: Final = {"up": "app.strip.connected", "connecting": "app.strip.connecting"}
# The worst first: one reason is said here, all of them on the status page.
OBSTACLES: Final[dict[Obstacle, str]] = {
    "location": "app.strip.location",
    "background_location": "app.strip.background_location",
    "battery_saver": "app.strip.battery_saver",
    "notifications": "app.strip.notifications",
    "updated": "app.strip.updated",
}


def said(
    line: Line | None,
    place: wire.Position | None,
    obstacles: Collection[Obstacle],
    *,
    is_drill: bool,
    is_under_way: bool,
) -> StripView:
    """While an alert is under way the connection matters more than what keeps the next one."""
    state = line.state if line else "connecting"
    title, detail, tone, mark = LINES[state]
    if is_under_way and state in UNDER_WAY:
        title, detail = UNDER_WAY[state], "app.strip.place"
    if detail == "app.strip.place" and (place is None or place.accuracy_m is None):
        detail = "app.strip.somewhere" if place else "app.strip.no_place"
    if obstacles and state != "refused" and not is_under_way:
        title, tone, mark = "app.strip.not_armed", Tone.WAITING, Mark.BROKEN
        detail = next(key for name, key in OBSTACLES.items() if name in obstacles)
    if is_drill:
        title, tone, mark = "app.strip.drill", Tone.DRILL, Mark.HATCHED
    metres = place.accuracy_m if place else None
    since = line.since.astimezone().strftime("%H:%M") if line else ""
    values = (("metres", f"{metres or 0:.0f}"), ("since", since))
    return StripView(title=Words(title, values), detail=Words(detail, values), tone=tone, mark=mark)
