"""The countdown is the server's: nothing more is needed from the phone."""

import pytest

from tests.support.world import World


@pytest.mark.everywhere
def test_the_text_goes_out_at_its_end_with_the_phone_gone(world: World) -> None:
    ana = world.activist()
    pressed = ana.phone.press(countdown=15)
    ana.phone.caller.close()
    world.forward(seconds=14.9)
    world.carrier.expect_silence()
    assert world.staff().incident(pressed.incident_id)["state"] == "pending"
    world.forward(seconds=0.2)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert ana.phone.progress()["state"] == "open"


def test_it_goes_on_in_a_server_and_relay_started_anew(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=15)
    world.forward(seconds=5)
    world.start_server()
    world.start_relay()
    world.forward(seconds=11)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")


def test_an_alert_the_office_took_in_the_countdown_is_acknowledged_at_its_end(
    world: World,
) -> None:
    ana = world.activist()
    pressed = ana.phone.press(countdown=10)
    world.staff().take(pressed.incident_id)
    assert ana.phone.progress()["state"] == "pending"
    assert ana.phone.progress()["office"] is True
    world.forward(seconds=11)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert ana.phone.progress()["state"] == "acknowledged"
