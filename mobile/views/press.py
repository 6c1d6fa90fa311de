"""The press screen: one thing in the middle, and how far it got."""

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import ObjectProperty

from mobile.core.looks import BLANK
from mobile.views.parts import Room


class PressScreen(Room):
    view = ObjectProperty(BLANK, rebind=True)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
