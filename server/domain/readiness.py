"""Who is not protected today, and what would mend it: worked out before the bad day."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from server.domain.reach import Reach, can_be_alerted

RECOMMENDED = 3  # contacts; with fewer, one who sleeps and one abroad are everybody


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
    NO_PLAN = "no_plan"
    PLAN_OLD = "plan_old"
    CONSENT_OLD = "consent_old"
    DRILL_DUE = "drill_due"


class Kept(StrEnum):
    """What loses its worth by itself as time goes by."""

    PHONE = "phone"  # last heard of
    DRILL = "drill"  # last begun
    PLAN = "plan"  # last gone through
    CONSENT = "consent"  # the oldest one that is relied on


# How each grows old, the longest span first: the first one that has passed is what is said.
DECAY: tuple[tuple[Kept, timedelta, Mend], ...] = (
    (Kept.PHONE, timedelta(days=7), Mend.PHONE_SILENT),  # the app is heard of each day
    (Kept.DRILL, timedelta(days=90), Mend.DRILL_OLD),
    (Kept.DRILL, timedelta(days=30), Mend.DRILL_DUE),
    (Kept.PLAN, timedelta(days=180), Mend.PLAN_OLD),
    (Kept.CONSENT, timedelta(days=365), Mend.CONSENT_OLD),
)


class Contact(NamedTuple):
    """How one contact stands since when, without a name or a number."""

    consent: str
    reach: Reach
    opted_out: bool
    since: datetime | None = None


class Readiness(NamedTuple):
    """`protected`: a press today reaches a person."""

    protected: bool
    reachable: int
    mends: list[Mend]


def readiness(
    contacts: Sequence[Contact],
    heard_at: datetime | None,
    drilled_at: datetime | None,
    reviewed_at: datetime | None,
    now: datetime,
    *,
    armed: bool | None = None,
) -> Readiness:
    """`heard_at` is None where no phone is paired, `reviewed_at` where there is no plan, `armed`
    where no phone has said so."""
    relied_on = [one for one in contacts if is_reachable(one.consent, one.reach, one.opted_out)]
    reachable = len(relied_on)
    # Whoever declined has said what there is to say: what is wrong with their line is no matter.
    counting = [one for one in contacts if one.consent in ("asked", "agreed")]
    holds = {
        Mend.NO_PHONE: heard_at is None,
        Mend.NO_CONTACT: reachable == 0,
        Mend.NOT_ARMED: armed is False,
        Mend.FEW_CONTACTS: 0 < reachable < RECOMMENDED,
        Mend.UNREACHABLE: any(one.reach is Reach.UNREACHABLE for one in counting),
        Mend.NOT_ENABLED: any(one.reach is Reach.NOT_ENABLED for one in counting),
        Mend.OPTED_OUT: any(one.opted_out for one in counting),
        Mend.LANDLINE: any(one.reach is Reach.LANDLINE for one in counting),
        Mend.NO_ANSWER: any(one.consent == "no_answer" for one in contacts),
        Mend.WAITING: any(one.consent == "asked" for one in contacts),
        Mend.NEVER_DRILLED: drilled_at is None,
        Mend.NO_PLAN: reviewed_at is None,
    }
    fresh_at = {
        Kept.PHONE: heard_at,
        Kept.DRILL: drilled_at,
        Kept.PLAN: reviewed_at,
        Kept.CONSENT: min((one.since for one in relied_on if one.since), default=None),
    }
    old = set(decayed(fresh_at, now))
    mends = [mend for mend in Mend if holds.get(mend) or mend in old]
    return Readiness(heard_at is not None and reachable > 0, reachable, mends)


def decayed(fresh_at: Mapping[Kept, datetime | None], now: datetime) -> list[Mend]:
    """What has grown too old by now, one word for each; what never was is another matter."""
    said: dict[Kept, Mend] = {}
    for kept, span, mend in DECAY:
        at = fresh_at[kept]
        if at is not None and now - at > span:
            said.setdefault(kept, mend)
    return list(said.values())


def is_reachable(consent: str, reach: Reach, opted_out: bool) -> bool:
    return consent == "agreed" and not opted_out and can_be_alerted(reach)
