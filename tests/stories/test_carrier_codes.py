"""What each of the carrier's codes asks for, in a refusal, or in a receipt once it was taken."""

from typing import NamedTuple

import pytest

from server.jobs.relay import Relay
from tests.support.people import Activist
from tests.support.waiting import until
from tests.support.world import World


class Row(NamedTuple):
    """`then`: what the timeline says comes next; nothing where that is the end of it."""

    code: int
    then: tuple[str, ...] = ()


MENDED = [Row(code, ("again",)) for code in (21408, 30034)]
BUSY = [Row(code, ("again", "call")) for code in (30001, 30036, 30008)]
ENDED = [Row(30005), Row(30006, ("call",)), Row(30007, ("plain", "call"))]
HANDSET_OFF = Row(30003, ("again",))

IN_RECEIPTS = [*BUSY, *ENDED, HANDSET_OFF, Row(30034, ("again",))]
REFUSED = [
    *MENDED,
    *BUSY,
    *ENDED,
    HANDSET_OFF,
    Row(21611, ("again", "call")),
    Row(21610, ("call",)),
    *(Row(code, ("call",)) for code in (21211, 21614, 21635)),
]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: str(row.code))
@pytest.mark.everywhere
def test_a_refusal(world: World, row: Row) -> None:
    quiet_ladder(world)
    ana = refused_once(world, row.code)
    world.forward(minutes=3)
    shown(world, ana, "refused", row)
    if "again" in row.then:
        world.carrier.expect(ana.contacts[0], "Ana needs help.", "/t#")
    went_on(world, ana, row)


@pytest.mark.parametrize("row", IN_RECEIPTS, ids=lambda row: str(row.code))
@pytest.mark.everywhere
def test_a_receipt(world: World, row: Row) -> None:
    quiet_ladder(world)
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0], "/t#")
    for status in ("undelivered", "undelivered", "sent"):  # doubled, and late
        text.receipt(status, row.code if status == "undelivered" else None)
    world.forward(minutes=3)
    shown(world, ana, "undelivered", row)
    if "again" in row.then:
        again = world.carrier.expect(ana.contacts[0], "/t#")
        assert again.body == text.body
    went_on(world, ana, row)
    assert ana.phone.progress()["notified"] == 1, "one contact was told, however often"


@pytest.mark.parametrize("code", [21609, 30029, 30030])
def test_what_only_our_own_flags_brought_about_goes_without_them(world: World, code: int) -> None:
    ana = world.activist()
    world.carrier.trouble(code=code)
    ana.phone.press()
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert world.staff().timeline(ana.phone.last, "refused") == []


def test_a_handset_that_is_off_is_tried_until_the_text_is_no_longer_valid(world: World) -> None:
    quiet_ladder(world)
    ana = world.activist()
    ana.phone.press()
    tries = 0
    for _ in range(130):
        for text in world.carrier.unexpected():
            world.carrier.expect(text.to)
            text.receipt("undelivered", 30003)
            tries += 1
        world.forward(minutes=1)
    assert 10 <= tries <= 25, "each of them costs"
    assert delivery(world, ana) == ("undelivered", 30003)
    world.carrier.expect_silence()


def test_a_carrier_without_a_reason_is_tried_twice(world: World) -> None:
    quiet_ladder(world)
    ana = world.activist()
    ana.phone.press()
    for _ in range(2):
        world.carrier.expect(ana.contacts[0], "/t#").receipt("undelivered", 30008)
        world.forward(minutes=3)
    world.carrier.expect_call(ana.contacts[0])
    world.forward(minutes=20)
    world.carrier.expect_silence()
    assert delivery(world, ana) == ("undelivered", 30008)


def test_what_a_filter_caught_twice_is_not_said_a_third_time(world: World) -> None:
    quiet_ladder(world)
    ana = world.activist()
    ana.phone.press()
    first = world.carrier.expect(ana.contacts[0], "/t#")
    first.receipt("undelivered", 30007)
    second = world.carrier.expect(ana.contacts[0], first.code)
    assert "/t#" not in second.body
    second.receipt("undelivered", 30007)
    world.carrier.expect_call(ana.contacts[0])
    world.forward(minutes=20)
    world.carrier.expect_silence()
    assert delivery(world, ana) == ("undelivered", 30007)


def test_an_office_that_does_not_call_is_not_made_to(world: World) -> None:
    quiet_ladder(world, calls=False)
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0]).receipt("undelivered", 30006)
    world.forward(minutes=3)
    world.carrier.expect_silence()
    shown(world, ana, "undelivered", Row(30006))


@pytest.mark.parametrize(("code", "end"), [(None, "delivered"), (30006, "undelivered")])
def test_the_carrier_is_asked_where_no_receipt_comes(
    world: World, code: int | None, end: str
) -> None:
    quiet_ladder(world, calls=False)
    world.receipts_come()
    world.carrier.trouble(callbacks="drop", **({"code": code} if code else {}))
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    until(lambda: world.carrier.sandbox.messages()[0]["status"] == end, "the sandbox")
    world.forward(seconds=59)
    assert delivery(world, ana) == ("sent", None)
    world.forward(seconds=2)
    assert delivery(world, ana) == (end, code)
    assert [one.sid for one in world.carrier.texts()] == [text.sid]


def quiet_ladder(world: World, calls: bool = True) -> None:
    """The office calls, but on this story's own account alone."""
    hours = 3 * 3600
    world.ladder(delivered_s=hours, answer_s=hours, office_s=hours, calls=calls)


def refused_once(world: World, code: int) -> Activist:
    """The first request meets the code, and no other one does."""
    ana = world.activist()
    world.carrier.trouble(code=code, status=400)
    body = ana.phone.press_body()
    ana.phone.last = ana.phone.caller.ask("POST", "/v1/alerts", body).ok()["incident_id"]

    async def one_turn(relay: Relay) -> None:
        await relay.turn()
        await relay.drained()

    world.run(one_turn)
    world.carrier.trouble()
    return ana


def shown(world: World, ana: Activist, kind: str, row: Row) -> None:
    (entry,) = world.staff().timeline(ana.phone.last, kind)
    assert entry["detail"]["code"] == row.code
    assert tuple(entry["detail"].get("then", ())) == row.then


def went_on(world: World, ana: Activist, row: Row) -> None:
    """Everything that the row allows has come, and nothing else."""
    if "plain" in row.then:
        plain = world.carrier.expect(ana.contacts[0], "Ana needs help.")
        assert "/t#" not in plain.body
    if "call" in row.then:
        world.carrier.expect_call(ana.contacts[0])
    world.carrier.expect_silence()
    if not {"again", "plain"} & set(row.then):
        assert delivery(world, ana)[1] == row.code


def delivery(world: World, ana: Activist) -> tuple[str, int | None]:
    person = world.staff().incident(ana.phone.last)["people"][0]
    return person["delivery"], person["error"]
