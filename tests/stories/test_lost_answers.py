"""The carrier's answer was lost: proven by a receipt, by the list, or the text is sent again."""

import asyncio

import pytest

from server.db import Transaction
from server.domain.delivery import RECONCILE_AFTER
from server.jobs.relay import Relay
from server.services import questions, settlements
from tests.support.world import World


@pytest.mark.parametrize("proof", ["receipt", "list"])
def test_the_second_text_follows_a_first_one_that_was_proven(world: World, proof: str) -> None:
    ana = world.activist(contacts=["Huda"], languages=["ar"])
    world.carrier.trouble(accept_then_reset_rate=1)
    ana.phone.press()
    world.carrier.trouble()
    text = world.carrier.expect(ana.contacts[0])
    if proof == "receipt":
        text.receipt("sent")
    world.forward(seconds=10)
    world.carrier.expect(ana.contacts[0], "/t#")


def test_a_receipt_of_the_first_try_is_not_undone_by_the_second_one(world: World) -> None:
    """Two tries at one text: the first arrives late, while the second is still being refused."""
    ana = world.activist()
    world.carrier.trouble(accept_then_reset_rate=1)
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])

    async def second_try(relay: Relay) -> None:
        def send_again(tx: Transaction) -> None:
            (attempt,) = questions.lapsed(tx, world.clock.now())
            settlements.requeue(tx, attempt, world.clock.now())

        world.database.write(send_again)
        await relay.turn()
        await asyncio.to_thread(delivered)
        await relay.drained()

    def delivered() -> None:
        world.carrier.receipt(text.sid, text.to, "delivered", working=False)

    world.clock.forward_to(world.clock.now() + RECONCILE_AFTER * 2)
    world.carrier.trouble(code=20429, latency_ms=300)
    world.run(second_try)
    world.carrier.trouble()
    world.forward(minutes=5)
    assert ana.phone.progress()["delivered"] == 1
    world.carrier.expect_silence()


@pytest.mark.everywhere
@pytest.mark.parametrize("taken", [True, False])
def test_a_relay_that_dies_between_claim_and_settling(world: World, taken: bool) -> None:
    """The new one asks what became of it, and sends again only what nobody can prove."""
    ana = world.activist()
    fault = {"accept_then_reset_rate": 1, "latency_ms": 60_000} if taken else {"hang_rate": 1}
    world.carrier.trouble(**fault)
    ana.phone.press_body()
    body = ana.phone.press_body()
    ana.phone.last = ana.phone.caller.ask("POST", "/v1/alerts", body).ok()["incident_id"]

    async def dies(relay: Relay) -> None:
        await relay.turn()
        await asyncio.sleep(0.2)  # the request is at the carrier
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    world.run(dies)
    world.carrier.trouble()
    world.start_relay()
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    world.forward(minutes=5)
    world.carrier.expect_silence()
    assert ana.phone.progress()["notified"] == 1


def test_a_text_whose_first_news_is_bad_was_taken_all_the_same(world: World) -> None:
    """Its answer and its first receipt are lost: the phone counts it once, with its next try."""
    ana = world.activist()
    world.carrier.trouble(accept_then_reset_rate=1)
    ana.phone.press()
    world.carrier.trouble()
    world.carrier.expect(ana.contacts[0]).receipt("undelivered", 30003)
    assert ana.phone.progress()["notified"] == 1
    world.forward(minutes=3)
    world.carrier.read_all()
    assert ana.phone.progress()["notified"] == 1
    kinds = [entry["kind"] for entry in world.staff().timeline(ana.phone.last)]
    assert kinds.index("sent") < kinds.index("undelivered")
