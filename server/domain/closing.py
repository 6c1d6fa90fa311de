"""How an incident is closed: by one person, or by two where the office wants it so."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from server.domain.errors import NotAllowed, Unfit
from server.domain.incident import Kind, Outcome


class How(StrEnum):
    """By what the office knows that somebody is safe."""

    VOICE_AND_WORD = "voice_and_word"
    IN_PERSON = "in_person"
    LAWYER = "lawyer"
    FAMILY = "family"
    CONTACT = "contact"
    OTHER = "other"


class Ending(NamedTuple):
    """`casework`: others go on with it, and the record is kept for them."""

    outcome: Outcome
    how: How | None = None
    casework: bool = False


class Move(StrEnum):
    CLOSE = "close"
    CONFIRM = "confirm"
    REFUSE = "refuse"


class Whose(StrEnum):
    """Who proposed the close that stands."""

    NOBODYS = "nobody's"
    OWN = "one's own"
    COLLEAGUES = "a colleague's"


class Then(StrEnum):
    CLOSES = "closes"
    PROPOSES = "proposes"
    WITHDRAWS = "withdraws"
    REFUSES = "refuses"


# What a move does, by whether it takes two people; whatever is not here is refused. A proposal
# that stands when the office goes back to one person can still be confirmed, refused, withdrawn.
MOVES: dict[tuple[bool, Whose, Move], Then] = {
    (False, Whose.NOBODYS, Move.CLOSE): Then.CLOSES,
    (False, Whose.OWN, Move.CLOSE): Then.CLOSES,
    (False, Whose.COLLEAGUES, Move.CLOSE): Then.CLOSES,
    (True, Whose.NOBODYS, Move.CLOSE): Then.PROPOSES,
    (True, Whose.OWN, Move.CLOSE): Then.PROPOSES,
    (True, Whose.COLLEAGUES, Move.CONFIRM): Then.CLOSES,
    (False, Whose.COLLEAGUES, Move.CONFIRM): Then.CLOSES,
    (True, Whose.COLLEAGUES, Move.REFUSE): Then.REFUSES,
    (False, Whose.COLLEAGUES, Move.REFUSE): Then.REFUSES,
    (True, Whose.OWN, Move.REFUSE): Then.WITHDRAWS,
    (False, Whose.OWN, Move.REFUSE): Then.WITHDRAWS,
}
_REFUSALS = {
    (Whose.NOBODYS, Move.CONFIRM): ("Nobody has proposed to close this.", "Reload the incident."),
    (Whose.NOBODYS, Move.REFUSE): ("Nobody has proposed to close this.", "Reload the incident."),
    (Whose.OWN, Move.CONFIRM): ("It takes a second person.", "Ask a colleague to confirm."),
    (Whose.COLLEAGUES, Move.CLOSE): (
        "A colleague has proposed to close this.",
        "Confirm or refuse the proposal.",
    ),
}


def takes_two(wanted: bool, kind: Kind) -> bool:
    """Whether one person alone cannot close it. A drill puts nobody at risk."""
    return wanted and kind != "drill"


def stands(proposed_at: datetime | None, *news: datetime | None) -> bool:
    """Whether a proposal is still about what is known: no press and no stop has come since."""
    if proposed_at is None:
        return False
    return all(at is None or at <= proposed_at for at in news)


def whose(proposed_by: str | None, staff_id: str) -> Whose:
    if proposed_by is None:
        return Whose.NOBODYS
    return Whose.OWN if proposed_by == staff_id else Whose.COLLEAGUES


def then(two: bool, proposal: Whose, move: Move) -> Then:
    """What a move does; NotAllowed where it does nothing."""
    found = MOVES.get((two, proposal, move))
    if found is None:
        detail, mend = _REFUSALS[proposal, move]
        raise NotAllowed(detail, mend=mend)
    return found


def fit(ending: Ending) -> Ending:
    """Unfit where it says how somebody is known to be safe who is not."""
    if ending.how is not None and ending.outcome is not Outcome.SAFE:
        raise Unfit(
            "Only somebody who is safe was confirmed to be.",
            pointer="/how",
            mend="Leave it out, or close as safe.",
        )
    return ending
