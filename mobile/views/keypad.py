"""A code on large keys: to stop an alert, and to open what is private."""

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.widget import Widget

from mobile.views.parts import IconButton, Key, Room


class KeypadRoom(Room):
    """`title` and `sends` are keys of texts, `ground` is the colour of the button below."""

    title = StringProperty()
    sends = StringProperty()
    ground = StringProperty("RED")
    is_drill = BooleanProperty(False)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        # Telephone order in every language: a code is learned by where its keys are.
        for digit in "123456789":
            self._add_digit(digit)
        self._blank, self._delete = Widget(), IconButton(sign="delete", size_hint=(1, 1))
        self._delete.bind(on_release=lambda _key: self.presenter.on_delete())
        self.ids.pad.add_widget(self._blank)
        self._add_digit("0")
        self.ids.pad.add_widget(self._delete)

    def titled(self, locale: str, title: str, is_drill: bool) -> str:
        said = self.say(locale, title)
        return f"{self.say(locale, 'app.strip.drill')}: {said}" if is_drill else said

    def on_left_handed(self, *_: object) -> None:
        """The digits stay where they are; what deletes changes sides."""
        pad = self.ids.pad
        zero = next(key for key in pad.children if getattr(key, "words", "") == "0")
        last = [self._blank, zero, self._delete]
        for key in last:
            pad.remove_widget(key)
        for key in reversed(last) if self.left_handed else last:
            pad.add_widget(key)

    def _add_digit(self, digit: str) -> None:
        key = Key(words=digit)
        key.bind(on_release=lambda _key: self.presenter.on_digit(digit))
        self.ids.pad.add_widget(key)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
