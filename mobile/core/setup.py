"""The way through the set-up: which page comes next, what may be left out, what is done."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from mobile.core.looks import Mark, Tone, Words
from mobile.core.pages import BLANK, LATER, Action, Fact, Page, PageView, Typed

OVERVIEW: Final = "overview"
GO_ON: Final = "go_on"
# In this order. A page may be left out where `applies` says so, and come back to at any time.
SETUP: Final = (
    "language",
    "limits",
    "pair",
    "contacts",
    "card",
    "codes",
    "lock",
    "permissions",
    "hold",
    "triggers",
    "stop",
    "disguise",
    "drill",
    "ready",
)
LESSON: Final = ("hold", "triggers", "stop", "disguise", "drill")
NEEDS_SERVER: Final = frozenset({"contacts", "card", "codes", "drill"})
NEEDS_DRAFT: Final = frozenset({"card", "codes"})  # typed right after the contacts, or not at all
NOT_LISTED: Final = frozenset({"ready", *NEEDS_DRAFT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What decides which pages there are."""

    is_paired: bool
    has_draft: bool


def applies(page: str, situation: Situation) -> bool:
    if page in NEEDS_SERVER and not situation.is_paired:
        return False
    return situation.has_draft or page not in NEEDS_DRAFT


def after(
    pages: tuple[str, ...], page: str, situation: Situation, skipped: Iterable[str] = ()
) -> str:
    """The page to turn to next; "" behind the last."""
    rest = pages[pages.index(page) + 1 :]
    return next((p for p in rest if applies(p, situation) and p not in set(skipped)), "")


def before(pages: tuple[str, ...], page: str, situation: Situation) -> str:
    """The page to turn back to; "" before the first. Nobody is paired twice by going back."""
    rest = reversed(pages[: pages.index(page)])
    return next((p for p in rest if applies(p, situation) and p != "pair"), "")


class SetupPresenter:
    """Of the set-up and of the lesson, which is its practice pages alone.

    `done` and `remember` speak of finished pages; with any of them done it opens on the overview,
    where each can be had again.
    """

    def __init__(
        self,
        *,
        pages: tuple[str, ...],
        title: str,
        situation: Callable[[], Situation],
        done: Callable[[], frozenset[str]],
        remember: Callable[[frozenset[str]], None],
        leave: Callable[[], None],
        show: Callable[[PageView], None],
    ) -> None:
        self._pages = pages
        self._title = title
        self._situation = situation
        self._done = done
        self._remember = remember
        self._leave = leave
        self._show = show
        self._rooms: Mapping[str, Page] = {}
        self._at = ""
        self._is_listed = False  # the page was chosen from the overview, and leads back to it
        self._shown: PageView = BLANK

    def give(self, rooms: Mapping[str, Page]) -> None:
        """The pages themselves; they are made with this presenter's `done` and `changed`."""
        self._rooms = rooms

    @property
    def page(self) -> Page:
        return self._rooms.get(self._at, _NOTHING)

    @property
    def at(self) -> str:
        return self._at

    def on_open(self) -> None:
        """Where it was left, or where it begins."""
        if not self._at:
            begun = self._done() & set(self._pages)
            self._at = OVERVIEW if begun else self._pages[0]
        self._turn(self._at)

    def turn_to(self, page: str) -> None:
        self._turn(page)

    def on_back(self) -> None:
        if self._at == OVERVIEW or not self._at:
            self._at = ""
            return self._leave()
        earlier = "" if self._is_listed else before(self._pages, self._at, self._situation())
        self._turn(earlier or OVERVIEW)

    def on_action(self, name: str, typed: Typed) -> None:
        if name == GO_ON:
            self._is_listed = False
            self._turn(self._next_open())
        elif self._at == OVERVIEW:
            if name in self._listed():
                self._is_listed = True
                self._turn(name)
        elif name == LATER and self._at:
            self._go_on(())
        else:
            self.page.on_action(name, typed)

    def on_choice(self, name: str, value: str) -> None:
        self.page.on_choice(name, value)

    def on_digit(self, digit: str) -> None:
        self.page.on_digit(digit)

    def on_delete(self) -> None:
        self.page.on_delete()

    def on_touch(self) -> None:
        self.page.on_touch()

    def on_release(self, *, slipped: bool) -> None:
        self.page.on_release(slipped=slipped)

    def on_tick(self) -> None:
        self.page.on_tick()

    def on_motion(self, at: float, x: float, y: float, z: float) -> bool:
        return self.page.on_motion(at, x, y, z)

    def done(self, page: str, *also: str) -> None:
        """That page is finished, and `also` are with it. An answer for it may come late: whoever
        has turned to another page by then stays there.
        """
        self._remember(frozenset({page, *also}) & set(self._pages))
        if page == self._at:
            self._go_on(also)
        else:
            self.changed()

    def changed(self) -> None:
        if not self._at:  # left meanwhile: an answer came late
            return
        view = self._overview() if self._at == OVERVIEW else self.page.view()
        shown = replace(view, name=self._at, place=self._place())
        if shown != self._shown:
            self._shown = shown
            self._show(shown)

    def forget_place(self) -> None:
        """Opens anew the next time."""
        self._at = ""

    def _go_on(self, skipped: Iterable[str]) -> None:
        following = after(self._pages, self._at, self._situation(), skipped)
        if self._is_listed and following not in NEEDS_DRAFT:
            return self._turn(OVERVIEW)
        if following:
            return self._turn(following)
        self._at = ""
        self._leave()

    def _turn(self, page: str) -> None:
        self._at = page
        self.page.on_open()
        self.changed()

    def _place(self) -> Words:
        if self._at == OVERVIEW:
            return Words()
        at, of = self._pages.index(self._at) + 1, len(self._pages)
        return Words("setup.place", (("at", str(at)), ("of", str(of))))

    def _listed(self) -> list[str]:
        situation = self._situation()
        return [p for p in self._pages if p not in NOT_LISTED and applies(p, situation)]

    def _next_open(self) -> str:
        """The first page that is not done; "" where all are."""
        done = self._done()
        return next((page for page in self._listed() if page not in done), "")

    def _overview(self) -> PageView:
        done = self._done()
        go_on = Action(GO_ON, Words("setup.overview.go_on"), is_main=True)
        return PageView(
            title=Words(self._title),
            why=Words("setup.overview.why"),
            facts=tuple(
                Fact(
                    self._rooms[page].view().title,
                    Mark.TICK if page in done else Mark.HOLLOW,
                    Tone.SAFE if page in done else Tone.MUTE,
                    action=page,
                    sign="forward",
                )
                for page in self._listed()
            ),
            actions=(go_on,) if self._next_open() else (),
        )


_NOTHING: Final = Page()
