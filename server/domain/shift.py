"""When a shift goes on, when it has ended without a word, and what its next officer is told."""

from datetime import datetime, timedelta

# A board notes each minute that it stands. A laptop may sleep over a coffee; after this long its
# officer is gone, and "on duty" would be a lie.
LEFT_AFTER = timedelta(minutes=10)
LOOKING_FOR = timedelta(seconds=90)  # a board says every 30 s what it has open; three may be lost
TOLD_FOR = timedelta(days=7)  # how far back "since you left" and the notes of a hand-over go


def has_left(seen_at: datetime, now: datetime) -> bool:
    """Whether somebody whose board was last seen then is away."""
    return now - seen_at >= LEFT_AFTER


def end_of(
    ended_at: datetime | None, seen_at: datetime, signed_in: bool, now: datetime
) -> datetime | None:
    """When a shift ended; None while it goes on. Nobody ends it who shuts the laptop."""
    if ended_at is not None:
        return ended_at
    return None if signed_in and not has_left(seen_at, now) else seen_at


def is_told(left_at: datetime, now: datetime) -> bool:
    """Whether what happened since then is told to whoever comes back."""
    return now - left_at < TOLD_FOR
