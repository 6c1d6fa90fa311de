"""21408: the account may not text that country, and the alarm comes before the bad day."""

from base64 import urlsafe_b64encode

from server.domain.watch import Condition
from shared import crypto, wire
from tests.support import codes, people
from tests.support.people import Activist
from tests.support.world import World


def asks(world: World, ana: Activist, *names: str) -> tuple[people.Contact, ...]:
    """Ana puts these contacts on her phone; the server asks them whether they agree."""
    contacts = people.contacts_of(ana.name, [names], ["en"])
    padded = wire.pad(wire.encode(people.bundle(ana.name, contacts)), wire.BUNDLE_SIZE)
    sealed = crypto.seal(crypto.dispatch_pair(ana.phone.token).public, padded)
    bundle = urlsafe_b64encode(sealed).rstrip(b"=").decode()
    body = {"bundle": bundle, "office_copy": bundle}
    ana.phone.caller.ask("PUT", "/v1/profile", body).ok()
    world.work()
    return contacts


def test_an_invitation_sounds_the_alarm_at_enrolment(patient: World) -> None:
    watching = patient.watched()
    ana, sara = patient.activist("Ana"), patient.activist("Sara")
    (grace,) = asks(patient, sara, "Grace")
    patient.carrier.expect(grace, "Sara (Dakar office) asks")
    patient.carrier.trouble(code=21408)
    (oscar,) = asks(patient, ana, "Oscar")
    assert watching.look() == {Condition.SETUP_REFUSED}, "though Grace's country is enabled"
    assert watching.operator.heard() == ["setup_refused"]
    patient.carrier.trouble()
    patient.forward(minutes=1)
    patient.carrier.expect(oscar, "Ana (Dakar office) asks")
    assert watching.look() == set()


def test_an_alert_is_tried_on_until_the_country_is_enabled(patient: World) -> None:
    ana = patient.activist()
    patient.carrier.trouble(code=21408)
    ana.phone.press()
    patient.forward(minutes=5)
    assert set(codes.told(patient, ana, "refused")) == {codes.Said(21408, ("again",))}
    patient.carrier.trouble()
    patient.forward(minutes=1, seconds=15)
    patient.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert codes.stands(patient, ana) == ("sent", None)
