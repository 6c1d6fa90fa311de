"""What a person may set on the phone. Each choice is kept and shown at once."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from mobile.core.looks import Mark, Words
from mobile.core.pages import Action, Choice, Fact, Option, languages
from mobile.core.sheets import Heading, Paragraph, Row, SheetView, Switch
from mobile.core.triggers import Source
from mobile.core.vault import Hot

COUNTDOWNS: Final = (0, 5, 10, 20)
SCALES: Final = (1.0, 1.25, 1.5, 1.75, 2.0)
WIPES: Final = (0, 5, 10, 20)
STEPS: Final = ("kept", "stored", "answered")
SILENT: Final = {"feels": (False, False, False), "feels_raising": False, "reminds": False}
LOUD: Final = {"feels": (True, True, True), "feels_raising": True, "reminds": True}
# Switches that are one field, by their names; each says the whole of itself in one line.
FIELDS: Final = ("feels_raising", "reminds", "shows_steps", "high_contrast", "left_handed")
# Where an action leads.
ROOMS: Final = {"codes": "setup", "again": "setup", "practise": "lesson", "wipe": "wipe"}


class SettingsPresenter:
    """`save` keeps a change and hands it to the rest of the app; `go` opens another room."""

    def __init__(
        self,
        *,
        hot: Hot,
        save: Callable[[Hot], None],
        show: Callable[[SheetView], None],
        go: Callable[[str], None],
        leave: Callable[[], None],
    ) -> None:
        self.hot = hot
        self._save = save
        self._show = show
        self._go = go
        self._leave = leave

    def on_open(self) -> None:
        self._show(view(self.hot))

    def on_back(self) -> None:
        self._leave()

    def on_choice(self, name: str, value: str) -> None:
        match name:
            case "locale":
                self._change(locale=value)
            case "countdown":
                self._change(countdown_s=int(value))
            case "text":
                self._change(text_scale=float(value))
            case "wipe_after":
                self._change(wipe_after=int(value))

    def on_action(self, name: str) -> None:
        """A switch is turned, or another room opened."""
        hot = self.hot
        kind, _, what = name.partition(".")
        if name in FIELDS:
            self._change(**{name: not getattr(hot, name)})
        elif name == "silent":
            self._change(**(LOUD if is_silent(hot) else SILENT))
        elif name == "disguise":
            self._change(is_disguised=not hot.is_disguised)
        elif kind == "felt":
            place = STEPS.index(what)
            feels = list(hot.feels)
            feels[place] = not feels[place]
            self._change(feels=tuple(feels))
        elif kind == "trigger":
            self._change(triggers=hot.triggers ^ {what})
        else:
            self._go(ROOMS[name])

    def _change(self, **fields: Any) -> None:
        self.hot = msgspec.structs.replace(self.hot, **fields)
        self._save(self.hot)
        self.on_open()


def is_silent(hot: Hot) -> bool:
    return not (any(hot.feels) or hot.feels_raising or hot.reminds)


def view(hot: Hot) -> SheetView:
    rows = (*_press(hot), *_felt(hot), *_triggers(hot), *_screen(hot), *_phone(hot))
    return SheetView(title=Words("app.more.title"), rows=rows)


def _press(hot: Hot) -> tuple[Row, ...]:
    seconds = tuple(Option(str(s), _number(str(s))) for s in COUNTDOWNS)
    return (
        Choice("locale", Words("app.more.language"), languages(), hot.locale),
        Choice("countdown", Words("app.more.countdown"), seconds, str(hot.countdown_s)),
    )


def _felt(hot: Hot) -> tuple[Row, ...]:
    steps = tuple(_switch(f"felt.{name}", hot.feels[place]) for place, name in enumerate(STEPS))
    return (
        Heading(Words("status.settings.felt")),
        _switch("silent", is_silent(hot)),
        *steps,
        _switch("feels_raising", hot.feels_raising),
        _switch("reminds", hot.reminds),
        _switch("shows_steps", hot.shows_steps),
    )


def _triggers(hot: Hot) -> tuple[Row, ...]:
    return (
        Heading(Words("status.settings.triggers")),
        Paragraph(Words("status.settings.triggers_why")),
        *(_switch(f"trigger.{source}", source in hot.triggers) for source in Source),
    )


def _screen(hot: Hot) -> tuple[Row, ...]:
    scales = tuple(Option(f"{s:g}", _number(f"{s:g}")) for s in SCALES)
    return (
        Heading(Words("status.settings.screen")),
        Choice("text", Words("status.settings.text"), scales, f"{hot.text_scale:g}"),
        _switch("high_contrast", hot.high_contrast),
        _switch("left_handed", hot.left_handed),
    )


def _phone(hot: Hot) -> tuple[Row, ...]:
    """Without a code there is nothing for a disguise to open, and nothing for one to wipe."""
    disguise: tuple[Row, ...] = (
        Fact(Words("status.settings.needs_code"), Mark.HOLLOW, action="codes", sign="forward"),
    )
    if hot.has_code:
        wipes = tuple(
            Option(str(n), _number(str(n)) if n else Words("status.settings.never")) for n in WIPES
        )
        disguise = (
            _switch("disguise", hot.is_disguised),
            Choice("wipe_after", Words("status.settings.wipe_after"), wipes, str(hot.wipe_after)),
        )
    return (
        Heading(Words("status.settings.phone")),
        *disguise,
        Action("codes", Words("status.settings.codes")),
        Action("practise", Words("status.practise")),
        Action("again", Words("status.settings.again")),
        Action("wipe", Words("status.settings.wipe")),
        Paragraph(Words("app.more.about")),
    )


def _switch(name: str, is_on: bool) -> Switch:
    return Switch(name, Words(f"status.settings.{name.replace('.', '_')}"), is_on)


def _number(text: str) -> Words:
    return Words("status.number", (("number", text),))
