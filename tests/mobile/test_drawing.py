"""Every screen in every state, measured: all of each text, large targets, enough contrast."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mobile.core.letters import DOMAINS
from shared import texts
from tests.mobile import eyes
from tests.mobile.contrast import contrast, hexed

USUAL = (412, 915), 1.0
HARDEST = (360, 640), 2.0
# Where least is left within each arrangement of the rooms: on a small screen as it comes, and just
# before and just after large text takes something away. All others have more room than one of them.
EDGES = ((360, 640), 1.0), ((360, 640), 1.5), ((412, 915), 2.0)
Shown = Callable[[str], Iterator[tuple[str, Any]]]


@pytest.fixture
def shown(kivy_window: Any, tmp_path: Path) -> Iterator[Shown]:
    """Every room in every state, laid out in the window, one after the other."""
    from kivy.base import EventLoop
    from kivy.clock import Clock

    from mobile.packaging.screens import rooms
    from mobile.views.theme import enlarge

    before = kivy_window.size
    rate, Clock._max_fps = Clock._max_fps, 0  # nobody looks: no waiting for the next frame

    def show(locale: str) -> Iterator[tuple[str, Any]]:
        for name, room in rooms(tmp_path, locale):  # type: ignore[arg-type]
            kivy_window.add_widget(room)
            eyes.settle(room)
            yield name, room
            kivy_window.remove_widget(room)

    yield show
    Clock._max_fps = rate
    enlarge(1.0)
    kivy_window.size = before
    EventLoop.idle()


def resize(window: Any, size: tuple[int, int], scale: float) -> None:
    from kivy.base import EventLoop

    from mobile.views.theme import enlarge

    window.size = size
    enlarge(scale)
    EventLoop.idle()


def widest() -> str:
    """The language that is the longest in most of what is said."""
    from mobile.views.parts import Pen
    from mobile.views.theme import font_name

    found: Counter[str] = Counter()
    for domain in DOMAINS:
        said = {locale: texts.strings(domain, locale) for locale in texts.LOCALES}
        for key in said["en"]:
            found[max(said, key=lambda at: Pen(font_name(at), 18, False).width(said[at][key]))] += 1
    return found.most_common(1)[0][0]


@pytest.mark.parametrize("part", range(4))
def test_all_is_read_and_hit_in_every_language_at_the_hardest_size(
    kivy_window: Any, shown: Shown, part: int
) -> None:
    resize(kivy_window, *HARDEST)
    for locale in texts.LOCALES[part::4]:
        found = {name: faults for name, room in shown(locale) if (faults := eyes.faults(room))}
        assert found == {}, locale


@pytest.mark.parametrize(("size", "scale"), EDGES, ids=str)
def test_all_is_read_and_hit_at_every_edge_in_the_longest_language(
    kivy_window: Any, shown: Shown, size: tuple[int, int], scale: float
) -> None:
    resize(kivy_window, size, scale)
    found = {name: faults for name, room in shown(widest()) if (faults := eyes.faults(room))}
    assert found == {}


def test_at_the_usual_size_all_is_read_stands_out_and_is_told_without_its_colour(
    kivy_window: Any, shown: Shown
) -> None:
    """Seven to one as it is drawn, in the shade and in the sun; and one look at all of it."""
    resize(kivy_window, *USUAL)
    faulty: dict[str, list[tuple[str, str]]] = {}
    faint: dict[tuple[str, str, bool], float] = {}
    told: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for name, room in shown("en"):
        if faults := eyes.faults(room):
            faulty[name] = faults
        if "high-contrast" not in name and "left-handed" not in name:
            told[tuple(shape_of(widget) for widget in room.walk())].append(name)
        for is_strong in (False, True):
            faint.update({(name, *found): reached for found, reached in faint_in(room, is_strong)})
    assert faulty == {}
    assert faint == {}
    alike = [names for names in told.values() if len(names) > 1]
    assert alike == [], "states told by their colour alone"


def faint_in(room: Any, is_strong: bool) -> Iterator[tuple[tuple[str, bool], float]]:
    from kivy.base import EventLoop
    from kivy.uix.label import Label

    from mobile.views.theme import look

    look.use(is_strong=is_strong)
    try:
        EventLoop.idle()
        seen = eyes.picture()
        for label in eyes.seen(room, Label):
            place = eyes.visible(label, room)
            if not label.text or label.disabled or not place.is_seen:
                continue
            reached = contrast(hexed(label.color), seen.ground(place))
            if reached < 7:
                yield (label.text, is_strong), reached
    finally:
        look.use(is_strong=False)


def test_for_the_left_hand_what_deletes_changes_sides_and_the_digits_stay(
    kivy_window: Any,
) -> None:
    from mobile.views.stop import StopScreen

    room = StopScreen(locale="en")
    before = [getattr(key, "words", None) for key in reversed(room.ids.pad.children)]
    assert [getattr(key, "sign", None) for key in room.ids.pad.children].index("delete") == 0
    room.left_handed = True
    assert [getattr(key, "sign", None) for key in room.ids.pad.children].index("delete") == 2
    assert [getattr(key, "words", None) for key in reversed(room.ids.pad.children)] == before
    room.left_handed = False
    assert [getattr(key, "sign", None) for key in room.ids.pad.children].index("delete") == 0


def shape_of(widget: Any) -> tuple[Any, ...]:
    names = ("text", "shape", "sign", "count", "done", "ring", "is_chosen", "opacity")
    return tuple(getattr(widget, name, None) for name in names)
