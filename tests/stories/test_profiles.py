"""Activists as their office keeps them: added, paired by a code shown once, looked at, rotated."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from server.domain.access import Role
from server.services import audit
from shared import crypto
from tests.support.enrolment import pairing
from tests.support.office import Officer
from tests.support.people import DURESS_CODE, STOP_CODE
from tests.support.phone import Phone
from tests.support.world import World

BEN = {"name": "Ben", "phone": "+33 6 39 98 12 01", "known_as": "Ana", "language": "fr"}
GRACE = {"name": "Grace", "phone": "+33639981202", "known_as": "Nana", "ring": 2, "pin": "2468"}
NUMBERS = ("+33639981201", "+33639981202")
CODES = {"stop": STOP_CODE, "duress": DURESS_CODE}


@pytest.fixture
def ada(world: World) -> Officer:
    return world.staff("Ada", role=Role.ADMINISTRATOR)


@pytest.fixture
def ana(world: World, ada: Officer) -> str:
    new = {"office_id": world.office.id, "name": "Ana"}
    return str(ada.caller.ask("POST", "/v1/activists", new).ok()["id"])


def offers(officer: Officer, ana: str, **wish: Any) -> dict[str, Any]:
    said = officer.caller.ask("POST", f"/v1/activists/{ana}/pairing", {**CODES, **wish})
    return said.ok()  # type: ignore[no-any-return]


def joins(world: World, offer: dict[str, Any]) -> Phone:
    token = crypto.random_bytes()
    world.caller.ask("POST", "/v1/pairings", pairing(offer["code"], token)).ok()
    world.work()
    return world.phone(token)


def view(officer: Officer, ana: str) -> dict[str, Any]:
    return officer.caller.ask("GET", f"/v1/activists/{ana}").ok()  # type: ignore[no-any-return]


@pytest.mark.everywhere
def test_staff_type_the_contacts_and_a_phone_takes_them(
    world: World, ada: Officer, ana: str
) -> None:
    offer = offers(ada, ana, contacts=[BEN, GRACE], timezone="Africa/Dakar")
    asked = parse_qs(urlsplit(offer["address"]).query)
    assert asked == {"server": [world.url], "code": [offer["code"]]}
    assert offer["picture"].startswith("data:image/svg+xml")
    (waiting,) = view(ada, ana)["offers"]
    assert waiting["replaces"] is False
    phone = joins(world, offer)
    world.carrier.expect(NUMBERS[0], "Ana").reply("1")
    world.carrier.expect(NUMBERS[1], "Nana")
    world.carrier.read_all()
    seen = view(ada, ana)
    assert seen["offers"] == []
    assert [(one["name"], one["phone"], one["consent"]) for one in seen["contacts"]] == [
        ("Ben", NUMBERS[0], "agreed"),
        ("Grace", NUMBERS[1], "asked"),
    ]
    assert seen["timezone"] == "Africa/Dakar"
    assert phone.press().contacts == 1
    world.carrier.expect(NUMBERS[0], "Ana")


def test_a_new_phone_takes_the_old_ones_place_with_the_contacts_it_had(
    world: World, ada: Officer, ana: str
) -> None:
    old = joins(world, offers(ada, ana, contacts=[BEN]))
    world.carrier.expect(NUMBERS[0]).reply("1")
    world.carrier.read_all()
    offer = offers(ada, ana, replaces=True)
    assert old.press(drill=True).contacts == 1, "the old one works until the new one is there"
    world.carrier.read_all()
    new = joins(world, offer)
    assert old.refused_press().status == 401
    assert new.press().contacts == 1, "and nobody has to be asked again"
    world.carrier.expect(NUMBERS[0], "besoin d'aide")
    states = [one["revoked_at"] is None for one in view(ada, ana)["phones"]]
    assert states == [True, False]


def test_a_typed_contact_is_the_same_one_by_number_alone(
    world: World, ada: Officer, ana: str
) -> None:
    joins(world, offers(ada, ana, contacts=[BEN]))
    world.carrier.expect(NUMBERS[0]).reply("1")
    world.carrier.read_all()
    renamed, moved = {**BEN, "name": "Benjamin"}, {**GRACE, "name": "Ben", "pin": ""}
    joins(world, offers(ada, ana, contacts=[renamed, moved], replaces=True))
    world.carrier.expect(NUMBERS[1], "asks to text you")
    consents = {one["name"]: one["consent"] for one in view(ada, ana)["contacts"]}
    assert consents == {"Benjamin": "agreed", "Ben": "asked"}


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"contacts": [{**BEN, "phone": "+33 6 39"}]}, "/contacts/0/phone"),
        ({"contacts": [BEN], "timezone": "Atlantis"}, "/timezone"),
        ({"contacts": [BEN], "duress": STOP_CODE}, "/duress"),
        ({"contacts": [BEN, {**GRACE, "pin": "x"}]}, "/contacts/1/pin"),
    ],
)
def test_what_a_phone_could_not_use_is_refused_where_it_is_typed(
    ada: Officer, ana: str, wish: dict[str, Any], pointer: str
) -> None:
    said = ada.caller.ask("POST", f"/v1/activists/{ana}/pairing", {**CODES, **wish})
    assert (said.status, said.json["pointer"]) == (422, pointer)
    assert view(ada, ana)["offers"] == []


def test_without_a_copy_there_is_no_list_to_take_over(ada: Officer, ana: str) -> None:
    said = ada.caller.ask("POST", f"/v1/activists/{ana}/pairing", CODES)
    assert (said.status, said.json["pointer"]) == (404, "/contacts")


def test_contacts_who_never_answered_are_asked_anew(world: World, ada: Officer, ana: str) -> None:
    joins(world, offers(ada, ana, contacts=[BEN]))
    world.carrier.expect(NUMBERS[0], "Ana")
    world.forward(days=31)
    world.carrier.read_all()
    ada.sign_in()
    assert view(ada, ana)["contacts"][0]["consent"] == "no_answer"
    door = f"/v1/activists/{ana}/invitations"
    assert ada.caller.ask("POST", door, {}).ok() == {"asked": 1}
    world.work()
    world.carrier.expect(NUMBERS[0], "Ana")
    assert ada.caller.ask("POST", door, {}).ok() == {"asked": 0}


def test_a_responder_reads_and_revokes_and_changes_nothing_else(
    world: World, ada: Officer, ana: str
) -> None:
    noor = world.staff()
    assert view(noor, ana)["name"] == "Ana"
    for door, body in (
        ("/v1/activists", {"office_id": world.office.id, "name": "Bo"}),
        (f"/v1/activists/{ana}/pairing", CODES),
        (f"/v1/activists/{ana}/invitations", {}),
    ):
        assert noor.caller.ask("POST", door, body).status == 403


def test_every_look_at_a_profile_is_noted(world: World, ada: Officer, ana: str) -> None:
    noor = world.staff()
    view(noor, ana)
    theo = world.staff("Theo", office=world.new_office("Praia office"))
    assert theo.caller.ask("GET", f"/v1/activists/{ana}").status == 404
    with world.database.read() as tx:
        looks = [one for one in audit.rows_of(tx) if one.action == "profile viewed"]
    assert [(one.actor, one.subject) for one in looks] == [(noor.id, ana)]


def test_who_holds_no_key_sees_states_and_no_name(world: World, ana: str) -> None:
    seen = view(world.staff("Kim", granted=False), ana)
    assert (seen["name"], seen["contacts"], seen["phones"]) == (None, None, [])
