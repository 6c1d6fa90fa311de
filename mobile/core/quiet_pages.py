"""The pages of the set-up that ask for little: limits, permissions, disguise, the end."""

from collections.abc import Callable
from typing import Final, get_args

import msgspec

from mobile.core.device import Device
from mobile.core.looks import Mark, Tone, Words
from mobile.core.pages import (
    Action,
    Around,
    Choice,
    Fact,
    Page,
    PageView,
    Typed,
    languages,
    later,
    onward,
)
from shared.wire import Obstacle

LIMITS: Final = ("person", "network", "text", "found", "people")
LOOKS_EVERY_S: Final = 1.0
TRY: Final = "try"
ALLOW: Final = "allow"


class LanguagePage(Page):
    def __init__(self, around: Around) -> None:
        self._around = around

    def on_choice(self, name: str, value: str) -> None:
        hot = self._around.hot()
        self._around.keep(msgspec.structs.replace(hot, locale=value))
        self._around.changed()

    def on_action(self, name: str, typed: Typed) -> None:
        self._around.done()

    def view(self) -> PageView:
        chosen = self._around.hot().locale
        return PageView(
            title=Words("app.more.language"),
            choices=(Choice("language", Words(), languages(), chosen),),
            actions=(onward(),),
        )


class LimitsPage(Page):
    """What it cannot do, before anybody relies on it."""

    def __init__(self, around: Around) -> None:
        self._around = around

    def on_action(self, name: str, typed: Typed) -> None:
        self._around.done()

    def view(self) -> PageView:
        return PageView(
            title=Words("setup.limits.title"),
            why=Words("setup.limits.why"),
            facts=tuple(
                Fact(Words(f"setup.limits.{name}"), Mark.DISC, Tone.WAITING) for name in LIMITS
            ),
            actions=(onward("setup.limits.understood"),),
        )


class PermissionsPage(Page):
    """What stands in the way of the guard, each with its reason and its mend."""

    def __init__(self, around: Around, device: Device, ticks: Callable[[], float]) -> None:
        self._around = around
        self._device = device
        self._ticks = ticks
        self._found: tuple[Obstacle, ...] = ()
        self._looked_at = 0.0

    def on_open(self) -> None:
        self._looked_at = self._ticks()
        obstacles = self._device.obstacles()
        self._found = tuple(name for name in get_args(Obstacle) if name in obstacles)

    def on_tick(self) -> None:
        """A switch turned in the phone's own settings shows here by itself."""
        if self._ticks() - self._looked_at >= LOOKS_EVERY_S:
            self.on_open()
            self._around.changed()

    def on_action(self, name: str, typed: Typed) -> None:
        if name == ALLOW:
            self._device.mend(self._found[0])
        else:
            self._around.done()

    def view(self) -> PageView:
        clear = Fact(Words("setup.permissions.clear"), Mark.TICK, Tone.SAFE)
        allow = Action(ALLOW, Words("setup.permissions.allow"), is_main=True)
        found = tuple(
            Fact(Words(f"setup.permissions.{name}"), Mark.DISC, Tone.WAITING)
            for name in self._found
        )
        return PageView(
            title=Words("setup.permissions.title"),
            why=Words("setup.permissions.why"),
            facts=found or (clear,),
            actions=(allow, later()) if found else (onward(),),
        )


class DisguisePage(Page):
    """The way in through the calculator, tried; `hide` shows it, and its secret leads back."""

    def __init__(
        self, around: Around, *, is_disguised: Callable[[], bool], hide: Callable[[], None]
    ) -> None:
        self._around = around
        self._is_disguised = is_disguised
        self._hide = hide

    def on_action(self, name: str, typed: Typed) -> None:
        if name == TRY:
            return self._hide()
        self._around.done()

    def view(self) -> PageView:
        disguised = self._is_disguised()
        said = "setup.disguise.on" if disguised else "setup.disguise.off"
        attempt = Action(TRY, Words("setup.disguise.try"), is_main=True)
        return PageView(
            title=Words("setup.disguise.title"),
            why=Words("setup.disguise.why"),
            facts=(Fact(Words(said), Mark.TICK if disguised else Mark.HOLLOW, Tone.CALM),),
            actions=(attempt, onward(is_main=False)) if disguised else (onward(),),
        )


class ReadyPage(Page):
    def __init__(self, around: Around) -> None:
        self._around = around

    def on_action(self, name: str, typed: Typed) -> None:
        self._around.done()

    def view(self) -> PageView:
        return PageView(
            title=Words("setup.ready.title"),
            why=Words("setup.ready.why"),
            facts=(Fact(Words("setup.ready.again"), Mark.TICK, Tone.SAFE),),
            actions=(onward("setup.ready.finish"),),
        )
