"""The stop screen: a code on large keys."""

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget

from mobile.core.stop import BLANK
from mobile.views.parts import IconButton, Key, Room


class StopScreen(Room):
    view = ObjectProperty(BLANK, rebind=True)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        # Telephone order in every language: a code is learned by where its keys are.
        for digit in "123456789":
            self._add_digit(digit)
        self.ids.pad.add_widget(Widget())
        self._add_digit("0")
        delete = IconButton(sign="delete", size_hint=(1, 1))
        delete.bind(on_release=lambda _key: self.presenter.on_delete())
        self.ids.pad.add_widget(delete)

    def _add_digit(self, digit: str) -> None:
        key = Key(words=digit)
        key.bind(on_release=lambda _key: self.presenter.on_digit(digit))
        self.ids.pad.add_widget(key)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
