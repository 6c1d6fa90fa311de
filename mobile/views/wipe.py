"""The wiping screen: what goes, in which order, and once more whether."""

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import ObjectProperty

from mobile.core.wiping import BLANK
from mobile.views.parts import Room


class WipeScreen(Room):
    view = ObjectProperty(BLANK, rebind=True)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
