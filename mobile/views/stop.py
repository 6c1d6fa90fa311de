"""The stop screen: the code that ends an alert, or seems to."""

from kivy.properties import ObjectProperty, StringProperty

from mobile.core.stop import BLANK
from mobile.views.keypad import KeypadRoom


class StopScreen(KeypadRoom):
    view = ObjectProperty(BLANK, rebind=True)
    title = StringProperty("app.stop.title")
    sends = StringProperty("app.stop.send")

    def on_view(self, *_: object) -> None:
        self.is_drill = self.view.is_drill
