"""The press screen: one thing in the middle, and how far it got."""

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, ObjectProperty

from mobile.core.looks import BLANK
from mobile.views.parts import Room


class PressScreen(Room):
    """Where large text leaves no room, what is said elsewhere too gives way to the button."""

    view = ObjectProperty(BLANK, rebind=True)
    is_crowded = BooleanProperty(False)

    def let_go(self) -> None:
        self.ids.hold.forget()


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
