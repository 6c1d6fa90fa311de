"""The drill of the lesson: the real way with real texts, raised, followed and stopped."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from mobile.core import press
from mobile.core.contacts import standing
from mobile.core.looks import Mark, Tone, Words
from mobile.core.outbox import KeptPress, Outbox
from mobile.core.pages import Action, Around, Asked, Fact, Page, PageView, Typed, later, onward
from mobile.core.press import Incident, Phase
from shared import wire
from shared.clock import Clock

STOP: Final = "stop"
LOOKS_EVERY_S: Final = 0.2


class DrillPage(Page):
    """The real way with real texts: raised, followed, stopped with the real code."""

    def __init__(
        self,
        around: Around,
        *,
        outbox: Outbox,
        clock: Clock,
        ticks: Callable[[], float],
        raise_drill: Callable[[], None],
        stop: Callable[[], None],
    ) -> None:
        self._around = around
        self._outbox = outbox
        self._clock = clock
        self._ticks = ticks
        self._raise = raise_drill
        self._stop = stop
        self._ref: UUID | None = None
        self._began = 0.0
        self._stored_s: float | None = None
        self._looked_at = 0.0
        self._standing: wire.Standing | None = None
        self._incident: Incident | None = None
        self._is_kept = False

    def on_open(self) -> None:
        self._look()
        self._around.request("GET", "/v1/profile/standing", None, self._on_standing)

    def _on_standing(self, answer: Asked) -> None:
        self._standing = standing(answer)
        self._around.changed()

    def on_tick(self) -> None:
        if self._ref and self._ticks() - self._looked_at >= LOOKS_EVERY_S:
            self._look()
            self._around.changed()

    def on_action(self, name: str, typed: Typed) -> None:
        if name == STOP:
            return self._stop()
        if self._incident or self._is_kept:
            return self._around.done()
        self._raise()
        waiting = [entry.ref for entry in self._outbox.waiting() if isinstance(entry, KeptPress)]
        incident = self._outbox.incident
        self._ref = waiting[-1] if waiting else incident.alert_id if incident else None
        self._began = self._ticks()
        self._stored_s = None
        self._look()
        self._around.changed()

    def _look(self) -> None:
        self._looked_at = self._ticks()
        incident = self._outbox.incident
        is_ours = incident is not None and incident.alert_id == self._ref
        self._incident = incident if is_ours else None
        self._is_kept = any(entry.ref == self._ref for entry in self._outbox.waiting())
        if self._incident and self._stored_s is None:
            self._stored_s = self._ticks() - self._began

    @property
    def _phase(self) -> Phase:
        return press.phase(self._incident, unsent=self._is_kept, now=self._clock.now())

    @property
    def _is_refused(self) -> bool:
        """Settled without an incident of its own: another one is not closed yet."""
        return self._ref is not None and self._incident is None and not self._is_kept

    def view(self) -> PageView:
        is_begun = self._incident is not None or self._is_kept
        return PageView(
            title=Words("setup.drill.title"),
            why=Words("setup.drill.why"),
            facts=self._happened() if is_begun else self._ahead(),
            steps=self._steps() if is_begun else None,
            note=Words("setup.drill.refused") if self._is_refused else Words(),
            actions=self._actions(),
        )

    def _actions(self) -> tuple[Action, ...]:
        if self._incident is None:
            start = onward("setup.drill.start") if not self._is_kept else onward()
            return (start, later())
        if self._phase in press.STOPPED:
            return (onward(),)
        return (Action(STOP, Words("setup.drill.stop"), is_main=True), onward(is_main=False))

    def _steps(self) -> int:
        if self._incident is None:
            return 1
        progress = self._incident.progress
        return 3 if progress and (progress.acknowledged or progress.office) else 2

    def _ahead(self) -> tuple[Fact, ...]:
        if self._standing is None:
            return ()
        contacts = self._standing.contacts
        agreed = sum(contact.reachable for contact in contacts)
        if not agreed:
            return (Fact(Words("setup.drill.nobody"), Mark.HOLLOW, Tone.WAITING),)
        values = (("agreed", str(agreed)), ("contacts", str(len(contacts))))
        if agreed < len(contacts):
            return (Fact(Words("setup.drill.some", values), Mark.BROKEN, Tone.WAITING),)
        return (Fact(Words("setup.drill.all", values), Mark.TICK, Tone.SAFE),)

    def _happened(self) -> tuple[Fact, ...]:
        drill = Fact(Words("app.strip.drill"), Mark.HATCHED, Tone.DRILL)
        kept = Fact(Words("setup.drill.kept"), Mark.TICK, Tone.SAFE)
        if self._incident is None:
            return (drill, kept, Fact(Words("setup.drill.sending"), Mark.HOLLOW, Tone.WAITING))
        took = (("seconds", f"{self._stored_s or 0:.1f}"),)
        stored = Fact(Words("setup.drill.stored", took), Mark.TICK, Tone.SAFE)
        stopped = Fact(Words("setup.drill.stopped"), Mark.TICK, Tone.SAFE)
        return (
            drill,
            kept,
            stored,
            *_texted(self._incident),
            *((stopped,) if self._phase in press.STOPPED else ()),
        )


def _texted(incident: Incident) -> tuple[Fact, ...]:
    progress, contacts = incident.progress, incident.accepted.contacts
    texted = progress.notified if progress else 0
    answered = progress.acknowledged if progress else 0
    values = (("notified", str(texted)), ("contacts", str(contacts)))
    return (
        Fact(
            Words("setup.drill.texted", values),
            Mark.TICK if contacts and texted >= contacts else Mark.HOLLOW,
            Tone.SAFE if contacts and texted >= contacts else Tone.WAITING,
        ),
        Fact(
            Words("setup.drill.answered", (("acknowledged", str(answered)),)),
            Mark.TICK if answered else Mark.HOLLOW,
            Tone.SAFE if answered else Tone.WAITING,
        ),
    )
