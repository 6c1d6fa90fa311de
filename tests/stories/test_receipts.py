"""Receipts arrive late, twice, out of order, and for texts nobody knows: the furthest news wins."""

from itertools import permutations
from uuid import uuid4

import pytest

from tests.support.carrier import status_form
from tests.support.waiting import until
from tests.support.world import World


def delivery(world: World, incident_id: str) -> str:
    return str(world.staff().incident(incident_id)["people"][0]["delivery"])


@pytest.mark.everywhere
def test_a_delivered_text_is_counted_once(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    with ana.phone.socket() as socket:
        for status in ("queued", "sent", "delivered", "delivered", "sent"):
            assert text.receipt(status).status == 204
        socket.pushed(delivered=1)
    progress = ana.phone.progress()
    assert (progress["notified"], progress["delivered"]) == (1, 1)
    kinds = [entry["kind"] for entry in world.staff().timeline(ana.phone.last)]
    assert (kinds.count("sent"), kinds.count("delivered")) == (1, 1)


def test_receipts_in_any_order_end_the_same(world: World) -> None:
    ends = set()
    for order in permutations(["queued", "sent", "delivered"]):
        ana = world.activist()
        ana.phone.press()
        text = world.carrier.expect(ana.contacts[0])
        for status in order:
            text.receipt(status)
        progress = ana.phone.progress()
        ends.add((delivery(world, ana.phone.last), progress["notified"], progress["delivered"]))
    assert ends == {("delivered", 1, 1)}


@pytest.mark.parametrize("order", [("undelivered", "delivered"), ("delivered", "undelivered")])
def test_a_text_that_arrived_after_all_has_arrived(world: World, order: tuple[str, str]) -> None:
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    for status in order:
        text.receipt(status, 30003 if status == "undelivered" else None)
    assert delivery(world, ana.phone.last) == "delivered"
    assert ana.phone.progress()["delivered"] == 1


def test_an_undelivered_text_is_on_the_timeline_with_its_code(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0]).receipt("undelivered", 30003)
    (entry,) = world.staff().timeline(ana.phone.last, "undelivered")
    assert (entry["detail"]["code"], entry["detail"]["contact"]) == (30003, "contact 1")


def test_a_receipt_for_an_unknown_attempt_changes_nothing(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    path = f"/twilio/status?attempt={uuid4()}"
    answer = world.carrier.post(path, status_form(text.sid, text.to, "delivered"))
    assert answer.status == 204
    assert delivery(world, ana.phone.last) == "sent"


@pytest.mark.parametrize("callbacks", ["on", "duplicate", "shuffle", "drop"])
def test_whatever_the_carriers_own_callbacks_do_a_text_goes_out_once(
    world: World, callbacks: str
) -> None:
    world.receipts_come()
    world.carrier.trouble(callbacks=callbacks)
    ana = world.activist(contacts=["Ben", "Grace"])
    ana.phone.press()
    if callbacks != "drop":
        until(lambda: ana.phone.progress()["delivered"] == 2, "both receipts")
    world.forward(minutes=10)
    for one in ana:
        world.carrier.expect(one, "Ana needs help.")
