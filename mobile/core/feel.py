"""What is felt: three steps told apart in a pocket, each once, whoever is there to tell it.

The window and the guard both ask. The one that is first to write the step down tells it, so that
nothing is felt twice and a closed window costs nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec

from mobile.core.press import Incident

# Milliseconds on, off, on, …: told apart by their count.
KEPT, STORED, ANSWERED = 1, 2, 3
VIBRATIONS: Final[dict[int, tuple[int, ...]]] = {
    KEPT: (60,),
    STORED: (60, 120, 60),
    ANSWERED: (60, 120, 60, 120, 400),
}
TICK: Final = (15,)  # while a finger is on the button, and when it finds it
TICKS: Final = 4  # in a hold, the first when it begins
READY: Final = (700,)  # the rhythm of a trigger is there: two more, once this is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far the newest press got."""

    press_id: UUID
    incident_id: UUID | None = None
    is_answered: bool = False


class Felt(msgspec.Struct, frozen=True, kw_only=True):
    """What was told last. `answered_in`: an answer is told once an incident, not once a press."""

    press_id: UUID
    step: int
    answered_in: UUID | None = None


def reached(unsent: Sequence[UUID], incident: Incident | None) -> Reached | None:
    """Of the newest press: `unsent` are those the server has not stored, oldest first."""
    if unsent:
        return Reached(press_id=unsent[-1])
    if incident is None:
        return None
    progress = incident.progress
    return Reached(
        press_id=incident.alert_id,
        incident_id=incident.accepted.incident_id,
        is_answered=progress is not None and (progress.acknowledged > 0 or progress.office),
    )


def due(felt: Felt | None, reached: Reached) -> int:
    """The step to be told now, 0 where it is known. What was overtaken is not told any more."""
    before = felt.step if felt and felt.press_id == reached.press_id else 0
    if reached.incident_id is None:
        return KEPT if before < KEPT else 0
    if reached.is_answered and not (felt and felt.answered_in == reached.incident_id):
        return ANSWERED
    return STORED if before < STORED else 0


def after(felt: Felt | None, reached: Reached, step: int) -> Felt:
    known = felt.answered_in if felt else None
    return Felt(
        press_id=reached.press_id,
        step=step,
        answered_in=reached.incident_id if step == ANSWERED else known,
    )
