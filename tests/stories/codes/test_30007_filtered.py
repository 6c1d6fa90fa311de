"""30007: a filter caught it: never the same words again, once without the link, and a call."""

import pytest

from tests.support import codes
from tests.support.codes import Said
from tests.support.world import World


@pytest.mark.everywhere
def test_it_is_said_once_more_without_the_link_and_then_no_third_time(patient: World) -> None:
    ana = patient.activist()
    ana.phone.press()
    first = patient.carrier.expect(ana.contacts[0], "/t#")
    first.receipt("undelivered", 30007)
    second = patient.carrier.expect(ana.contacts[0], "Ana needs help.", first.code)
    assert "/t#" not in second.body
    patient.carrier.expect_call(ana.contacts[0])
    second.receipt("undelivered", 30007)
    patient.forward(hours=3)
    patient.carrier.expect_silence()
    assert codes.told(patient, ana, "undelivered")[0] == Said(30007, ("plain", "call"))
    assert codes.stands(patient, ana) == ("undelivered", 30007)
    bodies = [text.body for text in patient.carrier.texts()]
    assert len(set(bodies)) == len(bodies)


def test_where_the_link_came_in_a_text_of_its_own_the_other_words_say_more(
    patient: World,
) -> None:
    """A script that costs double leaves the link and the battery to a second text."""
    ana = patient.activist(contacts=["Huda"], languages=["ar"])
    ana.phone.press()
    first = patient.carrier.expect(ana.contacts[0], "Ana")
    assert "18%" not in first.body
    first.receipt("undelivered", 30007)
    patient.carrier.expect(ana.contacts[0], "Ana", "18%")
    patient.carrier.expect_call(ana.contacts[0])
    patient.forward(seconds=3)
    patient.carrier.expect(ana.contacts[0], "/t#")
    patient.forward(hours=3)
    patient.carrier.expect_silence()
