"""What the carrier says of a number is known before the bad day, without keeping the number."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from server.services import rows
from server.tables import Consent
from tests.support import people
from tests.support.enrolment import asked, paired, standing
from tests.support.phone import Phone
from tests.support.ways import is_by_phone, with_office_phone
from tests.support.world import World

_consent = rows.table(Consent)


def reaches(phone: Phone) -> list[str]:
    return [one["reach"] for one in standing(phone)]


def test_a_landline_is_known_from_the_carrier_and_shown(world: World) -> None:
    ben, grace = people.contacts_of("Ana", [["Ben", "Grace"]], ["en"])
    world.carrier.trouble(landlines=[grace.phone])
    phone = paired(world, (ben, grace))
    world.carrier.read_all()
    assert reaches(phone) == ["mobile", "landline"]


@pytest.mark.everywhere
def test_a_receipt_of_the_invitation_tells_of_the_line(world: World) -> None:
    contacts = people.contacts_of("Ana", [["Ben", "Grace", "Omar"]], ["en"])
    phone = paired(world, contacts)
    ben, grace, omar = (world.carrier.expect(one, "asks to text you") for one in contacts)
    ben.receipt("undelivered", 30006)
    grace.receipt("undelivered", 30005)
    omar.receipt("undelivered", 30003)  # off for now: that says nothing of the line
    assert reaches(phone) == ["landline", "unreachable", "mobile"]
    assert [one["reachable"] for one in standing(phone)] == [False, False, False]


def test_a_reminder_that_arrives_mends_what_the_invitation_showed(world: World) -> None:
    contacts = people.contacts_of("Ana", [["Ben"]], ["en"])
    phone = paired(world, contacts)
    world.carrier.expect(contacts[0]).receipt("undelivered", 30005)
    assert reaches(phone) == ["unreachable"]
    world.forward(days=3, seconds=1)
    world.carrier.expect(contacts[0], "hopes for your answer").receipt("delivered")
    assert reaches(phone) == ["mobile"]


def test_who_answers_by_text_takes_texts_whatever_the_carrier_calls_the_line(world: World) -> None:
    (ben,) = people.contacts_of("Ana", [["Ben"]], ["en"])
    world.carrier.trouble(landlines=[ben.phone])
    phone = paired(world, (ben,))
    world.carrier.expect(ben, "asks to text you").reply("1")
    world.carrier.expect(ben, "Thank you")
    assert reaches(phone) == ["mobile"]


def test_a_country_that_is_not_enabled_shows_at_the_invitation(world: World) -> None:
    (ben,) = people.contacts_of("Ana", [["Ben"]], ["en"])
    world.carrier.trouble(code=21408)
    phone = paired(world, (ben,))
    assert reaches(phone) == ["not_enabled"]
    world.carrier.trouble()
    world.forward(minutes=2)
    world.carrier.expect(ben, "asks to text you").receipt("delivered")
    assert reaches(phone) == ["mobile"]


def test_a_country_that_another_way_reaches_is_no_trouble(world: World) -> None:
    with_office_phone(world)
    (ben,) = people.contacts_of("Ana", [["Ben"]], ["en"])
    world.carrier.trouble(code=21408)
    phone = paired(world, (ben,))
    assert is_by_phone(world, world.carrier.expect(ben, "asks to text you"))
    assert reaches(phone) == ["mobile"]


def test_an_agreed_landline_is_called(world: World) -> None:
    world.ladder(calls=True)
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0], "needs help").receipt("undelivered", 30006)
    world.carrier.expect_call(ana.contacts[0], "Ana")
    assert (reaches(ana.phone), standing(ana.phone)[0]["reachable"]) == (["landline"], True)


def test_what_only_looks_like_a_number_is_never_looked_up(world: World) -> None:
    (ben,) = people.contacts_of("Ana", [["Ben"]], ["en"])
    short = replace(ben, phone="+336399800")
    phone = paired(world, (short,))
    world.carrier.read_all()
    assert reaches(phone) == ["unreachable"]


@pytest.mark.everywhere
def test_a_number_that_the_carrier_silences_is_opted_out_from_then_on(world: World) -> None:
    """Its STOP went to the carrier alone: by the invitation it is known before the bad day."""
    (ben,) = people.contacts_of("Ana", [["Ben"]], ["en"])
    world.carrier.trouble(code=21610)
    phone = paired(world, (ben,))
    world.carrier.trouble()
    assert standing(phone)[0]["opted_out"]
    world.forward(days=4)
    world.carrier.expect_silence()


def test_an_alert_that_the_carrier_silences_is_the_last_to_that_number(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Grace"])
    world.carrier.trouble(code=21610)
    assert ana.phone.press().contacts == 2
    world.carrier.trouble()
    assert [one["opted_out"] for one in standing(ana.phone)] == [True, True]
    other = world.activist("Sara", contacts=[ana.contacts[0]])
    assert other.phone.press().contacts == 0
    world.carrier.inbound(ana.contacts[0].phone, "START")
    world.carrier.expect(ana.contacts[0], "Ana needs help")
    assert [one["opted_out"] for one in standing(ana.phone)] == [False, True]


def test_an_alert_that_fails_for_good_shows_and_a_drill_that_arrives_mends_it(
    world: World,
) -> None:
    ana = world.activist()
    noor = world.staff()
    pressed = ana.phone.press()
    world.carrier.expect(ana.contacts[0], "needs help").receipt("undelivered", 30005)
    assert (reaches(ana.phone), standing(ana.phone)[0]["reachable"]) == (["unreachable"], False)
    noor.close(pressed.incident_id)
    world.carrier.read_all()
    ana.phone.press(drill=True)
    world.carrier.expect(ana.contacts[0]).receipt("delivered")
    world.carrier.read_all()
    assert (reaches(ana.phone), standing(ana.phone)[0]["reachable"]) == (["mobile"], True)


def test_a_reach_is_no_number(world: World) -> None:
    """What stays of a number once its invitation ended is a word."""
    phone, (ben,) = asked(world, "Ben")
    world.carrier.inbound(ben.phone, "2")
    world.carrier.expect(ben, "Noted")
    with world.database.read() as tx:
        (row,) = tx.execute(select(_consent)).all()
    assert (row.state, row.reach) == ("declined", "mobile")
    assert (row.number_mac, row.sealed, row.delivery_id) == (None, None, None)
    assert phone.press().contacts == 0
