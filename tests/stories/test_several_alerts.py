"""One contact, several open alerts: the code in the text tells them apart."""

import pytest

from tests.support.people import STOP_CODE, Activist, Contact
from tests.support.world import World


@pytest.fixture
def shared(world: World) -> tuple[Activist, Activist, Contact]:
    """Two activists who have the same contact."""
    ana = world.activist("Ana")
    sara = world.activist("Sara", contacts=[ana.contacts[0]])
    return ana, sara, ana.contacts[0]


@pytest.mark.everywhere
def test_a_bare_digit_is_credited_to_nobody_and_the_codes_are_listed(
    world: World, shared: tuple[Activist, Activist, Contact]
) -> None:
    ana, sara, ben = shared
    ana.phone.press()
    sara.phone.press()
    for_ana = world.carrier.expect(ben, "Ana needs help.")
    for_sara = world.carrier.expect(ben, "Sara needs help.")
    assert for_ana.code != for_sara.code
    for_sara.reply("1")
    world.carrier.expect(
        ben, "Several alerts are open", f"1 {for_ana.code} Ana", f"1 {for_sara.code} Sara"
    )
    assert {ana.phone.progress()["state"], sara.phone.progress()["state"]} == {"open"}
    for_sara.reply(f"1 {for_sara.code}")
    assert ana.phone.progress()["state"] == "open"
    assert sara.phone.progress()["state"] == "acknowledged"


def test_the_code_may_come_first_and_in_small_letters(
    world: World, shared: tuple[Activist, Activist, Contact]
) -> None:
    ana, sara, ben = shared
    ana.phone.press()
    sara.phone.press()
    world.carrier.expect(ben, "Ana needs help.")
    text = world.carrier.expect(ben, "Sara needs help.")
    text.reply(f"{text.code.lower()} 2")
    assert world.staff().incident(sara.phone.last)["declined"] == 1


def test_a_closed_alert_no_longer_confuses(
    world: World, shared: tuple[Activist, Activist, Contact]
) -> None:
    ana, sara, ben = shared
    ana.phone.press()
    sara.phone.press()
    world.carrier.expect(ben, "Ana needs help.")
    text = world.carrier.expect(ben, "Sara needs help.")
    world.staff().close(ana.phone.last)
    world.carrier.expect(ben, "Ana", "confirmed by the office")
    text.reply("1")
    assert sara.phone.progress()["state"] == "acknowledged"


def test_an_alert_the_contact_was_not_told_of_is_not_named_to_them(
    world: World, shared: tuple[Activist, Activist, Contact]
) -> None:
    """A countdown that may yet be cancelled is nobody's business."""
    ana, sara, ben = shared
    ana.phone.press(countdown=20)
    sara.phone.press()
    world.carrier.expect(ben, "Sara needs help.").reply("1")
    world.carrier.expect_silence()
    assert sara.phone.progress()["state"] == "acknowledged"
    assert ana.phone.progress()["state"] == "pending"
    ana.phone.stop(STOP_CODE)


def test_codes_of_alerts_open_to_one_contact_differ(world: World) -> None:
    ana = world.activist("Ana")
    ben = ana.contacts[0]
    others = [world.activist(f"Sara {n}", contacts=[ben]) for n in range(8)]
    for one in (ana, *others):
        one.phone.press()
    texts = [world.carrier.expect(ben, f"{one.name} needs help.") for one in (ana, *others)]
    assert len({text.code for text in texts}) == len(texts)
