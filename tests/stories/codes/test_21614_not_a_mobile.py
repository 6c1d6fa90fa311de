"""21614: a number that takes no texts is called at once, and a key there is an answer."""

import pytest

from tests.support import codes
from tests.support.codes import Said
from tests.support.world import World


@pytest.mark.everywhere
def test_the_call_alone_reaches_them_and_counts(patient: World) -> None:
    ana = codes.refused(patient, 21614)
    assert codes.told(patient, ana, "refused") == [Said(21614, ("call",))]
    assert codes.stands(patient, ana) == ("failed", 21614)
    patient.carrier.expect_call(ana.contacts[0], "Ana needs help.").press("1")
    assert ana.phone.progress()["acknowledged"] == 1
    patient.forward(hours=3)
    patient.carrier.expect_silence()
