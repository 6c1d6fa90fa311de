"""Every room with its presenter: the window's parts, put together in one place.

A room is built, and what it needs is read, when it is first entered: until then nothing stands
between a cold start and the button.
"""

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mobile.core.presenter import Presenter
from mobile.core.vault import Hot
from mobile.core.wiping import LastStep, WipePresenter, Wiping
from mobile.navigation import Rooms
from mobile.offer import Offer
from mobile.views.parts import Room
from mobile.views.press import PressScreen
from mobile.views.theme import enlarge, look

if TYPE_CHECKING:
    from mobile.setup_rooms import SetupRooms


class House:
    """Holds the presenters, hands them changes of state, and lets the one in view tick."""

    def __init__(self, screens: Rooms, offer: Offer) -> None:
        self._screens = screens
        self._offer = offer
        self._wiping = Wiping(
            hot=offer.hot,
            use=offer.save,
            private=offer.private,
            door=offer.door,
            last=LastStep(
                vault=offer.vault,
                private=offer.private,
                outbox=offer.outbox,
                key=offer.device.key,
                clock=offer.clock,
                folder=offer.vault.folder,
            ),
        )
        self._later: dict[str, Callable[[], object]] = {
            "press": lambda: self.press,
            "stop": self._stop,
            "calculator": self._calculator,
            "unlock": self._unlock,
            "settings": self._settings,
            "check_in": self._check_in,
            "status": self._status,
            "wipe": self._wipe,
            "setup": lambda: self.setup,
            "lesson": lambda: self.setup,
        }
        screens.build = self._build

    def _build(self, name: str) -> None:
        self._later[name]()

    @cached_property
    def press(self) -> Presenter:
        """Also behind a calculator, from its second picture on: it is what tells by touch."""
        return self._press()

    @cached_property
    def setup(self) -> "SetupRooms":
        return self._setup()

    def flush(self) -> None:
        """What the lesson left is written down, where there was one."""
        if "setup" in vars(self):
            self.setup.remembered.flush()

    def forget(self) -> None:
        """What was typed in the set-up is gone, where anything was."""
        if "setup" in vars(self):
            self.setup.forget()

    def let_go(self) -> None:
        """The window no longer hears of fingers: what lies on a button raises nothing."""
        for room in self._screens.screens:
            room.let_go()
            if let_go := getattr(room.presenter, "let_go", None):
                let_go()

    def tick(self) -> None:
        if "press" in vars(self):
            self.press.on_tick()
        self._wiping.turn()
        in_view: Any = self._screens.current_screen.presenter
        if in_view is not vars(self).get("press") and hasattr(in_view, "on_tick"):
            in_view.on_tick()

    def feel(self, at: float, x: float, y: float, z: float) -> bool:
        """A sample of the accelerometer; True where the room in view takes it for itself."""
        in_view: Any = self._screens.current_screen.presenter
        takes = getattr(in_view, "on_motion", None)
        return bool(takes and takes(at, x, y, z))

    def use(self, hot: Hot) -> None:
        """One phone, one state: every presenter that speaks of it learns of a change."""
        look.use(is_strong=hot.high_contrast)
        enlarge(hot.text_scale)
        for room in self._screens.screens:
            if hasattr(room.presenter, "hot"):
                room.presenter.hot = hot
            self._dress(room, hot)

    def _dress(self, room: Room, hot: Hot) -> None:
        room.locale, room.high_contrast = hot.locale, hot.high_contrast
        room.left_handed = hot.left_handed

    def _add(self, room: Room, presenter: object) -> None:
        self._dress(room, self._offer.hot())
        room.presenter = presenter
        self._screens.add_widget(room)

    def _press(self) -> Presenter:
        offer, room = self._offer, PressScreen(name="press")
        presenter = Presenter(
            hot=offer.hot(),
            outbox=offer.outbox,
            device=offer.device,
            clock=offer.clock,
            ticks=time.monotonic,
            send=offer.wake,
            carry=offer.carry,
            show=room.show,
            hold_s=offer.hold_s,
        )
        self._add(room, presenter)
        return presenter

    def _stop(self) -> None:
        from mobile.core.stop import StopPresenter
        from mobile.views.stop import StopScreen

        offer, room = self._offer, StopScreen(name="stop")
        presenter = StopPresenter(
            outbox=offer.outbox,
            clock=offer.clock,
            ticks=time.monotonic,
            send=offer.wake,
            show=room.show,
            leave=offer.go_back,
        )
        self._add(room, presenter)

    def _calculator(self) -> None:
        from mobile.core.disguise import CalculatorPresenter
        from mobile.views.calculator import CalculatorScreen

        offer, room = self._offer, CalculatorScreen(name="calculator")
        presenter = CalculatorPresenter(
            hot=offer.hot(),
            door=offer.door,
            ticks=time.monotonic,
            raise_alert=lambda: self.press.raise_alert(),
            enter=offer.go_home,
            show=room.show,
        )
        self._add(room, presenter)

    def _unlock(self) -> None:
        from mobile.core.unlock import UnlockPresenter
        from mobile.views.unlock import UnlockScreen

        offer, room = self._offer, UnlockScreen(name="unlock")
        presenter = UnlockPresenter(
            door=offer.door, show=room.show, enter=self._screens.enter_wanted, leave=offer.go_home
        )
        self._add(room, presenter)

    def _settings(self) -> None:
        from mobile.core.settings import SettingsPresenter
        from mobile.views.sheet import SheetScreen

        offer, room = self._offer, SheetScreen(name="settings")
        presenter = SettingsPresenter(
            hot=offer.hot(), save=offer.save, show=room.show, go=offer.go, leave=self._to_status
        )
        self._add(room, presenter)

    def _check_in(self) -> None:
        from mobile.core.check_in_room import CheckInPresenter
        from mobile.views.sheet import SheetScreen

        offer, room = self._offer, SheetScreen(name="check_in")
        presenter = CheckInPresenter(
            outbox=offer.outbox,
            device=offer.device,
            clock=offer.clock,
            ticks=time.monotonic,
            send=offer.wake,
            show=room.show,
            leave=self._to_status,
        )
        self._add(room, presenter)

    def _status(self) -> None:
        from mobile.core.status import StatusPresenter
        from mobile.views.sheet import SheetScreen

        offer, room = self._offer, SheetScreen(name="status")
        presenter = StatusPresenter(
            hot=offer.hot(),
            outbox=offer.outbox,
            device=offer.device,
            clock=offer.clock,
            ticks=time.monotonic,
            private=lambda: offer.door.private,
            ask=offer.ask,
            aside=offer.aside,
            go=offer.go,
            leave=offer.go_home,
            show=room.show,
        )
        self._add(room, presenter)

    def _to_status(self) -> None:
        self._offer.go("status")

    def _wipe(self) -> None:
        from mobile.views.wipe import WipeScreen

        offer, room = self._offer, WipeScreen(name="wipe")
        presenter = WipePresenter(wipe=self._wiping.wipe, leave=offer.go_home, show=room.show)
        self._add(room, presenter)

    def _setup(self) -> "SetupRooms":
        from mobile.setup_rooms import SetupRooms
        from mobile.views.setup import SetupScreen

        setup_room, lesson_room = SetupScreen(name="setup"), SetupScreen(name="lesson")
        rooms = SetupRooms(self._offer, setup_room.show, lesson_room.show)
        self._add(setup_room, rooms.setup)
        self._add(lesson_room, rooms.lesson)
        return rooms
