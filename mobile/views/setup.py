"""The set-up and the lesson: one room that draws every kind of page from its view."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.metrics import dp
from kivy.properties import BooleanProperty, ListProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from mobile.core.looks import Words
from mobile.core.pages import BLANK, Action, Choice, Fact, PageView, Sight
from mobile.core.pages import Field as FieldView
from mobile.views.fields import Field, Keypad
from mobile.views.parts import HoldButton, Room, Step, TextButton
from mobile.views.theme import BODY_SP, LEAD_SP, color, tone_color
from shared.texts import RIGHT_TO_LEFT

STEPS = ("app.step.kept", "app.step.stored", "app.step.answered")


class FactRow(ButtonBehavior, GridLayout):  # type: ignore[misc]
    """A shape and a line; where it can be tapped, a sign behind it."""

    words = StringProperty("")
    locale = StringProperty("en")
    shape = StringProperty("none")
    tint = ListProperty([1, 1, 1, 1])
    sign = StringProperty("")
    right_to_left = BooleanProperty(False)


class OptionButton(TextButton):
    """One of a few; the chosen one has a frame and bold words."""

    offers = StringProperty("")


class SightBox(BoxLayout):  # type: ignore[misc]
    """A phone's screen as somebody beside it sees it."""

    title = StringProperty("")
    detail = StringProperty("")
    locale = StringProperty("en")
    shape = StringProperty("none")
    tint = ListProperty([1, 1, 1, 1])


class SetupScreen(Room):
    """A part is made anew only where it has other rows; else what is typed would be lost."""

    view = ObjectProperty(BLANK, rebind=True)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._drawn: dict[str, object] = {}
        self._fields: dict[str, Field] = {}
        self.bind(view=self._draw, locale=self._draw)
        self._draw()

    def typed(self) -> dict[str, str]:
        return {name: field.text for name, field in self._fields.items()}

    def _words(self, said: Words | str) -> str:
        return self.say(self.locale, said)

    def _draw(self, *_: object) -> None:
        view: PageView = self.view
        for name, shape in _shapes(view).items():
            if self._drawn.get(name) != (self.locale, shape):
                self._drawn[name] = (self.locale, shape)
                self.ids[name].clear_widgets()
                self._build(name, view)
        self._update(view)

    def _build(self, name: str, view: PageView) -> None:
        match name:
            case "facts":
                made = [self._fact(fact) for fact in view.facts]
                self.ids.scroll.scroll_y = 1
            case "form":
                self._fields = {field.name: self._field(field) for field in view.fields}
                made = [*self._fields.values(), *self._choices(view)]
            case "sights":
                made = [self._sight(sight) for sight in view.sights]
            case "middle":
                made = self._middle(view)
            case _:
                made = [self._action(action) for action in view.actions]
        for widget in made:
            self.ids[name].add_widget(widget)

    def _middle(self, view: PageView) -> list[Widget]:
        steps = [] if view.steps is None else [self._steps()]
        keypad = [self._keypad()] if view.keypad else []
        return [*steps, *keypad, *([self._hold()] if view.hold else [])]

    def _update(self, view: PageView) -> None:
        for row, fact in zip(reversed(self.ids.facts.children), view.facts, strict=True):
            row.words, row.shape = self._words(fact.words), fact.mark
            row.tint = tone_color(fact.tone)
        for button, action in zip(reversed(self.ids.end.children), view.actions, strict=True):
            button.words, button.disabled = self._words(action.words), not action.is_ready
            button.ground, button.color = _colours(action)
        for part in self.ids.middle.children:
            part.update(view)

    def _fact(self, fact: Fact) -> Widget:
        row = FactRow(
            locale=fact.locale or self.locale,
            sign={"delete": "delete", "forward": "back"}[fact.sign] if fact.action else "",
            right_to_left=self.locale in RIGHT_TO_LEFT,
        )
        if fact.action:
            row.bind(on_release=lambda _row: self._act(fact.action))
        return row

    def _act(self, name: str) -> None:
        self.presenter.on_action(name, self.typed())

    def _choices(self, view: PageView) -> Iterator[Widget]:
        for choice in view.choices:
            yield Caption(locale=self.locale, words=self._words(choice.label))
            yield self._choice(choice)

    def _choice(self, choice: Choice) -> Widget:
        group = GridLayout(cols=3, spacing=dp(8), size_hint_y=None)
        group.bind(minimum_height=group.setter("height"))
        for option in choice.options:
            button = OptionButton(
                offers=option.value,
                locale=option.locale or self.locale,
                words=self.say(option.locale or self.locale, option.words),
                is_chosen=option.value == choice.chosen,
            )
            button.bind(on_release=lambda tapped: self._choose(choice.name, group, tapped))
            group.add_widget(button)
        return group

    def _choose(self, name: str, group: GridLayout, tapped: OptionButton) -> None:
        for button in group.children:
            button.is_chosen = button is tapped
        self.presenter.on_choice(name, tapped.offers)

    def _field(self, field: FieldView) -> Field:
        said = field.initial
        return Field(
            name=field.name,
            locale=self.locale,
            label=self._words(field.label),
            initial=self._words(said) if isinstance(said, Words) else said,
            is_number=field.is_number,
            is_long=field.is_long,
        )

    def _sight(self, sight: Sight) -> Widget:
        return SightBox(
            title=self._words(sight.title),
            detail=self._words(sight.detail),
            locale=self.locale,
            shape=sight.mark,
            tint=tone_color(sight.tone),
        )

    def _steps(self) -> Widget:
        rtl = self.locale in RIGHT_TO_LEFT
        row = StepRow(cols=3, orientation="rl-tb" if rtl else "lr-tb")
        for place, key in enumerate(STEPS):
            step = Step(
                locale=self.locale,
                words=self._words(key),
                also=[self._words(each) for each in STEPS],
                is_first=place == 0,
                right_to_left=rtl,
            )
            step.bind(need=row.fit)
            row.add_widget(step)
        row.fit()
        return row

    def _keypad(self) -> Widget:
        pad = CodePad(locale=self.locale, say=self._words)
        pad.bind(on_digit=lambda _pad, digit: self.presenter.on_digit(digit))
        pad.bind(on_delete=lambda _pad: self.presenter.on_delete())
        return pad

    def _hold(self) -> Widget:
        button = PracticeButton(locale=self.locale, say=self._words, ring_tint=color("PAPER"))
        button.bind(on_touched=lambda _button: self.presenter.on_touch())
        button.bind(on_let_go=lambda left: self.presenter.on_release(slipped=left.slipped))
        return button

    def _action(self, action: Action) -> Widget:
        button = TextButton(locale=self.locale, wanted_sp=LEAD_SP if action.is_main else BODY_SP)
        button.bind(on_release=lambda _button: self._act(action.name))
        return button


class Caption(BoxLayout):  # type: ignore[misc]
    words = StringProperty("")
    locale = StringProperty("en")


class StepRow(GridLayout):  # type: ignore[misc]
    def fit(self, *_: object) -> None:
        self.height = max(step.need for step in self.children) + dp(8)

    def update(self, view: PageView) -> None:
        for place, step in enumerate(reversed(self.children), 1):
            step.done = (view.steps or 0) >= place


class CodePad(Keypad):
    say = ObjectProperty()

    def update(self, view: PageView) -> None:
        if view.keypad:
            self.prompt, self.typed = self.say(view.keypad.prompt), view.keypad.typed


class PracticeButton(HoldButton):
    say = ObjectProperty()

    def update(self, view: PageView) -> None:
        if view.hold:
            self.words, self.ring = self.say(view.hold.words), view.hold.ring


def _colours(action: Action) -> tuple[list[float], list[float]]:
    """Of ground and words. Red is left to the button that calls for help."""
    if not action.is_ready:
        return color("INK"), color("MUTE")
    return (color("PAPER"), color("NIGHT")) if action.is_main else (color("RAISED"), color("PAPER"))


def _shapes(view: PageView) -> dict[str, object]:
    """Of each part what it has to be built anew for: a finger or a cursor may be in another one."""
    return {
        "facts": (view.name, [(fact.action, fact.sign, fact.locale) for fact in view.facts]),
        "form": (view.name, view.fields, [(each.name, each.options) for each in view.choices]),
        "sights": view.sights,
        "middle": (view.name, view.keypad is None, view.hold is None, view.steps is None),
        "end": (view.name, [(action.name, action.is_main) for action in view.actions]),
    }


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
