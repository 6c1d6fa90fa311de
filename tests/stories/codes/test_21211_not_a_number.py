"""21211: the carrier takes it for no number: no more texts there, a call, and the office knows."""

from tests.support import codes
from tests.support.codes import Said
from tests.support.world import World


def test_one_text_is_tried_and_one_call_and_the_board_says_why(patient: World) -> None:
    ana = codes.refused(patient, 21211)
    watching = patient.watched()
    assert patient.carrier.expect_call(ana.contacts[0]).receipt("failed").status == 204
    assert codes.told(patient, ana, "refused") == [Said(21211, ("call",))]
    assert codes.told(patient, ana, "undelivered") == [Said(None)]
    assert codes.stands(patient, ana) == ("failed", 21211)
    assert ana.phone.progress()["notified"] == 0
    assert watching.look() == set()
    patient.forward(hours=3)
    patient.carrier.expect_silence()


def test_the_other_contacts_are_texted_all_the_same(patient: World) -> None:
    ana = codes.refused(patient, 21211, contacts=["Ben"])
    sara = patient.activist("Sara", contacts=[ana.contacts[0], "Grace"])
    patient.carrier.expect_call(ana.contacts[0], "Ana")
    sara.phone.press()
    for one in sara:
        patient.carrier.expect(one, "Sara needs help.")
