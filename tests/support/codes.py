"""A first text that meets one of the carrier's codes, and what the office then sees of it."""

from typing import Any, NamedTuple

from server.domain.watch import Condition
from server.jobs.relay import Relay
from tests.support.carrier import Text
from tests.support.people import Activist
from tests.support.waiting import until
from tests.support.watching import Watching
from tests.support.world import World

A_DAY = 24 * 3600  # longer than any story


class Said(NamedTuple):
    """A line of the timeline: the carrier's code, and what comes then."""

    code: int | None
    then: tuple[str, ...] = ()


def let_ladders_wait(world: World, *, calls: bool = True) -> None:
    """Phones ring, but no rung is climbed: what happens is the code's own doing."""
    world.ladder(delivered_s=A_DAY, answer_s=A_DAY, office_s=A_DAY, calls=calls)


def refused(world: World, code: int, **people: Any) -> Activist:
    """The first request meets the code; no other one does, and its remedy waits for the story."""
    ana = world.activist(**people)
    world.carrier.trouble(code=code, status=400)
    body = ana.phone.press_body()
    ana.phone.last = ana.phone.caller.ask("POST", "/v1/alerts", body).ok()["incident_id"]

    async def one_turn(relay: Relay) -> None:
        await relay.turn()
        await relay.drained()

    world.run(one_turn)
    world.carrier.trouble()
    return ana


def goes_without_it(world: World, code: int) -> Watching:
    """It goes out at once without what the code refused, and the operator hears of that."""
    ana = world.activist()
    watching = world.watched()
    world.carrier.trouble(code=code)
    ana.phone.press()
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    world.carrier.trouble()
    assert told(world, ana, "refused") == []
    assert stands(world, ana) == ("sent", None)
    assert watching.look() == {Condition.SETUP_REFUSED}
    assert watching.operator.heard() == ["setup_refused"]
    return watching


def over_without_it(world: World, code: int) -> Text:
    """It has gone out without what the code refused and arrived, which we have not heard yet."""
    world.receipts_come()
    ana = world.activist()
    world.carrier.trouble(code=code, callbacks="drop")
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0], "Ana needs help.")
    sandbox = world.carrier.sandbox
    until(lambda: sandbox.messages()[0]["status"] == "delivered", "the sandbox")
    world.carrier.trouble()
    world.work()
    assert sandbox.copy_of(text.sid) == text.body, "it may yet be needed"
    return text


def told(world: World, ana: Activist, kind: str) -> list[Said]:
    """What the timeline says of her texts, oldest first."""
    details = [entry["detail"] for entry in world.staff().timeline(ana.phone.last, kind)]
    return [Said(one.get("code"), tuple(one.get("then", ()))) for one in details]


def stands(world: World, ana: Activist, place: int = 0) -> tuple[str, int | None]:
    """How a contact's first text stands on the board: its state, and the carrier's last code."""
    person = world.staff().incident(ana.phone.last)["people"][place]
    return person["delivery"], person["error"]
