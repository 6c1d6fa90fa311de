"""A night on which everything is delivered and nobody answers; and two arrests in one minute."""

import pytest

from tests.support.duty import FIRST, HUB, SECOND, paged
from tests.support.people import Activist, Contact
from tests.support.world import World

WHY = ("opted_out", "undelivered", "answered", "calling", "next_ring", "duty_paged")


@pytest.mark.everywhere
def test_nobody_answers_so_calls_and_duty_phones_ring_in_the_order_of_the_ladders(
    world: World,
) -> None:
    hub = world.new_office("Hub")
    coast = world.new_office("Coast office", under=hub)
    world.ladder(coast)
    world.duty_phones(FIRST, SECOND, office=coast)
    world.duty_phones(HUB, office=hub)
    noor = world.staff(office=coast)
    ana = world.activist(rings=[["Ben", "Grace", "Oscar", "Leila"], ["Dina"]], office=coast)
    ben, grace, oscar, leila, dina = ana

    ana.phone.press()
    for asleep in (ben, grace):
        world.carrier.expect(asleep, "Ana needs help.").receipt("delivered")
    paged(world, FIRST, "no board of Coast office is open")
    world.carrier.inbound(grace.phone, "STOP")
    world.carrier.expect(leila, "Ana needs help.").receipt("delivered")
    world.carrier.inbound(leila.phone, "2")
    world.carrier.expect(leila, "noted, you cannot act")
    world.carrier.expect(oscar, "Ana needs help.").receipt("undelivered", 30006)
    world.forward(seconds=2)
    world.carrier.expect_call(oscar, "Ana needs help.").receipt("no-answer")
    world.forward(seconds=56)
    world.carrier.expect_silence()

    world.forward(seconds=4)
    paged(world, SECOND, "no board of Coast office is open")
    world.forward(seconds=26)
    world.carrier.expect_silence()

    world.forward(seconds=5)
    for silent in (ben, oscar):
        world.carrier.expect_call(silent, "Ana needs help.").receipt("no-answer")
    world.carrier.expect(dina, "Ana needs help.").receipt("delivered")
    world.carrier.expect_silence()

    world.forward(seconds=30)
    paged(world, HUB, "no board of Coast office is open")
    world.forward(seconds=30)
    for silent in (ben, oscar):
        world.carrier.expect_call(silent, "Ana needs help.").receipt("no-answer")
    world.carrier.expect_silence()

    world.forward(seconds=30)
    world.carrier.expect_call(dina, "Ana needs help.").press("1")
    world.carrier.expect(ben, "Dina is acting.")
    world.carrier.expect(oscar, "Dina is acting.")

    assert told_why(noor.timeline(ana.phone.last, *WHY)) == [
        ("duty_paged", None, "no_board"),
        ("opted_out", "Grace", None),
        ("answered", "Leila", "cannot"),
        ("undelivered", "Oscar", ["call"]),
        ("undelivered", "Oscar", None),
        ("duty_paged", None, "no_board"),
        ("calling", "Ben", "no_answer"),
        ("calling", "Oscar", "no_answer"),
        ("next_ring", None, 2),
        ("undelivered", "Ben", None),
        ("undelivered", "Oscar", None),
        ("duty_paged", None, "no_board"),
        ("calling", "Ben", "no_answer"),
        ("calling", "Oscar", "no_answer"),
        ("undelivered", "Ben", None),
        ("undelivered", "Oscar", None),
        ("calling", "Dina", "no_answer"),
        ("answered", "Dina", "acting"),
    ]
    assert noor.incident(ana.phone.last)["unanswered"], "a contact's 1 lets no office sleep"
    world.forward(minutes=3, seconds=50)
    world.carrier.expect_silence()
    world.forward(seconds=30)
    paged(world, FIRST)
    noor.take(ana.phone.last)
    world.carrier.read_all()
    world.forward(hours=3)
    world.carrier.expect_silence()


def told_why(entries: list[dict[str, object]]) -> list[tuple[object, object, object]]:
    """What happened, to whom, and why."""
    said = []
    for entry in entries:
        detail = entry["detail"]
        assert isinstance(detail, dict)
        why = (detail.get(name) for name in ("answer", "reason", "ring", "then"))
        said.append((entry["kind"], detail.get("name"), next(filter(None, why), None)))
    return said


# One contact, two activists arrested in the same minute


@pytest.fixture
def both(world: World) -> tuple[Activist, Activist, Contact]:
    world.ladder()
    ana = world.activist("Ana")
    sara = world.activist("Sara", contacts=[ana.contacts[0]])
    ana.phone.press()
    sara.phone.press()
    return ana, sara, ana.contacts[0]


def states(*activists: Activist) -> list[str]:
    return [one.phone.progress()["state"] for one in activists]


@pytest.mark.everywhere
def test_no_answer_is_credited_to_the_wrong_alert(
    world: World, both: tuple[Activist, Activist, Contact]
) -> None:
    ana, sara, ben = both
    for_ana = world.carrier.expect(ben, "Ana needs help.")
    for_sara = world.carrier.expect(ben, "Sara needs help.")
    for text in (for_ana, for_sara):
        text.receipt("delivered")
    world.carrier.inbound(ben.phone, "1")
    world.carrier.expect(ben, f"1 {for_ana.code} Ana", f"1 {for_sara.code} Sara")
    assert states(ana, sara) == ["open", "open"]
    world.forward(seconds=92)
    world.carrier.expect_call(ben, "Ana needs help.")
    world.carrier.expect_call(ben, "Sara needs help.").press("1")
    assert states(ana, sara) == ["open", "acknowledged"]
    world.carrier.inbound(ben.phone, f"2 {for_ana.code}")
    world.carrier.expect(ben, f"{for_ana.code}: noted, you cannot act.")
    assert states(ana, sara) == ["open", "acknowledged"]
    noor = world.staff()
    assert noor.incident(ana.phone.last)["all_declined"]
    assert noor.incident(sara.phone.last)["acting"] == 1


def test_a_code_that_fits_no_alert_is_credited_to_none_and_the_codes_are_listed(
    world: World, both: tuple[Activist, Activist, Contact]
) -> None:
    ana, sara, ben = both
    for_ana = world.carrier.expect(ben, "Ana needs help.")
    for_sara = world.carrier.expect(ben, "Sara needs help.")
    world.carrier.inbound(ben.phone, f"1 {another_code(for_ana.code, for_sara.code)}")
    world.carrier.expect(ben, f"1 {for_ana.code} Ana", f"1 {for_sara.code} Sara")
    assert states(ana, sara) == ["open", "open"]


def test_the_code_of_an_alert_that_has_ended_is_not_credited_to_the_one_that_is_open(
    world: World, both: tuple[Activist, Activist, Contact]
) -> None:
    ana, sara, ben = both
    for_ana = world.carrier.expect(ben, "Ana needs help.")
    world.carrier.expect(ben, "Sara needs help.")
    world.staff().close(ana.phone.last)
    world.carrier.expect(ben, "Ana", "confirmed by the office")
    world.carrier.inbound(ben.phone, f"1 {for_ana.code}")
    world.carrier.expect(ben, "Not understood. Reply 1 if you act")
    assert states(ana, sara) == ["closed", "open"]
    world.carrier.inbound(ben.phone, "1")
    world.carrier.expect(ben, "noted, you are acting.")
    assert states(ana, sara) == ["closed", "acknowledged"]


def another_code(*codes: str) -> str:
    return next(code for code in ("B2B", "C2C", "D2D") if code not in codes)
