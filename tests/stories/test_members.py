"""Offices and staff, kept by their administrators over HTTP: invited, granted, sent away."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.sync.client import connect

from server.domain.access import Role
from tests.stories.test_sign_in_sessions import WITHIN, another_process, boards, closed_within
from tests.support.office import Officer
from tests.support.world import World

NEW_PASSWORD = "several unrelated plain words"


@pytest.fixture
def ada(world: World) -> Officer:
    return world.staff("Ada", role=Role.ADMINISTRATOR)


def people(officer: Officer) -> dict[str, Any]:
    return officer.caller.ask("GET", "/v1/people").ok()  # type: ignore[no-any-return]


def member(officer: Officer, name: str) -> dict[str, Any]:
    (found,) = [one for one in people(officer)["staff"] if one["name"] == name]
    return found  # type: ignore[no-any-return]


def does(officer: Officer, who: str, what: str) -> int:
    return officer.caller.ask("POST", f"/v1/staff/{who}/{what}", {}).status


def invited(world: World, by: Officer, name: str, office: str, role: str = "responder") -> str:
    """Somebody new who has chosen a password; their id."""
    wish = {"office_id": office, "email": f"{name}@office.example", "name": name, "role": role}
    invitation = by.caller.ask("POST", "/v1/staff", wish).ok()
    accepted = {"code": invitation["code"], "password": NEW_PASSWORD}
    world.caller.ask("POST", "/v1/invitations", accepted).ok()
    return str(invitation["id"])


@contextmanager
def signed_in(world: World, name: str) -> Iterator[Officer]:
    officer = Officer(world.url, f"{name}@office.example", NEW_PASSWORD, world.work)
    yield officer.sign_in()
    officer.hang_up()


@pytest.mark.everywhere
def test_somebody_new_is_invited_accepts_and_is_granted_the_key(world: World, ada: Officer) -> None:
    world.activist("Ana")
    kim = invited(world, ada, "Kim", world.office.id)
    assert member(ada, "Kim")["state"] == "accepted"
    with signed_in(world, "Kim") as new:
        assert [one["name"] for one in _ready(new)] == [None], "nobody has granted the key yet"
        assert does(ada, kim, "grant") == 204
        assert [one["name"] for one in _ready(new)] == ["Ana"]
    assert member(ada, "Kim")["state"] == "active"


def _ready(officer: Officer) -> list[dict[str, Any]]:
    return officer.caller.ask("GET", "/v1/readiness").ok()["activists"]  # type: ignore[no-any-return]


def test_a_code_is_good_once_and_a_short_password_uses_none_up(world: World, ada: Officer) -> None:
    wish = {"office_id": world.office.id, "email": "kim@office.example", "name": "Kim"}
    code = ada.caller.ask("POST", "/v1/staff", wish).ok()["code"]
    assert ada.caller.ask("POST", "/v1/staff", wish).json["pointer"] == "/email"
    for password, code_, status in (
        ("short", code, 422),
        (NEW_PASSWORD, "not-the-code-at-all", 404),
        (NEW_PASSWORD, code, 204),
        (NEW_PASSWORD, code, 404),
    ):
        accepted = {"code": code_, "password": password}
        assert world.caller.ask("POST", "/v1/invitations", accepted).status == status


def test_guesses_at_codes_are_slowed(world: World) -> None:
    guess = {"code": "a-code-of-nobody", "password": NEW_PASSWORD}
    said = [world.caller.ask("POST", "/v1/invitations", guess).status for _ in range(7)]
    assert said[0] == 404
    assert said[-1] == 429


def test_nobody_grants_promotes_or_sends_away_themselves(world: World, ada: Officer) -> None:
    for what in ("grant", "disable", "invitation"):
        assert does(ada, ada.id, what) == 409
    assert ada.caller.ask("PATCH", f"/v1/staff/{ada.id}", {"role": "responder"}).status == 409
    assert ada.caller.ask("DELETE", f"/v1/staff/{ada.id}/sessions").status == 409


def test_who_is_sent_away_is_out_at_once_with_their_board(world: World, ada: Officer) -> None:
    noor = world.staff()
    with noor.board() as board:
        left = ada.caller.ask("POST", f"/v1/staff/{noor.id}/disable", {}).ok()
        assert left == {"readers_left": 1}
        assert board.close_code() == 4401
    assert noor.caller.ask("GET", "/v1/people").status == 401
    assert noor.tries_to_sign_in().status == 401
    assert member(ada, "Noor")["state"] == "disabled"


def test_who_comes_back_begins_anew(world: World, ada: Officer) -> None:
    noor = world.staff()
    ada.caller.ask("POST", f"/v1/staff/{noor.id}/disable", {}).ok()
    code = ada.caller.ask("POST", f"/v1/staff/{noor.id}/invitation", {}).ok()["code"]
    accepted = {"code": code, "password": NEW_PASSWORD}
    world.caller.ask("POST", "/v1/invitations", accepted).ok()
    assert noor.tries_to_sign_in().status == 401, "the old password is gone"
    assert noor.tries_to_sign_in(password=NEW_PASSWORD).ok()["unlocked"] is False


def test_a_role_holds_from_the_next_request_on(world: World, ada: Officer) -> None:
    noor = world.staff()
    wish = {"office_id": world.office.id, "name": "Bo"}
    assert noor.caller.ask("POST", "/v1/activists", wish).status == 403
    ada.caller.ask("PATCH", f"/v1/staff/{noor.id}", {"role": "administrator"}).ok()
    assert noor.caller.ask("POST", "/v1/activists", wish).status == 201


def test_sessions_are_ended_from_afar(world: World, ada: Officer) -> None:
    noor = world.staff()
    assert member(ada, "Noor")["sessions"] == 1
    ada.caller.ask("DELETE", f"/v1/staff/{noor.id}/sessions").ok()
    assert noor.caller.ask("GET", "/v1/people").status == 401
    assert member(ada, "Noor")["sessions"] == 0
    assert noor.tries_to_sign_in().status == 200


def test_a_section_is_founded_and_its_key_handed_over(world: World, ada: Officer) -> None:
    new = {"name": "Nord office", "parent_id": world.office.id}
    section = ada.caller.ask("POST", "/v1/offices", new).ok()["id"]
    assert ada.caller.ask("POST", "/v1/offices", new).status == 409
    kim = invited(world, ada, "Kim", section, "administrator")
    assert does(ada, kim, "grant") == 204
    leo = invited(world, ada, "Leo", section)
    assert does(ada, leo, "grant") == 403, "the founder has handed the key over"
    with signed_in(world, "Kim") as head:
        assert does(head, leo, "grant") == 204
        assert [one["name"] for one in people(head)["offices"]] == ["Nord office"]
    offices = {one["name"]: one for one in people(ada)["offices"]}
    assert offices["Nord office"]["parent_id"] == world.office.id
    assert [offices[name]["readable"] for name in ("Dakar office", "Nord office")] == [True, False]


def test_boards_come_back_once_they_see_another_office(world: World, ada: Officer) -> None:
    """In every process; one whose offices are the same stays."""
    noor, zoe = world.staff(), world.staff("Zoe", office=world.new_office("Praia office"))
    with (
        another_process(world) as address,
        boards(noor, world.url, address) as above,
        boards(zoe, world.url) as (elsewhere,),
    ):
        new = {"name": "Nord office", "parent_id": world.office.id}
        ada.caller.ask("POST", "/v1/offices", new).ok()
        assert [closed_within(board, WITHIN) for board in above] == [4409, 4409]
        assert closed_within(elsewhere, 1) is None
    with boards(noor, world.url) as (back,):
        assert closed_within(back, WITHIN) is None


@pytest.mark.everywhere
def test_a_board_comes_back_once_its_officer_can_read(world: World, ada: Officer) -> None:
    leo = world.staff("Leo", granted=False)
    ana = world.activist(contacts=[])
    ana.phone.press()
    with leo.board() as board:
        assert does(ada, leo.id, "grant") == 204
        assert board.close_code() == 4409
    with leo.board(incidents=True) as board:
        told = board.until(lambda entry: "incident" in entry)
        assert told["incident"]["activist"] == "Ana"


def test_another_office_is_nobodys_to_keep(world: World, ada: Officer) -> None:
    praia = world.new_office("Praia office")
    theo = world.staff("Theo", office=praia, role=Role.ADMINISTRATOR)
    assert does(ada, theo.id, "disable") == 404
    wish = {"office_id": praia.id, "email": "x@y.example", "name": "X"}
    assert ada.caller.ask("POST", "/v1/staff", wish).status == 404
    assert "Theo" not in str(people(ada))


def test_a_lost_phone_is_revoked_on_a_call_and_its_socket_closed(world: World) -> None:
    ana, noor = world.activist(), world.staff()
    door = f"/v1/activists/{ana.id}"
    (phone,) = noor.caller.ask("GET", door).ok()["phones"]
    with ana.phone.socket() as socket:
        noor.caller.ask("DELETE", f"{door}/phones/{phone['id']}").ok()
        assert socket.close_code() == 4401
    assert ana.phone.refused_press().status == 401
    assert noor.caller.ask("DELETE", f"{door}/phones/{phone['id']}").status == 404


def test_its_socket_is_closed_in_another_process_too(world: World) -> None:
    ana, noor = world.activist(), world.staff()
    (phone,) = noor.caller.ask("GET", f"/v1/activists/{ana.id}").ok()["phones"]
    with another_process(world) as address:
        door = f"{address.replace('http', 'ws', 1)}/v1/phone"
        sent = {"Authorization": f"Bearer {ana.phone.text_token}"}
        with connect(door, additional_headers=sent, compression=None) as socket:
            noor.caller.ask("DELETE", f"/v1/activists/{ana.id}/phones/{phone['id']}").ok()
            assert closed_within(socket, WITHIN) == 4401
