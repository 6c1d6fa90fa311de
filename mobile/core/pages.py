"""What a page of the set-up may hold: words, lines, fields, keys, a button to hold, actions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from mobile.core.codes import LONGEST, STOP_DIGITS
from mobile.core.looks import Mark, Tone, Words
from mobile.core.vault import Hot
from shared import texts

Typed: TypeAlias = Mapping[str, str]  # what stands in the fields, by their names
# Work that may take longer than a frame, and what to do with its result afterwards.
Aside: TypeAlias = Callable[[Callable[[], Any], Callable[[Any], None]], None]


SILENT: Final = Words()


@dataclass(frozen=True, slots=True)
class Fact:
    """One line with a shape before it; with an action it also has a sign to tap."""

    words: Words
    mark: Mark = Mark.NONE
    tone: Tone = Tone.CALM
    action: str = ""
    sign: Literal["delete", "forward"] = "delete"
    locale: str = ""  # where its words are in another language than the page


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: Words
    initial: Words | str = ""
    is_number: bool = False
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One of a few; each group is a row of buttons."""

    value: str
    words: Words
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    label: Words
    options: tuple[Option, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Action:
    name: str
    words: Words
    is_main: bool = False
    is_ready: bool = True


@dataclass(frozen=True, slots=True)
class KeypadView:
    """Our own keys, so that no keyboard learns a code: how many digits are typed, not which."""

    prompt: Words
    typed: int
    can_send: bool


@dataclass(frozen=True, slots=True)
class HoldView:
    words: Words
    ring: float


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody beside the phone reads on its screen."""

    title: Words
    detail: Words
    tone: Tone
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page as it is drawn; what it does not have is not drawn."""

    name: str = ""
    place: Words = SILENT
    title: Words = SILENT
    why: Words = SILENT
    facts: tuple[Fact, ...] = ()
    choices: tuple[Choice, ...] = ()
    fields: tuple[Field, ...] = ()
    sights: tuple[Sight, ...] = ()
    keypad: KeypadView | None = None
    hold: HoldView | None = None
    steps: int | None = None
    note: Words = SILENT
    actions: tuple[Action, ...] = ()


BLANK: Final = PageView()


Asked: TypeAlias = tuple[int | None, bytes]  # status and body; no status where nobody answered
Method: TypeAlias = Literal["GET", "POST", "PUT"]
# Server, bearer, method, path, body; on the calling thread.
Ask: TypeAlias = Callable[[str, str | None, Method, str, bytes | None], Asked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What every page is given: the phone's state, the server, and how to turn the page."""

    hot: Callable[[], Hot]
    keep: Callable[[Hot], None]
    ask: Ask
    aside: Aside
    changed: Callable[[], None]
    done: Callable[..., None]  # with the names of pages that are done with this one

    def request(
        self, method: Method, path: str, body: bytes | None, then: Callable[[Asked], None]
    ) -> None:
        """Asks this phone's own server, beside the window's thread."""
        hot = self.hot()
        self.aside(lambda: self.ask(hot.servers[0], hot.bearer, method, path, body), then)


class Page:
    """One page: what it says now, and what is done on it. Most pages need few of these."""

    def on_open(self) -> None:
        """It is turned to."""

    def on_action(self, name: str, typed: Typed) -> None:
        """A button is tapped, with what stands in the fields."""

    def on_choice(self, name: str, value: str) -> None: ...

    def on_digit(self, digit: str) -> None: ...

    def on_delete(self) -> None: ...

    def on_touch(self) -> None: ...

    def on_release(self, *, slipped: bool = False) -> None: ...

    def on_tick(self) -> None: ...

    def on_motion(self, at: float, x: float, y: float, z: float) -> bool:
        """A sample of the accelerometer; True where the page takes it for itself."""
        return False

    def view(self) -> PageView:
        return BLANK


class Keypad:
    """The digits typed so far for one prompt."""

    def __init__(self) -> None:
        self.digits = ""

    def add(self, digit: str) -> None:
        if len(self.digits) < LONGEST:
            self.digits += digit

    def delete(self) -> None:
        self.digits = self.digits[:-1]

    def take(self) -> str:
        digits, self.digits = self.digits, ""
        return digits

    def view(self, prompt: Words) -> KeypadView:
        typed = len(self.digits)
        return KeypadView(prompt=prompt, typed=typed, can_send=typed >= STOP_DIGITS)


MAIN: Final = "next"
LATER: Final = "later"


def onward(key: str = "setup.next", *, is_main: bool = True, is_ready: bool = True) -> Action:
    return Action(MAIN, Words(key), is_main=is_main, is_ready=is_ready)


def later() -> Action:
    return Action(LATER, Words("setup.later"))


def languages() -> tuple[Option, ...]:
    """Every language there is, each named in itself."""
    return tuple(
        Option(locale, Words(f"app.language.{locale}"), locale) for locale in texts.LOCALES
    )
