"""What an eye would complain about on a drawn screen, measured: texts, targets, ground."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

LEAST_TARGET = 48
LEAST_BUTTON = 120
MOST_FRAMES = 20
TOUCHING = 2  # pixels by which two lines may reach into each other's box


class Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    def cut(self, other: "Box") -> "Box":
        """What both have; turned inside out where they have nothing."""
        return Box(
            max(self.left, other.left),
            max(self.bottom, other.bottom),
            min(self.right, other.right),
            min(self.top, other.top),
        )

    @property
    def is_seen(self) -> bool:
        return self.right - self.left > TOUCHING and self.top - self.bottom > TOUCHING


def faults(room: Any) -> list[tuple[str, str]]:
    from kivy.uix.behaviors import ButtonBehavior
    from kivy.uix.label import Label

    from mobile.views.parts import HoldButton, ILabel

    texts = [label for label in seen(room, Label) if label.text]
    return [
        *((f"cut off: {fault}", text.text) for text in texts if (fault := misfit(text, room))),
        # Kivy wraps on its own what has no room: of a turned line it would cut the beginning.
        *(
            ("cut again", text.text)
            for text in texts
            if isinstance(text, ILabel) and len(text._label._cached_lines) != len(lines(text))
        ),
        *(("one over the other", f"{a} / {b}") for a, b in overlapping(texts, room)),
        *(
            ("small target", f"{type(button).__name__} {button.size}")
            for button in seen(room, ButtonBehavior)
            if is_target(button) and min(button.size) < LEAST_TARGET
        ),
        *(
            ("small button", f"{button.radius}")
            for button in seen(room, HoldButton)
            if button.radius * 2 < LEAST_BUTTON
        ),
    ]


def lines(label: Any) -> list[str]:
    return str(label.text).split("\n")


def settle(room: Any) -> None:
    """A label that grows moves its neighbours in the next frame, and those theirs."""
    from kivy.clock import Clock

    before: object = None
    for _ in range(MOST_FRAMES):
        Clock.tick()
        Clock.tick()
        now = [(*widget.pos, *widget.size) for widget in room.walk()]
        if now == before:
            return
        before = now
    raise AssertionError("the screen does not come to rest")


def seen(room: Any, kind: type) -> Iterator[Any]:
    """The widgets of a kind that are not hidden, by themselves or with what they are in."""
    for widget in room.walk():
        if isinstance(widget, kind) and all(w.opacity for w in [widget, *parents(widget, room)]):
            yield widget


def parents(widget: Any, room: Any) -> Iterator[Any]:
    while widget is not room:
        widget = widget.parent
        yield widget


def is_target(button: Any) -> bool:
    """A row that only tells, and a sign that its row is tapped by, are no targets."""
    return not button.disabled and getattr(button, "sign", "dots") != ""


def misfit(label: Any, room: Any) -> str:
    """Why a text cannot be read whole; what scrolls may be longer than the screen, not wider."""
    wide, tall = label.texture_size
    if wide > label.width + 1 or tall > label.height + 1:
        return f"{wide}x{tall} in {label.width:.0f}x{label.height:.0f}"
    drawn, screen = box(label), Box(0, 0, room.width, room.height)
    if drawn.left < -1 or drawn.right > screen.right + 1:
        return "beside the screen"
    if scrolls(label, room) is None and (drawn.bottom < -1 or drawn.top > screen.top + 1):
        return "above or below the screen"
    return ""


def overlapping(texts: list[Any], room: Any) -> Iterator[tuple[str, str]]:
    boxes = [(text, visible(text, room)) for text in texts]
    for (one, its), (other, others) in combinations(boxes, 2):
        if its.is_seen and others.is_seen and its.cut(others).is_seen:
            yield one.text, other.text


def visible(text: Any, room: Any) -> Box:
    """The part of a text that is not scrolled away."""
    pane = scrolls(text, room)
    return box(text).cut(box(pane, whole=True) if pane else Box(0, 0, room.width, room.height))


def box(widget: Any, *, whole: bool = False) -> Box:
    """Where it is on the screen: of a text the lines themselves, as its widget may be larger."""
    x, y = widget.to_window(*widget.center)
    wide, tall = widget.size if whole else widget.texture_size
    return Box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)


def scrolls(widget: Any, room: Any) -> Any:
    from kivy.uix.scrollview import ScrollView

    panes = [parent for parent in parents(widget, room) if isinstance(parent, ScrollView)]
    return panes[0] if panes else None


class Picture(NamedTuple):
    """What the window shows: rows from below, four bytes a pixel."""

    width: int
    height: int
    pixels: bytes

    def ground(self, place: Box) -> tuple[int, int, int]:
        """The colour that most of a part has: behind letters, that is what they stand on."""
        found: Counter[bytes] = Counter()
        left, right = max(0, int(place.left)), min(self.width, int(place.right))
        for row in range(max(0, int(place.bottom)), min(self.height, int(place.top)), 2):
            for at in range((row * self.width + left) * 4, (row * self.width + right) * 4, 8):
                found[self.pixels[at : at + 3]] += 1
        red, green, blue = found.most_common(1)[0][0]
        return red, green, blue


def picture() -> Picture:
    from kivy.core.window import Window
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

    wide, high = Window.system_size
    return Picture(wide, high, glReadPixels(0, 0, wide, high, GL_RGBA, GL_UNSIGNED_BYTE))
