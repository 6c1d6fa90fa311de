"""What a person may set on the phone: language, time to stop a mistake, vibration."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from mobile.core.vault import Hot
from shared import wire

COUNTDOWNS: Final = (0, 5, 10, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsView:
    locale: wire.Locale
    countdown_s: int
    vibrates: bool


BLANK = SettingsView(locale="en", countdown_s=5, vibrates=True)


class SettingsPresenter:
    """Each choice is saved at once; `save` keeps it and hands it to the rest of the app."""

    def __init__(
        self,
        *,
        hot: Hot,
        save: Callable[[Hot], None],
        leave: Callable[[], None],
        show: Callable[[SettingsView], None],
    ) -> None:
        self.hot = hot
        self._save = save
        self._leave = leave
        self._show = show

    def on_open(self) -> None:
        hot = self.hot
        self._show(
            SettingsView(locale=hot.locale, countdown_s=hot.countdown_s, vibrates=hot.vibrates)
        )

    def on_back(self) -> None:
        self._leave()

    def on_locale(self, locale: wire.Locale) -> None:
        self._change(locale=locale)

    def on_countdown(self, seconds: int) -> None:
        self._change(countdown_s=seconds)

    def on_vibration(self, vibrates: bool) -> None:
        self._change(vibrates=vibrates)

    def _change(self, **fields: Any) -> None:
        self.hot = msgspec.structs.replace(self.hot, **fields)
        self._save(self.hot)
        self.on_open()
