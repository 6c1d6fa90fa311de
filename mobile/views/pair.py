"""The pairing screen: three fields that the office dictates."""

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import ObjectProperty

from mobile.core.pairing import BLANK
from mobile.views.parts import Room


class PairScreen(Room):
    view = ObjectProperty(BLANK, rebind=True)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
