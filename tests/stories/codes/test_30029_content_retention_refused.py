"""30029: the account cannot discard texts: this one goes without the flag, at once, and its words
are deleted there once it is over.
"""

import pytest

from server.domain.watch import Condition
from tests.support import codes
from tests.support.world import A_WEEK, World


def test_the_next_text_does_not_ask_for_it_again_and_the_alarm_is_the_same(
    patient: World,
) -> None:
    watching = codes.goes_without_it(patient, 30029)
    patient.forward(minutes=16)
    assert watching.look() == set(), "nothing was sent for a while"
    sara = patient.activist("Sara")
    sara.phone.press()
    patient.carrier.expect(sara.contacts[0], "Sara needs help.")
    assert watching.look() == {Condition.SETUP_REFUSED}


@pytest.mark.everywhere
def test_its_words_are_deleted_at_the_carrier_and_nowhere_else(patient: World) -> None:
    text = codes.over_without_it(patient, 30029)
    text.receipt("delivered")
    assert patient.carrier.sandbox.copy_of(text.sid) == ""
    assert [one.body for one in patient.carrier.texts()] == [text.body], "on the contact's phone"


def test_a_text_whose_end_nobody_tells_is_deleted_when_it_is_no_longer_valid(
    patient: World,
) -> None:
    text = codes.over_without_it(patient, 30029)
    patient.carrier.trouble(status=500)  # the carrier cannot be asked what became of it either
    patient.forward(hours=2)
    assert patient.carrier.sandbox.copy_of(text.sid) == text.body
    patient.carrier.trouble()
    patient.forward(hours=3)
    assert patient.carrier.sandbox.copy_of(text.sid) == ""


def test_a_text_that_was_taken_with_the_flag_is_left_alone(patient: World) -> None:
    patient.receipts_come()
    ana = patient.activist()
    ana.phone.press()
    text = patient.carrier.expect(ana.contacts[0])
    text.receipt("delivered")
    patient.forward(hours=3)
    assert patient.carrier.sandbox.copy_of(text.sid) == text.body, "to discard it is the carrier's"


def test_what_the_carrier_does_not_delete_for_a_day_is_the_operators(world: World) -> None:
    world.ladder(delivered_s=A_WEEK, answer_s=A_WEEK, office_s=A_WEEK, calls=False)
    text = codes.over_without_it(world, 30029)
    watching = world.watched()
    world.carrier.trouble(status=500)
    text.receipt("delivered")
    world.forward(hours=23)
    assert watching.look() == set()
    world.forward(hours=1, minutes=1)
    assert watching.look() == {Condition.TEXTS_KEPT}
    assert watching.operator.heard() == ["texts_kept"]
    world.carrier.trouble()
    world.forward(minutes=16)
    assert watching.look() == set(), "said once"
    assert world.carrier.sandbox.copy_of(text.sid) == text.body, "it was given up"
