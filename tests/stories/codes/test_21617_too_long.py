"""21617: the text itself is at fault, so neither this number nor another try can help."""

from tests.support import codes
from tests.support.codes import Said
from tests.support.world import World


def test_it_is_tried_once(patient: World) -> None:
    ana = codes.refused(patient, 21617)
    patient.forward(hours=3)
    assert codes.told(patient, ana, "refused") == [Said(21617)]
    assert codes.stands(patient, ana) == ("failed", 21617)
    assert ana.phone.progress()["notified"] == 0
    patient.carrier.expect_silence()
