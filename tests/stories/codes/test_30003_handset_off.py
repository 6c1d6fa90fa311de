"""30003: the phone is off: the text waits for it, and whoever comes next is told now."""

import pytest

from tests.support import codes
from tests.support.codes import Said
from tests.support.world import World


@pytest.mark.everywhere
def test_the_next_ring_is_told_now_and_the_text_is_tried_again(patient: World) -> None:
    ana = patient.activist(rings=[["Ben"], ["Grace"]])
    ben, grace = ana
    ana.phone.press()
    text = patient.carrier.expect(ben, "/t#")
    for status in ("undelivered", "undelivered", "sent"):  # doubled, and late
        text.receipt(status, 30003 if status == "undelivered" else None)
    patient.carrier.expect(grace, "Ana needs help.").receipt("delivered")
    patient.carrier.expect_silence()
    assert codes.told(patient, ana, "undelivered") == [Said(30003, ("again",))]
    (entry,) = patient.staff().timeline(ana.phone.last, "next_ring")
    assert entry["detail"]["ring"] == 2
    patient.forward(seconds=40)
    again = patient.carrier.expect(ben)
    assert again.body == text.body
    again.receipt("undelivered", 30003)
    patient.carrier.expect_silence()


def test_one_phone_that_is_off_brings_one_ring_and_not_all_of_them(patient: World) -> None:
    ana = patient.activist(rings=[["Ben", "Oscar"], ["Grace"], ["Ilse"]])
    ben, oscar, grace, ilse = ana
    ana.phone.press()
    texts = [patient.carrier.expect(one) for one in (ben, oscar)]
    for text in texts:
        text.receipt("undelivered", 30003)
    patient.carrier.expect(grace).receipt("undelivered", 30003)
    patient.carrier.expect(ilse, "Ana needs help.").receipt("delivered")
    patient.carrier.expect_silence()


def test_where_somebody_acts_nobody_else_is_disturbed(patient: World) -> None:
    ana = patient.activist(rings=[["Ben", "Oscar"], ["Grace"]])
    ben, oscar, grace = ana
    ana.phone.press()
    text = patient.carrier.expect(ben)
    patient.carrier.expect(oscar).reply("1")
    patient.carrier.expect(ben, "Oscar is acting")
    text.receipt("undelivered", 30003)
    patient.carrier.expect_silence()
    assert [one.to for one in patient.carrier.texts() if one.to == grace.phone] == []


def test_it_is_tried_until_it_is_no_longer_valid(patient: World) -> None:
    ana = patient.activist()
    ana.phone.press()
    tries = 0
    for _ in range(130):
        for text in patient.carrier.unexpected():
            patient.carrier.expect(text.to)
            text.receipt("undelivered", 30003)
            tries += 1
        patient.forward(minutes=1)
    assert 10 <= tries <= 25, "each of them costs"
    assert codes.stands(patient, ana) == ("undelivered", 30003)
    patient.carrier.expect_silence()
