"""The pages of the set-up and the lesson, put together from what the app offers."""

import time
from collections.abc import Callable
from functools import partial

import msgspec

from mobile.core.contacts import CardPage, ContactsPage, Desk
from mobile.core.drill import DrillPage
from mobile.core.lesson import HoldPage, StopPage, Verifiers
from mobile.core.lock import LockPage
from mobile.core.new_codes import CodesPage
from mobile.core.pages import Around, Page, PageView
from mobile.core.pairing import PairPage
from mobile.core.quiet_pages import (
    DisguisePage,
    LanguagePage,
    LimitsPage,
    PermissionsPage,
    ReadyPage,
)
from mobile.core.rehearsal import TriggersPage
from mobile.core.remembered import Remembered
from mobile.core.setup import LESSON, SETUP, SetupPresenter, Situation
from mobile.offer import Offer
from shared import wire


class SetupRooms:
    """The set-up and the lesson: two ways through the same practice, one memory of both."""

    def __init__(
        self,
        offer: Offer,
        show_setup: Callable[[PageView], None],
        show_lesson: Callable[[PageView], None],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._offer = offer
        self._ticks = ticks
        self._desk = Desk()
        self._verifiers: Verifiers | None = None
        self.remembered = Remembered(offer.door)
        self.setup = self._presenter(SETUP, "setup.overview.title", show_setup)
        self.lesson = self._presenter(LESSON, "setup.lesson.title", show_lesson)
        around = self._around(self.setup)
        self.pairing = PairPage(around("pair"))
        self.setup.give({**self._typed_pages(around), **self._practice_pages(around)})
        self.lesson.give(self._practice_pages(self._around(self.lesson)))

    def pair(self, text: str) -> None:
        """A pairing code that came from outside the page."""
        self.setup.turn_to("pair")
        self.pairing.on_link(text)

    def forget(self) -> None:
        """Nothing that was typed is left, and both begin at their overview."""
        self._desk.wipe()
        self.pairing.forget()
        self._verifiers = None
        self.setup.forget_place()
        self.lesson.forget_place()

    def _presenter(
        self, pages: tuple[str, ...], title: str, show: Callable[[PageView], None]
    ) -> SetupPresenter:
        return SetupPresenter(
            pages=pages,
            title=title,
            situation=lambda: Situation(
                is_paired=self._offer.hot().is_paired, has_draft=bool(self._desk.draft.contacts)
            ),
            done=lambda: self.remembered.lesson,
            remember=lambda pages: self.remembered.finish(pages, self._offer.clock.now()),
            leave=self._offer.go_home,
            show=show,
        )

    def _around(self, presenter: SetupPresenter) -> Callable[[str], Around]:
        """What the page of that name is given."""

        def around(page: str) -> Around:
            return Around(
                hot=self._offer.hot,
                keep=self._offer.save,
                ask=self._offer.ask,
                aside=self._offer.aside,
                changed=presenter.changed,
                done=partial(presenter.done, page),
            )

        return around

    def _typed_pages(self, around: Callable[[str], Around]) -> dict[str, Page]:
        offer = self._offer
        return {
            "language": LanguagePage(around("language")),
            "limits": LimitsPage(around("limits")),
            "pair": self.pairing,
            "contacts": ContactsPage(around("contacts"), self._desk),
            "card": CardPage(around("card"), self._desk),
            "codes": CodesPage(
                around("codes"),
                self._desk,
                timezone=offer.device.zone,
                ids=lambda: self.remembered.contact_ids,
                sent=self._on_sent,
            ),
            "lock": LockPage(around("lock"), self._lock),
            "permissions": PermissionsPage(around("permissions"), offer.device, self._ticks),
            "ready": ReadyPage(around("ready")),
        }

    def _practice_pages(self, around: Callable[[str], Around]) -> dict[str, Page]:
        offer = self._offer
        return {
            "hold": HoldPage(around("hold"), self._ticks),
            "triggers": TriggersPage(
                around("triggers"),
                device=offer.device,
                clock=offer.clock,
                ticks=self._ticks,
                feels_motion=offer.feels_motion,
            ),
            "stop": StopPage(around("stop"), lambda: self._verifiers),
            "disguise": DisguisePage(
                around("disguise"), is_disguised=lambda: offer.hot().is_disguised, hide=offer.hide
            ),
            "drill": DrillPage(
                around("drill"),
                outbox=offer.outbox,
                clock=offer.clock,
                ticks=self._ticks,
                raise_drill=offer.raise_drill,
                stop=lambda: offer.go("stop"),
            ),
        }

    def _on_sent(self, bundle: wire.Bundle) -> None:
        self._verifiers = bundle.stop, bundle.duress
        self.remembered.name(bundle.contacts, self._offer.hot().locale)

    def _lock(self, code: str, duress: str, then: Callable[[], None]) -> None:
        def locked(is_open: bool) -> None:
            if is_open:
                self._offer.save(msgspec.structs.replace(self._offer.hot(), has_code=True))
                then()

        self._offer.door.set_codes(code, duress, locked)
