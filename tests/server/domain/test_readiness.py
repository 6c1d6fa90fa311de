"""Who counts as protected, and what is said to be mended first."""

from datetime import UTC, datetime, timedelta

import pytest

from server.domain.reach import Reach
from server.domain.readiness import DECAY, Contact, Kept, Mend, readiness

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATELY = NOW - timedelta(days=2)
GOOD = Contact("agreed", Reach.MOBILE, False)


def mends(contacts: list[Contact], heard: datetime | None = LATELY) -> list[Mend]:
    return readiness(contacts, heard, LATELY, LATELY, NOW).mends


def test_three_contacts_a_phone_and_a_drill_are_enough() -> None:
    assert readiness([GOOD] * 3, LATELY, LATELY, LATELY, NOW) == (True, 3, [])


def test_with_nothing_at_all_the_phone_comes_first() -> None:
    found = readiness([], None, None, None, NOW)
    assert found == (False, 0, [Mend.NO_PHONE, Mend.NO_CONTACT, Mend.NEVER_DRILLED, Mend.NO_PLAN])


@pytest.mark.parametrize(
    ("contact", "mend"),
    [
        (Contact("asked", Reach.MOBILE, False), Mend.WAITING),
        (Contact("no_answer", Reach.UNKNOWN, False), Mend.NO_ANSWER),
        (Contact("agreed", Reach.MOBILE, True), Mend.OPTED_OUT),
        (Contact("agreed", Reach.LANDLINE, False), Mend.LANDLINE),
        (Contact("agreed", Reach.UNREACHABLE, False), Mend.UNREACHABLE),
        (Contact("agreed", Reach.NOT_ENABLED, False), Mend.NOT_ENABLED),
    ],
)
def test_one_contact_more_has_one_mend(contact: Contact, mend: Mend) -> None:
    assert mends([GOOD, GOOD, GOOD, contact]) == [mend]


@pytest.mark.parametrize("reach", Reach)
def test_whoever_declined_is_let_be(reach: Reach) -> None:
    assert mends([GOOD, GOOD, GOOD, Contact("declined", reach, True)]) == []


@pytest.mark.parametrize(
    ("contact", "reachable"),
    [
        (GOOD, True),
        (Contact("agreed", Reach.UNKNOWN, False), True),
        (Contact("agreed", Reach.LANDLINE, False), True),
        (Contact("agreed", Reach.UNREACHABLE, False), False),
        (Contact("agreed", Reach.NOT_ENABLED, False), False),
        (Contact("agreed", Reach.MOBILE, True), False),
        (Contact("asked", Reach.MOBILE, False), False),
        (Contact("declined", Reach.MOBILE, False), False),
        (Contact("no_answer", Reach.MOBILE, False), False),
    ],
)
def test_who_is_protected_by_one_contact(contact: Contact, reachable: bool) -> None:
    found = readiness([contact], LATELY, LATELY, LATELY, NOW)
    assert found.protected is reachable
    assert (Mend.FEW_CONTACTS if reachable else Mend.NO_CONTACT) in found.mends


SECOND = timedelta(seconds=1)


def aged(kept: Kept, at: datetime) -> list[Mend]:
    """What is said where everything else is as it should be."""
    times = {one: at if one is kept else LATELY for one in Kept}
    contact = GOOD._replace(since=times[Kept.CONSENT])
    heard, drilled, reviewed = (times[one] for one in (Kept.PHONE, Kept.DRILL, Kept.PLAN))
    return readiness([contact] * 3, heard, drilled, reviewed, NOW).mends


@pytest.mark.parametrize(("kept", "span", "mend"), DECAY)
def test_everything_grows_old_in_its_own_time(kept: Kept, span: timedelta, mend: Mend) -> None:
    assert mend not in aged(kept, NOW - span)
    assert aged(kept, NOW - span - SECOND) == [mend]


def test_of_one_thing_only_the_worst_is_said() -> None:
    assert aged(Kept.DRILL, NOW - timedelta(days=400)) == [Mend.DRILL_OLD]


def test_age_alone_takes_nobodys_protection() -> None:
    long_ago = NOW - timedelta(days=400)
    contact = GOOD._replace(since=long_ago)
    found = readiness([contact] * 3, long_ago, long_ago, long_ago, NOW)
    assert found.protected
    assert found.mends == [
        Mend.PHONE_SILENT,
        Mend.DRILL_OLD,
        Mend.PLAN_OLD,
        Mend.CONSENT_OLD,
    ]


def test_a_consent_that_is_not_relied_on_does_not_grow_old() -> None:
    old = Contact("agreed", Reach.UNREACHABLE, False, NOW - timedelta(days=400))
    assert mends([GOOD, GOOD, GOOD, old]) == [Mend.UNREACHABLE]


def test_every_mend_is_said_by_a_rule() -> None:
    decaying = {mend for _, _, mend in DECAY}
    assert Mend.NO_PLAN not in decaying
    assert {kept for kept, _, _ in DECAY} == set(Kept)
    for kept in Kept:  # the longest first, or a shorter one would hide it
        spans = [span for one, span, _ in DECAY if one is kept]
        assert spans == sorted(spans, reverse=True)
