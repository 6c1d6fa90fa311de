"""The parts that screens are made of: words, marks, buttons."""

from functools import lru_cache
from math import hypot
from pathlib import Path
from typing import Any, NamedTuple

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.core.text import LabelBase
from kivy.graphics import Color, SmoothEllipse, SmoothQuad
from kivy.lang import Builder
from kivy.metrics import Metrics, dp, sp
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

from mobile.core.hold import Touches
from mobile.core.looks import Words
from mobile.views import theme
from mobile.views.lines import pieces, shaped, turned, wrapped
from mobile.views.theme import color, look
from shared import texts
from shared.texts import RIGHT_TO_LEFT

for _family in {theme.FONT, *theme.FONT_OF_LOCALE.values()}:
    LabelBase.register(
        _family,
        fn_regular=str(theme.FONTS / f"{_family}-Regular.ttf"),
        fn_bold=str(theme.FONTS / f"{_family}-Bold.ttf"),
    )
if theme.HAS_SYSTEM_CHINESE:
    LabelBase.register("SystemChinese", fn_regular=str(theme.SYSTEM_CHINESE))

STRIPE_DP = 8  # of a drill's hatching, as wide as the gap beside it
SMALLEST_SP = 13
SMALLEST_DP = 16  # of text that its owner wants large and that has no room
# Kivy adds up the words of a line, rounded one by one: a line that just fits it would cut again,
# and a turned one at the wrong end.
NO_BREAK = "\u00a0"


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
    label = CoreLabel(
        font_name=pen.font,
        font_size=pen.size,
        bold=pen.bold,
        font_script_name=theme.script_name(pen.font),
    )
    wide, tall = label.get_extents(text)
    return float(wide), float(tall)


class ILabel(Label):  # type: ignore[misc]
    """Words in any of our scripts; shrinks rather than break a word or leave its height."""

    words = StringProperty("")
    locale = StringProperty("en")
    wanted_sp = NumericProperty(theme.BODY_SP)
    most_height = NumericProperty(0)
    least_height = NumericProperty(0)  # of the whole, with what is left free `around` the words
    around = NumericProperty(0)
    also = ListProperty()  # texts beside this one that are to be as large
    is_centered = BooleanProperty(False)
    right_to_left = BooleanProperty(False)

    def __init__(self, **properties: Any) -> None:
        self._reflow_soon = Clock.create_trigger(self._reflow, -1)
        super().__init__(**properties)
        for name in ("words", "locale", "width", "wanted_sp", "bold", "most_height", "also"):
            self.fbind(name, self._reflow_soon)
        # By a weak method: the metrics outlive every label.
        Metrics.bind(fontscale=self._on_text_scale)
        self._reflow()

    def _on_text_scale(self, *_: object) -> None:
        self._reflow_soon()

    def _reflow(self, *_: object) -> None:
        self.font_name = theme.font_name(self.locale, self.words)
        self.font_script_name = theme.script_name(self.font_name)
        self.right_to_left = self.locale in RIGHT_TO_LEFT
        text = shaped(self.words)
        unbroken = {
            piece.text for part in (text, *map(shaped, self.also)) for piece in pieces(part)
        }
        # A line as wide as its room is too wide for Kivy.
        room = max(1.0, int(self.width) - self.padding[0] - self.padding[2] - 1)
        size, least = int(sp(self.wanted_sp)), int(min(sp(SMALLEST_SP), dp(SMALLEST_DP)))
        while True:
            pen = Pen(self.font_name, size, bool(self.bold))
            widest = max((pen.width(word) for word in unbroken), default=0.0)
            if widest > room and size > least:
                # Letters grow with their size, but for rounding: no size in between would do.
                size = max(least, min(size - 1, int(size * room / widest) + 1))
                continue
            drawn = wrapped(text, room, pen.width)
            low = not self.most_height or len(drawn) * pen.height <= self.most_height
            if low or size <= least:
                break
            size -= 1
        self.font_size = size
        self.text_size = (self.width, None)
        self.text = "\n".join(turned(line, self.locale).replace(" ", NO_BREAK) for line in drawn)


class Mark(Widget):  # type: ignore[misc]
    """A state as a shape: disc, ring, hollow, tick, broken, hatched."""

    shape = StringProperty("none")
    tint = ListProperty([1, 1, 1, 1])


class Hatch(Widget):  # type: ignore[misc]
    """Slanted stripes from edge to edge: nobody who sees them takes a drill for the real thing."""

    tint = ListProperty([1, 1, 1, 1])

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        for name in ("pos", "size", "tint"):
            self.fbind(name, self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        wide, slant = dp(STRIPE_DP), self.height
        count = int((self.width - slant + wide) // (2 * wide)) if self.height else 0
        left = self.center_x - ((2 * count - 1) * wide + slant) / 2
        with self.canvas:
            Color(*self.tint)
            for number in range(count):
                x = left + 2 * wide * number
                low, high = (x, self.y), (x + slant, self.top)
                SmoothQuad(points=[*low, x + wide, self.y, high[0] + wide, self.top, *high])


class HoldButton(Widget):  # type: ignore[misc]
    """The round one; `mobile.core.hold` says which touches hold it."""

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

    __events__ = ("on_touched", "on_joined", "on_let_go")

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._touches = Touches()

    def on_touch_down(self, touch: Any) -> bool:
        if touch.is_mouse_scrolling or not self._touches.down(touch.uid, self._distance(touch)):
            return bool(super().on_touch_down(touch))
        touch.grab(self)
        self._report()
        if self.is_held and self._touches.fingers > 1:
            self.dispatch("on_joined")
        return True

    def on_touch_move(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
        self._touches.moved(touch.uid, self._distance(touch))
        self._report()
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        self._touches.up(touch.uid)
        self._report()
        return True

    def forget(self) -> None:
        """The window lost sight of the fingers; one of them counted on would hold up the next."""
        self._touches = Touches()
        self.is_held = False

    def on_touched(self) -> None:
        """A finger is on the button."""

    def on_joined(self) -> None:
        """Another finger came to it."""

    def on_let_go(self) -> None:
        """The finger has left it."""

    @property
    def slipped(self) -> bool:
        """Whether the finger drifted off, rather than let go."""
        return self._touches.slipped

    def _distance(self, touch: Any) -> float:
        """From the middle, in radiuses: the corners of the widget are not the button."""
        return float(hypot(touch.x - self.center_x, touch.y - self.center_y) / self.radius)

    def _report(self) -> None:
        if self.is_held != self._touches.is_held:
            self.is_held = self._touches.is_held
            self.dispatch("on_touched" if self.is_held else "on_let_go")


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
        look.bind(paper=self._draw)

    def _draw(self, *_: object) -> None:
        count = int(self.count)
        gap = min(dp(28), self.width / max(1, count))
        left = self.center_x - gap * count / 2
        self.canvas.clear()
        with self.canvas:
            Color(*look.paper)
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
    high_contrast = BooleanProperty(False)
    left_handed = BooleanProperty(False)

    def show(self, view: object) -> None:
        self.view = view

    def let_go(self) -> None:
        """The window no longer hears of fingers."""

    def on_locale(self, *_: object) -> None:
        self.right_to_left = self.locale in RIGHT_TO_LEFT

    def on_high_contrast(self, *_: object) -> None:
        """What a rule draws follows by itself; what was drawn from a view is drawn again."""
        self.property("view").dispatch(self)

    def on_pre_enter(self, *_: object) -> None:
        if self.presenter:
            self.presenter.on_open()

    @staticmethod
    def say(locale: str, said: Words | str) -> str:
        """The text of a key, or of a key with its values. Arguments all come from properties."""
        known = Words(said) if isinstance(said, str) else said
        return texts.say(known.key, locale, **dict(known.values)) if known.key else ""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
