"""A room read from top to bottom: check-in, status and settings draw their rows with it."""

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.metrics import dp, sp
from kivy.properties import BooleanProperty, ListProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from mobile.core.pages import Action, Choice, Fact, KeypadView
from mobile.core.sheets import BLANK, Heading, Lead, Paragraph, Row, SheetView, Switch
from mobile.views.fields import Keypad
from mobile.views.parts import Room, TextButton
from mobile.views.setup import FactRow, OptionButton
from mobile.views.theme import color, tone_color
from shared.texts import RIGHT_TO_LEFT

KEYPAD_DP, KEYPAD_SP = 300, 70  # its keys, and the words above them
MOST, SHORT = 5, 5  # options of so many letters that stand in one row
SIGNS = {"delete": "delete", "forward": "back"}


class HeadingRow(BoxLayout):  # type: ignore[misc]
    """What the rows below it are about."""

    words = StringProperty("")
    locale = StringProperty("en")


class ParagraphRow(BoxLayout):  # type: ignore[misc]
    """A sentence or two, quieter than the rows beside it."""

    words = StringProperty("")
    locale = StringProperty("en")


class LeadRow(GridLayout):  # type: ignore[misc]
    """The one line that the room is about, in a frame of its own."""

    words = StringProperty("")
    locale = StringProperty("en")
    shape = StringProperty("none")
    tint = ListProperty([1, 1, 1, 1])
    right_to_left = BooleanProperty(False)


class ChoiceRow(BoxLayout):  # type: ignore[misc]
    """A caption and the few to choose from, in as many columns as their words allow."""

    words = StringProperty("")
    locale = StringProperty("en")
    right_to_left = BooleanProperty(False)


class SwitchRow(ButtonBehavior, GridLayout):  # type: ignore[misc]
    """Its words, whether it is on in a word, and a knob that stands on one side or the other."""

    words = StringProperty("")
    state_words = StringProperty("")
    locale = StringProperty("en")
    is_on = BooleanProperty(False)
    right_to_left = BooleanProperty(False)


class SheetScreen(Room):
    """Rows are made anew only where there are others: a finger may be on one of them."""

    view = ObjectProperty(BLANK, rebind=True)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._drawn: object = None
        self.bind(view=self._draw, locale=self._draw)
        self._draw()

    def on_pre_enter(self, *values: object) -> None:
        super().on_pre_enter(*values)
        self.ids.scroll.scroll_y = 1

    def _draw(self, *_: object) -> None:
        view: SheetView = self.view
        kinds = (self.locale, [_kind(row) for row in view.rows])
        if kinds != self._drawn:
            self._drawn = kinds
            self.ids.rows.clear_widgets()
            for row in view.rows:
                self.ids.rows.add_widget(self._made(row))
        for widget, row in zip(reversed(self.ids.rows.children), view.rows, strict=True):
            self._update(widget, row)

    def _made(self, row: Row) -> Widget:
        match row:
            case Heading():
                return HeadingRow(locale=self.locale)
            case Paragraph():
                return ParagraphRow(locale=self.locale)
            case Lead():
                return LeadRow(locale=self.locale, right_to_left=self._is_turned)
            case Fact():
                return self._fact(row)
            case Choice():
                return self._choice(row)
            case KeypadView():
                return self._keypad()
            case Switch():
                return self._switch(row)
        button = TextButton(locale=self.locale)
        button.bind(on_release=lambda _button: self.presenter.on_action(row.name))
        return button

    def _update(self, widget: Widget, row: Row) -> None:
        match row:
            case Heading(words) | Paragraph(words):
                widget.words = self.say(self.locale, words)
            case Lead(fact) | (Fact() as fact):
                widget.words, widget.shape = self.say(self.locale, fact.words), fact.mark
                widget.tint = tone_color(fact.tone)
            case Choice():
                for button in widget.ids.options.children:
                    button.is_chosen = button.offers == row.chosen
            case KeypadView(prompt, typed):
                widget.prompt, widget.typed = self.say(self.locale, prompt), typed
            case Switch(_, words, is_on):
                widget.words, widget.is_on = self.say(self.locale, words), is_on
                widget.state_words = self.say(
                    self.locale, "app.more.on" if is_on else "app.more.off"
                )
            case Action():
                widget.words, widget.disabled = self.say(self.locale, row.words), not row.is_ready
                widget.ground = _ground(row)

    @property
    def _is_turned(self) -> bool:
        return self.locale in RIGHT_TO_LEFT

    def _fact(self, fact: Fact) -> Widget:
        row = FactRow(
            locale=self.locale,
            sign=SIGNS[fact.sign] if fact.action else "",
            right_to_left=self._is_turned,
        )
        if fact.action:
            row.bind(on_release=lambda _row: self.presenter.on_action(fact.action))
        return row

    def _choice(self, choice: Choice) -> Widget:
        words = self.say(self.locale, choice.label)
        group = ChoiceRow(locale=self.locale, words=words, right_to_left=self._is_turned)
        locales = [option.locale or self.locale for option in choice.options]
        said = [
            self.say(o, option.words) for o, option in zip(locales, choice.options, strict=True)
        ]
        group.ids.options.cols = _columns(said)
        for option, locale, name in zip(choice.options, locales, said, strict=True):
            button = OptionButton(offers=option.value, locale=locale, words=name)
            button.bind(on_release=lambda tapped: self._chosen(choice.name, tapped.offers))
            group.ids.options.add_widget(button)
        return group

    def _chosen(self, name: str, value: str) -> None:
        self.presenter.on_choice(name, value)

    def _switch(self, switch: Switch) -> Widget:
        row = SwitchRow(locale=self.locale, right_to_left=self._is_turned)
        row.bind(on_release=lambda _row: self.presenter.on_action(switch.name))
        return row

    def _keypad(self) -> Widget:
        pad = Keypad(locale=self.locale, size_hint_y=None, height=dp(KEYPAD_DP) + sp(KEYPAD_SP))
        pad.bind(on_digit=lambda _pad, digit: self.presenter.on_digit(digit))
        pad.bind(on_delete=lambda _pad: self.presenter.on_delete())
        return pad


def _columns(said: list[str]) -> int:
    """A row of short ones such as numbers, else two beside each other."""
    return len(said) if len(said) <= MOST and max(map(len, said)) <= SHORT else 2


def _ground(action: Action) -> list[float]:
    if not action.is_ready:
        return color("INK")
    return color("RED") if action.is_main else color("RAISED")


def _kind(row: Row) -> object:
    """What has to be made anew when it changes; all else is written into what is there."""
    match row:
        case Fact():
            return Fact, row.action, row.sign
        case Choice():
            return Choice, row.name, row.label, row.options
        case Switch() | Action():
            return type(row), row.name
    return type(row)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
