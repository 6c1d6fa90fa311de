"""What is known of a number before the bad day: whether a text or a call can get there."""

from enum import StrEnum


class Reach(StrEnum):
    """`NOT_ENABLED`: our account may not text that country. Opting out is kept elsewhere."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    NOT_ENABLED = "not_enabled"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


# What the carrier's codes say of the number itself; all others say something of the moment.
SAID_BY: dict[int, Reach] = {
    21408: Reach.NOT_ENABLED,
    21211: Reach.UNREACHABLE,
    30005: Reach.UNREACHABLE,
    21614: Reach.LANDLINE,
    21635: Reach.LANDLINE,
    30006: Reach.LANDLINE,
}

# Words of the carrier's for a line; a line of any other kind may or may not take a text.
SAID_OF_LINE: dict[str, Reach] = {
    "mobile": Reach.MOBILE,
    "landline": Reach.LANDLINE,
}


def by_code(code: int | None) -> Reach | None:
    """What a text that failed says of the number, or None where it says nothing of it."""
    return SAID_BY.get(code) if code is not None else None


def can_be_alerted(reach: Reach) -> bool:
    """A landline is called."""
    return reach not in (Reach.NOT_ENABLED, Reach.UNREACHABLE)
