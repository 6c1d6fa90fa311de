"""The doors to an office's ladder and duty phones: administrators of that office alone."""

import pytest

from server.domain.access import Role
from server.services import audit
from tests.support.office import Officer
from tests.support.world import World

WAITS = {
    "delivered_s": 20,
    "answer_s": 45,
    "call_again_s": 30,
    "office_s": 15,
    "lead_s": 900,
    "lead_answer_s": 300,
    "calls": True,
}
ROTA = {"phones": [{"phone": "+12025550111", "language": "fr"}]}


@pytest.fixture
def noor(world: World) -> Officer:
    return world.staff(role=Role.ADMINISTRATOR)


@pytest.mark.parametrize(("what", "body"), [("ladder", WAITS), ("duty", ROTA)])
def test_an_administrator_sets_it_and_the_audit_log_says_who(
    world: World, noor: Officer, what: str, body: object
) -> None:
    path = f"/v1/offices/{world.office.id}/{what}"
    assert noor.caller.ask("PUT", path, body).ok() == body
    assert noor.caller.ask("GET", path).ok() == body
    with world.database.read() as tx:
        last = audit.rows_of(tx)[-1]
    assert (last.actor, last.subject) == (noor.id, world.office.id)


def test_the_ladder_of_one_activist(world: World, noor: Officer) -> None:
    ana = world.activist(rings=[["Ben"], ["Grace"]])
    quiet, path = WAITS | {"calls": False}, f"/v1/activists/{ana.id}/ladder"
    office = noor.caller.ask("GET", path).ok()
    noor.caller.ask("PUT", path, WAITS).ok()
    assert noor.caller.ask("DELETE", path).ok() == office
    noor.caller.ask("PUT", path, quiet).ok()
    assert noor.caller.ask("GET", path).ok() == quiet
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    world.forward(seconds=46)
    world.carrier.expect(ana.contacts[1])


@pytest.mark.parametrize(("what", "body"), [("ladder", WAITS), ("duty", ROTA)])
def test_nobody_else_sees_or_sets_it(world: World, what: str, body: object) -> None:
    responder, path = world.staff(), f"/v1/offices/{world.office.id}/{what}"
    stranger = world.staff(office=world.new_office("Praia"), role=Role.ADMINISTRATOR)
    for method, sent in (("GET", None), ("PUT", body)):
        assert responder.caller.ask(method, path, sent).status == 403
        assert stranger.caller.ask(method, path, sent).status == 404
        assert world.caller.ask(method, path, sent).status == 401
    for strange in (world.activist().id, "nobody"):
        own = f"/v1/activists/{strange}/ladder"
        for method, sent in (("GET", None), ("PUT", WAITS), ("DELETE", None)):
            assert stranger.caller.ask(method, own, sent).status == 404
            assert responder.caller.ask(method, own, sent).status == 403


@pytest.mark.parametrize(
    "wrong", [{"answer_s": 9}, {"call_again_s": 151}, {"lead_s": 59}, {"calls": 1}]
)
def test_waits_that_reach_nobody_are_refused(world: World, noor: Officer, wrong: object) -> None:
    assert isinstance(wrong, dict)
    path = f"/v1/offices/{world.office.id}/ladder"
    assert noor.caller.ask("PUT", path, WAITS | wrong).status == 422
