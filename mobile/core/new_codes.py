"""The page on which the two codes are typed, twice each, and everything typed goes off, sealed."""

from collections.abc import Callable
from typing import Final

from mobile.core import profile
from mobile.core.codes import weakness
from mobile.core.contacts import Desk
from mobile.core.looks import Words
from mobile.core.pages import Around, Asked, Keypad, Page, PageView, Typed, onward
from mobile.core.profile import NotFit
from shared import wire

PROMPTS: Final = ("stop", "stop_again", "duress", "duress_again")


class CodesPage(Page):
    """`ids` are those of an earlier list; `sent` is told what went off, once it is stored."""

    def __init__(
        self,
        around: Around,
        desk: Desk,
        *,
        timezone: Callable[[], str],
        ids: Callable[[], tuple[str, ...]],
        sent: Callable[[wire.Bundle], None],
    ) -> None:
        self._around = around
        self._desk = desk
        self._timezone = timezone
        self._ids = ids
        self._sent = sent
        self._begin(Words())

    def on_open(self) -> None:
        if not self._is_sending:
            self._begin(Words())

    def _begin(self, note: Words) -> None:
        self._keypad = Keypad()
        self._codes: list[str] = []
        self._note = note
        self._is_sending = False

    def on_digit(self, digit: str) -> None:
        self._keypad.add(digit)
        self._note = Words()
        self._around.changed()

    def on_delete(self) -> None:
        self._keypad.delete()
        self._around.changed()

    def on_action(self, name: str, typed: Typed) -> None:
        """The only action is to go on: with the next code, or with sending once more."""
        if len(self._codes) < len(PROMPTS):
            self._take(self._keypad.take())
        if len(self._codes) == len(PROMPTS) and not self._is_sending:
            self._send()
        self._around.changed()

    def _take(self, code: str) -> None:
        typed = len(self._codes)
        if typed % 2:
            if code != self._codes[-1]:
                self._codes.pop()
                self._note = Words("setup.codes.differs")
            else:
                self._codes.append(code)
            return
        stop = self._codes[0] if self._codes else ""
        weak = weakness(code, [stop] if stop else [], twin=stop)
        if weak:
            self._note = Words(weak)
        else:
            self._codes.append(code)

    def _send(self) -> None:
        hot, draft, ids, zone = self._around.hot(), self._desk.draft, self._ids(), self._timezone()
        stop, _, duress, _ = self._codes

        def sealing() -> tuple[wire.Bundle, Asked] | NotFit:
            whole = profile.bundle(draft, stop=stop, duress=duress, timezone=zone, ids=ids)
            try:
                update = wire.encode(profile.sealed(whole, hot.token, hot.office_key))
            except NotFit as error:
                return error
            return whole, self._around.ask(hot.servers[0], hot.bearer, "PUT", "/v1/profile", update)

        self._is_sending = True
        self._note = Words("setup.codes.sending")
        self._around.aside(sealing, self._on_sent)

    def _on_sent(self, outcome: tuple[wire.Bundle, Asked] | NotFit) -> None:
        self._is_sending = False
        if isinstance(outcome, NotFit):
            self._note = Words(outcome.key)
            return self._around.changed()
        whole, (status, _) = outcome
        if status != 200:
            key = (
                "setup.codes.unreachable"
                if status is None or status >= 500
                else "setup.codes.refused"
            )
            self._note = Words(key)
            return self._around.changed()
        self._desk.wipe()
        self._begin(Words())
        self._sent(whole)
        self._around.done()

    def view(self) -> PageView:
        typed = len(self._codes)
        is_typed = typed == len(PROMPTS)
        keypad = None if is_typed else self._keypad.view(Words(f"setup.codes.{PROMPTS[typed]}"))
        ready = not self._is_sending if keypad is None else keypad.can_send
        return PageView(
            title=Words("setup.codes.title"),
            why=Words("setup.codes.why"),
            keypad=keypad,
            note=self._note,
            actions=(onward(is_ready=ready),),
        )
