"""The contact's page behind the link: who, where, how sure, who acts, and two buttons."""

import pytest

from tests.support.contact_page import page_keys
from tests.support.people import STOP_CODE
from tests.support.world import World


@pytest.mark.everywhere
def test_it_shows_who_and_where_and_takes_the_answer(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    ana.phone.press()
    page = world.page(world.carrier.expect(ben).link)
    other = world.page(world.carrier.expect(grace).link)
    view = page.view()
    assert (view["name"], view["state"], view["kind"]) == ("Ana", "open", "alert")
    assert (view["position"]["lat"], view["position"]["accuracy_m"]) == (14.6937, 25.0)
    assert (view["timezone"], view["battery"]) == ("Africa/Dakar", 0.18)
    assert view["you"] == {"label": "contact 1", "answer": None}
    assert view["card"]["lawyer"] == "The office has the number."
    assert page.answer(1)["you"]["answer"] == "acting"
    world.carrier.expect(grace, "Ben is acting")
    seen = other.view()
    assert (seen["acting"], seen["you"]["answer"], seen["office"]) == (["Ben"], None, False)
    assert ana.phone.progress()["state"] == "acknowledged"
    noor = world.staff()
    noor.take(ana.phone.last)
    assert other.view()["office"] is True
    assert len(noor.timeline(ana.phone.last, "page_opened")) == 2
    assert page.answer(2)["you"]["answer"] == "cannot"
    world.carrier.expect(grace, "Dakar office is acting")


def test_it_never_says_safe_before_the_office_does(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    page = world.page(world.carrier.expect(ana.contacts[0]).link)
    ana.phone.stop(STOP_CODE)
    world.carrier.expect(ana.contacts[0], "stop code entered")
    assert page.view()["state"] == "stop_claimed"


def test_a_link_opens_nothing_of_another_alert(world: World) -> None:
    ana, sara = world.activist("Ana"), world.activist("Sara")
    ana.phone.press()
    sara.phone.press()
    mine = page_keys(world.carrier.expect(ana.contacts[0]).link)
    yours = page_keys(world.carrier.expect(sara.contacts[0]).link)
    unknown = page_keys("A" * 22)
    crossed = {"lookup": mine["lookup"], "key": yours["key"]}
    answers = [world.caller.ask("POST", "/v1/contact/view", keys) for keys in (crossed, unknown)]
    assert [answer.status for answer in answers] == [404, 404]
    assert answers[0].body == answers[1].body, "wrong and unknown look alike"


def test_the_office_ends_one_contacts_link_and_the_others_keep_theirs(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    ana.phone.press()
    mine = world.page(world.carrier.expect(ben).link)
    other = world.page(world.carrier.expect(grace).link)
    mine.view()
    noor = world.staff()
    address = f"/v1/incidents/{ana.phone.last}/contacts/1/link"
    assert noor.caller.ask("DELETE", address).ok()["id"] == ana.phone.last
    unknown = world.caller.ask("POST", "/v1/contact/view", page_keys("A" * 22))
    assert mine.open().status == 404
    assert mine.open().body == unknown.body, "revoked and unknown look alike"
    assert other.view()["state"] == "open"
    (entry,) = noor.timeline(ana.phone.last, "link_revoked")
    assert (entry["detail"]["name"], entry["actor"]["name"]) == ("Ben", "Noor")
    assert [one["linked"] for one in noor.incident(ana.phone.last)["people"]] == [False, True]
    for nothing in ("1", "7", "x", "99999"):
        address = f"/v1/incidents/{ana.phone.last}/contacts/{nothing}/link"
        assert noor.caller.ask("DELETE", address).status == 404


def test_another_office_ends_no_link_of_ours(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    page = world.page(world.carrier.expect(ana.contacts[0]).link)
    stranger = world.staff(office=world.new_office("Lima office"))
    address = f"/v1/incidents/{ana.phone.last}/contacts/1/link"
    assert stranger.caller.ask("DELETE", address).status == 404
    assert page.view()["state"] == "open"
