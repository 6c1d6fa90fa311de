"""The quiet corner: language, time to stop a mistake, vibration, and what this phone keeps."""

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import NumericProperty, ObjectProperty, StringProperty

from mobile.core.settings import BLANK, COUNTDOWNS
from mobile.views.parts import Room, TextButton
from shared import texts


class Choice(TextButton):
    """One of a group: the chosen one has a frame and a bold name."""


class LocaleChoice(Choice):
    offers = StringProperty()


class CountdownChoice(Choice):
    offers = NumericProperty()


class SettingsScreen(Room):
    view = ObjectProperty(BLANK, rebind=True)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        for locale in texts.SCREENS:
            name = texts.say(f"app.language.{locale}", locale)
            choice: Choice = LocaleChoice(offers=locale, locale=locale, words=name)
            choice.bind(on_release=lambda chosen: self.presenter.on_locale(chosen.offers))
            self.ids.locales.add_widget(choice)
        for seconds in COUNTDOWNS:
            choice = CountdownChoice(offers=seconds, words=str(seconds))
            choice.bind(on_release=lambda chosen: self.presenter.on_countdown(int(chosen.offers)))
            self.ids.countdowns.add_widget(choice)
        self.on_view()

    def on_view(self, *_: object) -> None:
        for choice in self.ids.locales.children:
            choice.is_chosen = choice.offers == self.view.locale
        for choice in self.ids.countdowns.children:
            choice.is_chosen = choice.offers == self.view.countdown_s


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
