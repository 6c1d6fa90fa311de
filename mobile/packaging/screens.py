"""Draws every screen in every state to PNG files, for the README and for a look before a release.

    python -m mobile.packaging.screens --out DIR

Each size of screen and text is a process of its own, as Kivy reads both while it loads.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from mobile.core import calculator
from mobile.core.disguise import CalculatorView
from mobile.core.outbox import KeptPress, KeptStop, Outbox
from mobile.core.press import Incident, Line
from mobile.core.vault import Hot
from mobile.device.desktop import DesktopDevice, Place
from mobile.packaging import quiet_screens
from mobile.packaging.setup_screens import setup_rooms
from shared import wire

SIZES = ((412, 915, 1.0), (412, 915, 1.5), (360, 640, 1.0), (360, 640, 1.5))
NOW = datetime(2026, 3, 8, 14, 2, tzinfo=UTC)
ALERT = UUID("0195a3f0-0000-7000-8000-000000000001")
INCIDENT = UUID("0195a3f0-0000-7000-8000-000000000002")
FRAMES = 6


class StillClock:
    def now(self) -> datetime:
        return NOW


def alert() -> wire.Alert:
    return wire.Alert(id=ALERT, kind="alert", pressed_at=NOW, countdown_s=5)


def incident(state: wire.State, kind: wire.Kind = "alert", **counts: Any) -> Incident:
    """Three contacts; counting down it has three seconds to go."""
    heard_at = NOW - timedelta(seconds=2)
    known = {"contacts": 3, "notified": 3, "delivered": 2, "acknowledged": 0, "office": False}
    return Incident(
        alert_id=ALERT,
        pressed_at=NOW,
        kind=kind,
        accepted=wire.Accepted(
            incident_id=INCIDENT,
            alert_id=ALERT,
            received_at=heard_at,
            release_at=heard_at + timedelta(seconds=5),
            contacts=3,
        ),
        heard_at=heard_at,
        progress=wire.Progress(incident_id=INCIDENT, state=state, **(known | counts)),
        changed_at=NOW,
    )


def is_told(state: wire.State, **counts: Any) -> Callable[[Outbox], None]:
    return lambda outbox: outbox.settle([], incident(state, **counts))


def is_offline(outbox: Outbox) -> None:
    outbox.write_line(Line(state="down", since=NOW - timedelta(minutes=50)))


def is_kept(outbox: Outbox) -> None:
    is_offline(outbox)
    outbox.keep(KeptPress(alert=alert()))


def is_kept_drill(outbox: Outbox) -> None:
    is_offline(outbox)
    outbox.keep(KeptPress(alert=msgspec.structs.replace(alert(), kind="drill")))


def has_kept_stop(outbox: Outbox) -> None:
    is_told("open")(outbox)
    is_offline(outbox)
    outbox.keep(KeptStop(ref=ALERT, press_id=ALERT, incident_id=INCIDENT, code="2580"))


STATES: dict[str, Callable[[Outbox], None]] = {
    "idle": lambda _outbox: None,
    "holding": lambda _outbox: None,
    "offline": is_offline,
    "kept": is_kept,
    "counting": is_told("pending"),
    "open": is_told("open"),
    "answered": is_told("acknowledged", acknowledged=1),
    "office": is_told("acknowledged", acknowledged=1, office=True),
    "stop-kept": has_kept_stop,
    "claimed-safe": is_told("claimed_safe", acknowledged=1),
    "cancelled": is_told("cancelled", notified=0, delivered=0),
    "closed": is_told("closed", acknowledged=1, office=True),
    "drill": is_told("open", kind="drill"),
    "drill-kept": is_kept_drill,
    "drill-answered": is_told("acknowledged", kind="drill", acknowledged=1),
    "drill-claimed-safe": is_told("claimed_safe", kind="drill", acknowledged=1),
}
OTHERWISE = {"left-handed": Hot(left_handed=True), "high-contrast": Hot(high_contrast=True)}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--locales", default="en,ar", help="comma-separated")
    parser.add_argument("--only", help="WIDTHxHEIGHTxTEXT, for one size in this process")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    if given.only:
        width, height, scale = given.only.split("x")
        draw_all(given.out, given.locales.split(","), (int(width), int(height)), scale)
        return 0
    command = [sys.executable, "-m", __spec__.name, "--out", str(given.out)]
    for width, height, text in SIZES:
        only = f"{width}x{height}x{text}"
        subprocess.run(  # noqa: S603 - our own module
            [*command, "--locales", given.locales, "--only", only], check=True
        )
    return 0


def draw_all(out: Path, locales: list[wire.Locale], size: tuple[int, int], scale: str) -> None:
    os.environ.update(KIVY_METRICS_DENSITY="1", KIVY_METRICS_FONTSCALE=scale)
    with tempfile.TemporaryDirectory() as folder:
        from mobile.views.window import prepare

        prepare(Path(folder) / "kivy", size)
        for locale in locales:
            for name, room in rooms(Path(folder), locale):
                draw(room, out / f"{name}-{locale}-{size[0]}x{size[1]}-{scale}.png")


def rooms(folder: Path, locale: wire.Locale) -> Iterator[tuple[str, Any]]:
    """Every screen in every state, said by the real presenters; a room goes through its states."""
    from mobile.views.press import PressScreen

    room = PressScreen(locale=locale)
    for name, happens in STATES.items():
        outbox = Outbox(folder / f"{name}-{locale}", bytes(32))
        outbox.write_line(Line(state="up", since=NOW))
        happens(outbox)
        yield f"press-{name}", pressed(room, outbox, touched=name == "holding")
        outbox.close()
    yield from press_otherwise(folder, locale, room)
    yield from quiet_rooms(folder, locale)


def press_otherwise(folder: Path, locale: wire.Locale, room: Any) -> Iterator[tuple[str, Any]]:
    """The same alert for the other hand, and for strong light."""
    from mobile.views.theme import look

    for name, hot in OTHERWISE.items():
        outbox = Outbox(folder / f"{name}-{locale}", bytes(32))
        outbox.write_line(Line(state="up", since=NOW))
        is_told("open")(outbox)
        look.use(is_strong=hot.high_contrast)
        yield f"press-{name}", pressed(room, outbox, hot=hot)
        look.use(is_strong=False)
        outbox.close()


def pressed(room: Any, outbox: Outbox, *, touched: bool = False, hot: Hot | None = None) -> Any:
    from mobile.core.presenter import Presenter

    times = chain([0.0, 0.0], repeat(1.3))
    room.presenter = Presenter(
        hot=hot or Hot(),
        outbox=outbox,
        device=DesktopDevice(
            key_path=Path(os.devnull), clock=StillClock(), place=Place(lat=14.69, lon=-17.44)
        ),
        clock=StillClock(),
        ticks=lambda: next(times),
        send=lambda: None,
        carry=lambda _kept: None,
        show=room.show,
    )
    if touched:
        room.presenter.on_touch()
    room.ids.hold.is_held = touched
    room.presenter.on_tick()
    return room


def quiet_rooms(folder: Path, locale: wire.Locale) -> Iterator[tuple[str, Any]]:
    from mobile.core.looks import Words
    from mobile.core.stop import StopView
    from mobile.core.unlock import UnlockView
    from mobile.core.wiping import WipeView
    from mobile.views.calculator import CalculatorScreen
    from mobile.views.stop import StopScreen
    from mobile.views.unlock import UnlockScreen
    from mobile.views.wipe import WipeScreen

    rests = Words("app.stop.rests", (("seconds", "15"),))
    drill = StopView(typed=0, note=Words(), can_type=True, can_send=False, is_drill=True)
    wrong, sure = Words("disguise.unlock.wrong"), Words("disguise.wipe.sure")
    said: list[tuple[str, Any, Any]] = [
        ("stop", StopScreen, StopView(typed=4, note=Words(), can_type=True, can_send=True)),
        ("stop-drill", StopScreen, drill),
        ("stop-rests", StopScreen, StopView(typed=0, note=rests, can_type=False, can_send=False)),
        ("unlock", UnlockScreen, UnlockView(typed=0, note=wrong, can_type=True, can_send=False)),
        ("calculator", CalculatorScreen, calculated("12÷7=")),
        ("wipe", WipeScreen, WipeView(note=Words(), is_asked=False)),
        ("wipe-sure", WipeScreen, WipeView(note=sure, is_asked=True)),
    ]
    made: dict[Any, Any] = {}
    for name, room, view in said:
        if room not in made:
            made[room] = room(locale=locale)
        made[room].show(view)
        yield name, made[room]
    yield from setup_rooms(folder, locale)
    yield from quiet_screens.quiet_rooms(folder, locale)


def calculated(keys: str) -> CalculatorView:
    total = calculator.BLANK
    for key in keys:
        total = calculator.pressed(total, key)
    return CalculatorView(sum=total, is_broken=False)


def draw(room: Any, path: Path) -> None:
    from kivy.base import EventLoop, runTouchApp
    from kivy.core.window import Window

    if EventLoop.status != "started":
        runTouchApp(embedded=True)
    Window.add_widget(room)
    for _ in range(FRAMES):  # earlier ones are black, or not laid out
        EventLoop.idle()
    drawn = Path(Window.screenshot(name=str(path)))  # Kivy adds a number to the name
    drawn.replace(path)
    Window.remove_widget(room)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
