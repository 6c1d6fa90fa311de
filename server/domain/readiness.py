"""Who is not protected today, and what would mend it: worked out before the bad day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from server.domain.reach import Reach, can_be_alerted

RECOMMENDED = 3  # contacts; with fewer, one who sleeps and one abroad are everybody
SILENT_AFTER = timedelta(days=7)  # a phone that runs the app is heard of each day
DRILL_AFTER = timedelta(days=90)


class Mend(StrEnum):
    """What to do something about, the most urgent first."""

    NO_PHONE = "no_phone"
    NO_CONTACT = "no_contact"
    PHONE_SILENT = "phone_silent"
    NOT_ARMED = "not_armed"
    FEW_CONTACTS = "few_contacts"
    UNREACHABLE = "unreachable"
    NOT_ENABLED = "not_enabled"
    OPTED_OUT = "opted_out"
    LANDLINE = "landline"
    NO_ANSWER = "no_answer"
    WAITING = "waiting"
    NEVER_DRILLED = "never_drilled"
    DRILL_OLD = "drill_old"


class Contact(NamedTuple):
    """How one contact stands, without a name or a number."""

    consent: str
    reach: Reach
    opted_out: bool


class Readiness(NamedTuple):
    """`protected`: a press today reaches a person."""

    protected: bool
    reachable: int
    mends: list[Mend]


def readiness(
    contacts: Sequence[Contact],
    heard_at: datetime | None,
    drilled_at: datetime | None,
    now: datetime,
    *,
    armed: bool | None = None,
) -> Readiness:
    """`heard_at` is None where no phone is paired, `armed` where none has said so."""
    reachable = sum(1 for one in contacts if is_reachable(*one))
    drill_age = now - drilled_at if drilled_at else None
    # Whoever declined has said what there is to say: what is wrong with their line is no matter.
    counting = [one for one in contacts if one.consent in ("asked", "agreed")]
    holds = {
        Mend.NO_PHONE: heard_at is None,
        Mend.NO_CONTACT: reachable == 0,
        Mend.PHONE_SILENT: heard_at is not None and now - heard_at > SILENT_AFTER,
        Mend.NOT_ARMED: armed is False,
        Mend.FEW_CONTACTS: 0 < reachable < RECOMMENDED,
        Mend.UNREACHABLE: any(one.reach is Reach.UNREACHABLE for one in counting),
        Mend.NOT_ENABLED: any(one.reach is Reach.NOT_ENABLED for one in counting),
        Mend.OPTED_OUT: any(one.opted_out for one in counting),
        Mend.LANDLINE: any(one.reach is Reach.LANDLINE for one in counting),
        Mend.NO_ANSWER: any(one.consent == "no_answer" for one in contacts),
        Mend.WAITING: any(one.consent == "asked" for one in contacts),
        Mend.NEVER_DRILLED: drill_age is None,
        Mend.DRILL_OLD: drill_age is not None and drill_age > DRILL_AFTER,
    }
    mends = [mend for mend in Mend if holds[mend]]
    return Readiness(heard_at is not None and reachable > 0, reachable, mends)


def is_reachable(consent: str, reach: Reach, opted_out: bool) -> bool:
    return consent == "agreed" and not opted_out and can_be_alerted(reach)
