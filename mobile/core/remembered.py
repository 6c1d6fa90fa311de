"""What the lesson leaves on the phone: finished pages, drills, and contacts by label alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from mobile.core.door import Door
from mobile.core.private import Named, Private
from shared import texts, wire

DRILLS_KEPT: Final = 20


class Remembered:
    """Behind the door. What is learned while that is still opening waits in memory."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._pending = Private()

    @property
    def lesson(self) -> frozenset[str]:
        return self._door.private.lesson | self._pending.lesson

    @property
    def contact_ids(self) -> tuple[str, ...]:
        return tuple(named.id for named in self._pending.contacts or self._door.private.contacts)

    def finish(self, pages: frozenset[str], now: datetime) -> None:
        drills = (now,) if "drill" in pages else ()
        self._keep(lesson=self._pending.lesson | pages, drills=(*self._pending.drills, *drills))

    def name(self, contacts: Sequence[wire.Contact], locale: wire.Locale) -> None:
        """Neutral labels for the contacts in their order; the server has such ones, too."""
        named = tuple(
            Named(contact.id, texts.say("setup.contacts.label", locale, place=str(place)))
            for place, contact in enumerate(contacts, 1)
        )
        self._keep(contacts=named)

    def flush(self) -> None:
        """Writes down what waited, once the door is open."""
        pending, known = self._pending, self._door.private
        if not self._door.is_open or pending == Private():
            return
        self._pending = Private()
        self._door.save(
            msgspec.structs.replace(
                known,
                lesson=known.lesson | pending.lesson,
                drills=(*known.drills, *pending.drills)[-DRILLS_KEPT:],
                contacts=pending.contacts or known.contacts,
            )
        )

    def _keep(self, **fields: Any) -> None:
        self._pending = msgspec.structs.replace(self._pending, **fields)
        self.flush()
