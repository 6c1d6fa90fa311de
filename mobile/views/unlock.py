"""The unlock screen: the code before what is private."""

from kivy.properties import ObjectProperty, StringProperty

from mobile.core.unlock import BLANK
from mobile.views.keypad import KeypadRoom


class UnlockScreen(KeypadRoom):
    view = ObjectProperty(BLANK, rebind=True)
    title = StringProperty("disguise.unlock.title")
    sends = StringProperty("disguise.unlock.send")
    ground = StringProperty("RAISED")
