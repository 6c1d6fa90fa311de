"""The parts that screens are made of: words, marks, buttons."""

from functools import lru_cache
from math import hypot
from pathlib import Path
from typing import Any, NamedTuple

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.core.text import LabelBase
from kivy.graphics import Color, SmoothEllipse
from kivy.lang import Builder
from kivy.metrics import dp, sp
from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.label import Label
from kivy.uix.screenmanager import Screen
from kivy.uix.widget import Widget

from mobile.core.looks import Words
from mobile.views import theme
from mobile.views.lines import shaped, turned, wrapped
from mobile.views.theme import color
from shared import texts
from shared.texts import RIGHT_TO_LEFT

for _family in {theme.FONT, *theme.FONT_OF_LOCALE.values()}:
    LabelBase.register(
        _family,
        fn_regular=str(theme.FONTS / f"{_family}-Regular.ttf"),
        fn_bold=str(theme.FONTS / f"{_family}-Bold.ttf"),
    )

SLACK = 1.4  # a finger that slips a little has not let go
SMALLEST_SP = 13


class Pen(NamedTuple):
    """Measures text in one font and size."""

    font: str
    size: int
    bold: bool

    def width(self, text: str) -> float:
        return _extents(self, text)[0]

    @property
    def height(self) -> float:
        return _extents(self, "X")[1]


@lru_cache(maxsize=4096)
def _extents(pen: Pen, text: str) -> tuple[float, float]:
    label = CoreLabel(font_name=pen.font, font_size=pen.size, bold=pen.bold)
    wide, tall = label.get_extents(text)
    return float(wide), float(tall)


class ILabel(Label):  # type: ignore[misc]
    """Words in any of our scripts; shrinks rather than break a word or leave its height."""

    words = StringProperty("")
    locale = StringProperty("en")
    wanted_sp = NumericProperty(theme.BODY_SP)
    most_height = NumericProperty(0)
    also = ListProperty()  # texts beside this one that are to be as large
    is_centered = BooleanProperty(False)
    right_to_left = BooleanProperty(False)

    def __init__(self, **properties: Any) -> None:
        self._reflow_soon = Clock.create_trigger(self._reflow, -1)
        super().__init__(**properties)
        for name in ("words", "locale", "width", "wanted_sp", "bold", "most_height", "also"):
            self.fbind(name, self._reflow_soon)
        self._reflow()

    def _reflow(self, *_: object) -> None:
        self.font_name = theme.font_name(self.locale)
        self.right_to_left = self.locale in RIGHT_TO_LEFT
        text = shaped(self.words, self.locale)
        unbroken = {w for part in (text, *self.also) for w in shaped(part, self.locale).split(" ")}
        room = max(1.0, self.width - self.padding[0] - self.padding[2])
        size, least = int(sp(self.wanted_sp)), int(sp(SMALLEST_SP))
        while True:
            pen = Pen(self.font_name, size, bool(self.bold))
            drawn = wrapped(text, room, pen.width)
            narrow = all(pen.width(word) <= room for word in unbroken)
            low = not self.most_height or len(drawn) * pen.height <= self.most_height
            if (narrow and low) or size <= least:
                break
            size -= 1
        self.font_size = size
        self.text_size = (self.width, None)
        self.text = "\n".join(turned(line, self.locale) for line in drawn)


class Mark(Widget):  # type: ignore[misc]
    """A state as a shape: disc, ring, hollow, tick, broken."""

    shape = StringProperty("none")
    tint = ListProperty([1, 1, 1, 1])


class HoldButton(Widget):  # type: ignore[misc]
    """The round one. Only touches that begin inside the circle count."""

    words = StringProperty("")
    locale = StringProperty("en")
    shape = StringProperty("none")
    tint = ListProperty([1, 1, 1, 1])
    ring = NumericProperty(0)
    ring_tint = ListProperty([1, 1, 1, 1])
    is_calm = BooleanProperty(True)
    is_held = BooleanProperty(False)
    is_number = BooleanProperty(False)
    radius = NumericProperty(0)

    __events__ = ("on_touched", "on_let_go")

    def is_inside(self, x: float, y: float, slack: float = 1.0) -> bool:
        distance: float = hypot(x - self.center_x, y - self.center_y)
        return distance <= float(self.radius) * slack

    def on_touch_down(self, touch: Any) -> bool:
        if self.is_held or touch.is_mouse_scrolling or not self.is_inside(*touch.pos):
            return bool(super().on_touch_down(touch))
        touch.grab(self)
        self.is_held = True
        self.dispatch("on_touched")
        return True

    def on_touch_move(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
        if not self.is_inside(*touch.pos, slack=SLACK):
            self._let_go(touch)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        self._let_go(touch)
        return True

    def on_touched(self) -> None:
        """A finger is on the button."""

    def on_let_go(self) -> None:
        """The finger has left it."""

    def _let_go(self, touch: Any) -> None:
        touch.ungrab(self)
        self.is_held = False
        self.dispatch("on_let_go")


class Step(Widget):  # type: ignore[misc]
    """One of the three steps; `done` fills its disc and the line that leads to it."""

    words = StringProperty("")
    also = ListProperty()
    locale = StringProperty("en")
    need = NumericProperty(0)
    done = BooleanProperty(False)
    is_first = BooleanProperty(False)
    right_to_left = BooleanProperty(False)


class TextButton(ButtonBehavior, ILabel):  # type: ignore[misc]
    """A wide button; `is_chosen` marks the one of a group that holds, by frame and weight."""

    ground = ListProperty(color("RAISED"))
    is_chosen = BooleanProperty(False)


class Key(ButtonBehavior, ILabel):  # type: ignore[misc]
    """One large key of the keypad."""


class IconButton(ButtonBehavior, Widget):  # type: ignore[misc]
    """A drawn sign without words: `dots`, `back`, `delete`."""

    sign = StringProperty("dots")
    right_to_left = BooleanProperty(False)


class Dots(Widget):  # type: ignore[misc]
    """How many digits are typed, not which."""

    count = NumericProperty(0)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        for name in ("count", "pos", "size"):
            self.fbind(name, self._draw)

    def _draw(self, *_: object) -> None:
        count = int(self.count)
        gap = min(dp(28), self.width / max(1, count))
        left = self.center_x - gap * count / 2
        self.canvas.clear()
        with self.canvas:
            Color(*color("PAPER"))
            for number in range(count):
                middle = left + gap * (number + 0.5)
                size = min(dp(16), gap * 0.7)
                pos = (middle - size / 2, self.center_y - size / 2)
                SmoothEllipse(pos=pos, size=(size, size))


class Room(Screen):  # type: ignore[misc]
    """A screen that shows one frozen view in one language."""

    view = ObjectProperty()
    presenter = ObjectProperty()
    locale = StringProperty("en")
    right_to_left = BooleanProperty(False)

    def show(self, view: object) -> None:
        self.view = view

    def on_locale(self, *_: object) -> None:
        self.right_to_left = self.locale in RIGHT_TO_LEFT

    def on_pre_enter(self, *_: object) -> None:
        if self.presenter:
            self.presenter.on_open()

    @staticmethod
    def say(locale: str, said: Words | str) -> str:
        """The text of a key, or of a key with its values. Arguments all come from properties."""
        known = Words(said) if isinstance(said, str) else said
        return texts.say(known.key, locale, **dict(known.values)) if known.key else ""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
