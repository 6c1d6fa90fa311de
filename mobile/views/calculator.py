"""The calculator: a face like any other, in the order of every pocket calculator."""

from pathlib import Path
from typing import Any, Final

from kivy.lang import Builder
from kivy.metrics import dp, sp
from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.label import Label

from mobile.core import calculator
from mobile.core.calculator import OPERATORS
from mobile.core.disguise import BLANK
from mobile.views import theme
from mobile.views.parts import SMALLEST_SP, IconButton, Key, Pen, Room
from shared import texts

PLUS, MINUS, TIMES, DIVIDED = OPERATORS
# From left to right in every language, as on the calculators that are sold there.
ROWS: Final = (
    ("C", "±", "%", DIVIDED),
    ("7", "8", "9", TIMES),
    ("4", "5", "6", MINUS),
    ("1", "2", "3", PLUS),
    ("0", ".", "⌫", "="),
)


class Figures(Label):  # type: ignore[misc]
    """A number on one line, smaller before it is cut."""

    words = StringProperty("")
    wanted_sp = NumericProperty(theme.BODY_SP)
    most_height = NumericProperty(0)

    def _fitting(self) -> int:
        size = int(min(sp(self.wanted_sp), self.height / 1.5))
        room = max(1, self.width - dp(8))  # as Kivy cuts what only just fits
        while size > SMALLEST_SP and Pen(theme.FONT, size, False).width(self.words) > room:
            size -= 1
        return size

    fitting = AliasProperty(_fitting, None, bind=("words", "width", "height", "wanted_sp"))


class SumKey(Key):
    """A key of the calculator: digits lie deeper than signs. Wherever it is let go, it was held."""

    is_sign = BooleanProperty(False)
    always_release = BooleanProperty(True)


class DeleteKey(IconButton):
    """The drawn one among them."""


class CalculatorScreen(Room):
    view = ObjectProperty(BLANK, rebind=True)
    number = StringProperty("0")
    line = StringProperty("")

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.keys = {sign: self._add_key(sign) for row in ROWS for sign in row}
        self._write()
        for name in ("view", "locale"):
            self.fbind(name, self._write)

    def _add_key(self, sign: str) -> "SumKey | DeleteKey":
        if sign == "⌫":
            key = DeleteKey(sign="delete", size_hint=(1, 1))
        else:
            key = SumKey(words=sign, is_sign=not sign.isdecimal() and sign != ".")
        if sign == "=":
            key.bind(on_press=lambda _key: self.presenter.on_equals_touch())
            key.bind(on_release=lambda _key: self.presenter.on_equals_release())
        else:
            key.bind(on_press=lambda _key: self.presenter.on_key(sign))
        self.ids.pad.add_widget(key)
        return key

    def _write(self, *_: object) -> None:
        point = texts.say("disguise.point", self.locale)
        self.number = calculator.shown(self.view.sum, point)
        self.line = calculator.line(self.view.sum, point)
        self.keys["."].words = point


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
