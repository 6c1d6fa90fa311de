"""Where something is typed: fields that also show what the keyboard cannot draw, and a keypad."""

import unicodedata
from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from mobile.views.parts import IconButton, Key

SCRIPTS = {"ARABIC": "ar", "MYANMAR": "my", "ETHIOPIC": "am", "CJK": "zh"}


def locale_of(text: str) -> str:
    """A language in whose letters this is written, where the field itself draws it wrong."""
    for letter in text:
        script = unicodedata.name(letter, "").partition(" ")[0]
        if script in SCRIPTS:
            return SCRIPTS[script]
    return ""


class Field(BoxLayout):  # type: ignore[misc]
    """A name, a field, and below it what is typed as it will be read.

    Kivy's own field draws letters from left to right and unjoined, and one font's alone.
    """

    name = StringProperty("")
    label = StringProperty("")
    locale = StringProperty("en")
    initial = StringProperty("")
    text = StringProperty("")
    shown_locale = StringProperty("")
    is_number = BooleanProperty(False)
    is_long = BooleanProperty(False)

    def on_text(self, *_: object) -> None:
        self.shown_locale = locale_of(self.text)


class Keypad(BoxLayout):  # type: ignore[misc]
    """Digits in telephone order: a code is learned by where its keys are."""

    prompt = StringProperty("")
    locale = StringProperty("en")
    typed = NumericProperty(0)
    least = NumericProperty(0)  # the height below which keys are too small to hit

    __events__ = ("on_digit", "on_delete")

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        for digit in "123456789":
            self._add_digit(digit)
        self.ids.pad.add_widget(Widget())
        self._add_digit("0")
        delete = IconButton(sign="delete", size_hint=(1, 1))
        delete.bind(on_release=lambda _key: self.dispatch("on_delete"))
        self.ids.pad.add_widget(delete)

    def _add_digit(self, digit: str) -> None:
        key = Key(words=digit)
        key.bind(on_release=lambda _key: self.dispatch("on_digit", digit))
        self.ids.pad.add_widget(key)

    def on_digit(self, digit: str) -> None: ...

    def on_delete(self) -> None: ...


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
