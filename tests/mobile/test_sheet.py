"""Rooms of rows in a real window: what a finger finds, in every language, at twice the size."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mobile.core import settings
from mobile.core.pages import Choice
from mobile.core.vault import Hot
from mobile.packaging.quiet_screens import quiet_rooms
from shared import texts

MOBILE = Path(__file__).parents[2] / "mobile"
# Made of parts in the program, and so not found by their whole names.
MADE = re.compile(r"status\.(span\.|settings\.(felt_|trigger_)|settings\.[a-z_]+$|contact\.)")


@pytest.fixture
def large(kivy_window: object) -> Iterator[None]:
    from mobile.views import theme

    theme.enlarge(2.0)
    yield
    theme.enlarge(1.0)


def laid_out(room: Any, width: int = 360, height: int = 640) -> None:
    from kivy.base import EventLoop

    room.size = width, height
    EventLoop.window.add_widget(room)
    for _ in range(6):
        EventLoop.idle()
    EventLoop.window.remove_widget(room)


def walked(widget: Any) -> Iterator[Any]:
    yield widget
    for child in widget.children:
        yield from walked(child)


def tappable(room: Any) -> list[Any]:
    from kivy.uix.behaviors import ButtonBehavior

    found = [one for one in walked(room) if isinstance(one, ButtonBehavior) and one.opacity]
    return [one for one in found if not one.disabled and getattr(one, "sign", "-") != ""]


@pytest.mark.parametrize("locale", ["en", "ar", "my", "ru"])
def test_at_twice_the_size_every_target_is_large_enough_and_no_word_is_cut(
    large: None, tmp_path: Path, locale: Any
) -> None:
    from kivy.metrics import dp

    from mobile.views.parts import ILabel

    for name, room in quiet_rooms(tmp_path, locale):
        laid_out(room)
        targets = tappable(room)
        assert targets, name
        assert [one for one in targets if min(one.width, one.height) < dp(48)] == [], name
        rows = room.ids.rows
        for label in (one for one in walked(rows) if isinstance(one, ILabel) and one.words):
            assert label.texture_size[0] <= label.width + 1, (name, label.words)
            assert label.height + 1 >= label.texture_size[1], (name, label.words)


def test_what_is_tapped_reaches_the_presenter(kivy_window: object, tmp_path: Path) -> None:
    from mobile.views.sheet import SheetScreen

    class Noting:
        def __init__(self) -> None:
            self.heard: list[tuple[str, ...]] = []

        def on_action(self, name: str) -> None:
            self.heard.append((name,))

        def on_choice(self, name: str, value: str) -> None:
            self.heard.append((name, value))

        def on_back(self) -> None:
            self.heard.append(("back",))

    room, noting = SheetScreen(), Noting()
    view = settings.view(Hot(has_code=True))
    room.presenter = noting
    room.show(view)
    laid_out(room)
    for one in tappable(room):
        one.dispatch("on_release")
    named = {getattr(row, "name", "") for row in view.rows} - {""}
    assert {heard[0] for heard in noting.heard} == named | {"back"}
    offered = [o.value for row in view.rows if isinstance(row, Choice) for o in row.options]
    assert sorted(heard[1] for heard in noting.heard if len(heard) == 2) == sorted(offered)


def test_a_row_that_stays_is_not_made_anew(kivy_window: object) -> None:
    from mobile.views.sheet import SheetScreen

    room = SheetScreen()
    room.show(settings.view(Hot()))
    before = list(room.ids.rows.children)
    room.show(settings.view(Hot(high_contrast=True, countdown_s=20)))
    assert list(room.ids.rows.children) == before
    room.locale = "ar"
    assert list(room.ids.rows.children) != before


def test_every_word_of_these_rooms_is_used_and_every_one_used_is_there() -> None:
    sources = [*MOBILE.rglob("*.py"), *MOBILE.rglob("*.kv")]
    said = "".join(path.read_text("utf-8") for path in sources)
    used = set(re.findall(r'"(status\.[a-z_.]+)"', said))
    known = set(texts.strings("status", "en"))
    assert used <= known
    assert {key for key in known - used if not MADE.match(key)} == set()
