"""The rooms and the way between them: what is private asks for its code first, wherever from."""

from collections.abc import Callable
from typing import Any, Final

from kivy.uix.screenmanager import NoTransition, ScreenManager

PRIVATE: Final = frozenset({"status", "setup", "lesson", "settings", "check_in", "wipe"})
UNLOCK: Final = "unlock"


class Rooms(ScreenManager):  # type: ignore[misc]
    """`may_enter` is asked before a private room; with a no the keypad comes first.

    Every change of room goes through `on_current`, so that no view can find a way around it.
    """

    def __init__(self, may_enter: Callable[[], bool], **properties: Any) -> None:
        super().__init__(transition=NoTransition(), **properties)
        self._may_enter = may_enter
        self.build: Callable[[str], None] = lambda _name: None
        self._wanted = ""
        self._came_from = ""
        self._was_at = ""

    def get_screen(self, name: str) -> Any:
        """`build` is asked for a room that is not there yet."""
        if not self.has_screen(name):
            self.build(name)
        return super().get_screen(name)

    def on_current(self, _manager: object, name: str) -> None:
        if name in PRIVATE and not self._may_enter():
            self._wanted = name
            self.current = UNLOCK
            return
        self._came_from, self._was_at = self._was_at, name
        super().on_current(self, name)

    def enter_wanted(self) -> None:
        """The code was right: on to what was asked for."""
        wanted, self._wanted = self._wanted, ""
        self.current = wanted or "press"

    @property
    def came_from(self) -> str:
        return self._came_from
