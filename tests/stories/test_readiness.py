"""Who is not protected today: seen by the office before the bad day, in counts and codes."""

import json
from datetime import timedelta
from typing import Any

import pytest

from server.domain.access import Role
from tests.support import people
from tests.support.enrolment import asked, paired, profile
from tests.support.office import Officer
from tests.support.waiting import until
from tests.support.world import World


def list_of(officer: Officer) -> list[dict[str, Any]]:
    answer = officer.caller.ask("GET", "/v1/readiness").ok()
    return answer["activists"]  # type: ignore[no-any-return]


def mends(officer: Officer) -> list[str]:
    ((one),) = list_of(officer)
    return list(one["mends"])


@pytest.mark.everywhere
def test_an_activist_becomes_ready_step_by_step(world: World) -> None:
    noor = world.staff()
    phone, contacts = asked(world, "Ben", "Grace", "Omar")
    assert mends(noor) == ["no_contact", "waiting", "never_drilled", "no_plan"]
    for one in contacts:
        world.carrier.inbound(one.phone, "1")
        world.carrier.expect(one, "Thank you")
    assert mends(noor) == ["never_drilled", "no_plan"]
    phone.press(drill=True)
    world.carrier.read_all()
    (ready,) = list_of(noor)
    assert ready["mends"] == ["no_plan"]
    ada = world.staff("Ada", role=Role.ADMINISTRATOR)
    ada.caller.ask("PUT", f"/v1/activists/{ready['id']}/plan", {"code_word": "harvest"}).ok()
    (ready,) = list_of(noor)
    assert ready["mends"] == []
    assert ready["protected"]
    assert (ready["name"], ready["office_name"]) == ("Ana", "Dakar office")
    assert ready["contacts"] == {"agreed": 3}
    assert (ready["reachable"], ready["opted_out"], ready["phones"]) == (3, 0, 1)


def test_what_goes_wrong_later_shows(world: World) -> None:
    noor = world.staff()
    phone, (ben, grace) = asked(world, "Ben", "Grace")
    for one in (ben, grace):
        world.carrier.inbound(one.phone, "1")
        world.carrier.expect(one, "Thank you")
    phone.press(drill=True)
    world.carrier.expect(ben).receipt("undelivered", 30005)
    world.carrier.inbound(grace.phone, "STOP")
    world.carrier.read_all()
    (ready,) = list_of(noor)
    assert ready["mends"] == ["no_contact", "unreachable", "opted_out", "no_plan"]
    assert (ready["protected"], ready["reachable"], ready["opted_out"]) == (False, 0, 1)
    world.clock.forward_to(world.clock.now() + timedelta(days=100))
    world.work()
    world.carrier.read_all()
    aged = ["phone_silent", "unreachable", "opted_out", "drill_old", "no_plan"]
    assert mends(noor.sign_in())[1:] == aged


def test_a_phone_that_opens_its_socket_is_heard_of(world: World) -> None:
    noor = world.staff()
    ana = world.activist()
    world.clock.forward_to(world.clock.now() + timedelta(days=8))
    assert "phone_silent" in mends(noor.sign_in())
    with ana.phone.socket():
        until(lambda: "phone_silent" not in mends(noor), "news of the phone")


def test_who_is_not_protected_comes_first(world: World) -> None:
    noor = world.staff()
    world.activist("Ana", contacts=["Ben", "Grace", "Omar"])
    world.activist("Sara", agreed=False)
    assert [one["protected"] for one in list_of(noor)] == [False, True]


def test_no_number_and_no_contacts_name_is_in_it(world: World) -> None:
    noor = world.staff()
    _, contacts = asked(world, "Benedict", "Griselda")
    said = json.dumps(list_of(noor))
    for one in contacts:
        assert one.phone not in said
        assert one.name not in said
        assert one.id not in said


def test_an_office_sees_its_own_and_those_below_and_only_its_own_names(world: World) -> None:
    hub = world.new_office("Hub")
    section = world.new_office("Nord office", under=hub)
    world.activist("Ana", office=section)
    world.activist("Sara")
    (seen,) = list_of(world.staff("Hana", office=hub))
    assert (seen["office_name"], seen["name"], seen["opted_out"]) == ("Nord office", None, None)
    assert [one["name"] for one in list_of(world.staff("Cy", office=section))] == ["Ana"]
    assert [one["name"] for one in list_of(world.staff())] == ["Sara"]
    assert [one["name"] for one in list_of(world.staff(granted=False))] == [None]


def test_it_is_for_staff_alone(world: World) -> None:
    ana = world.activist()
    assert world.caller.ask("GET", "/v1/readiness").status == 401
    assert ana.phone.caller.ask("GET", "/v1/readiness").status == 401


def test_contacts_of_an_earlier_phone_protect_nobody(world: World) -> None:
    """A new phone has a new list: nobody may count who is on none."""
    noor = world.staff()
    phone, (ben,) = asked(world, "Ben")
    world.carrier.inbound(ben.phone, "1")
    world.carrier.expect(ben, "Thank you")
    (grace,) = people.contacts_of("Ana", [["Grace"]], ["en"])
    phone.caller.ask("PUT", "/v1/profile", profile(phone, (grace,))).ok()
    world.carrier.expect(grace, "asks to text you")
    (ready,) = list_of(noor)
    assert (ready["contacts"], ready["protected"]) == ({"asked": 1}, False)


def test_a_second_phone_takes_no_contact_from_the_first(world: World) -> None:
    ana = world.activist(contacts=["Ben"])
    (grace,) = people.contacts_of("Ana", [["Grace"]], ["en"])
    paired(world, (grace,), ana.id)
    world.carrier.expect(grace, "asks to text you")
    assert ana.phone.press().contacts == 1
    world.carrier.expect(ana.contacts[0], "needs help")
