"""Who counts as protected, and what is said to be mended first."""

from datetime import UTC, datetime, timedelta

import pytest

from server.domain.reach import Reach
from server.domain.readiness import Contact, Mend, readiness

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATELY = NOW - timedelta(days=2)
GOOD = Contact("agreed", Reach.MOBILE, False)


def mends(contacts: list[Contact], heard: datetime | None = LATELY) -> list[Mend]:
    return readiness(contacts, heard, LATELY, NOW).mends


def test_three_contacts_a_phone_and_a_drill_are_enough() -> None:
    assert readiness([GOOD] * 3, LATELY, LATELY, NOW) == (True, 3, [])


def test_with_nothing_at_all_the_phone_comes_first() -> None:
    found = readiness([], None, None, NOW)
    assert found == (False, 0, [Mend.NO_PHONE, Mend.NO_CONTACT, Mend.NEVER_DRILLED])


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
    found = readiness([contact], LATELY, LATELY, NOW)
    assert found.protected is reachable
    assert (Mend.FEW_CONTACTS if reachable else Mend.NO_CONTACT) in found.mends


def test_a_phone_is_silent_and_a_drill_old_after_their_time() -> None:
    week, quarter = timedelta(days=7), timedelta(days=90)
    assert readiness([GOOD] * 3, NOW - week, NOW - quarter, NOW).mends == []
    older = timedelta(seconds=1)
    found = readiness([GOOD] * 3, NOW - week - older, NOW - quarter - older, NOW)
    assert found == (True, 3, [Mend.PHONE_SILENT, Mend.DRILL_OLD])
