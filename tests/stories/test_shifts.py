"""On and off shift: who is on, what was handed over, what happened since, who looks at what."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.services import rows
from server.tables.shifts import Desk
from tests.support.office import Officer
from tests.support.waiting import until
from tests.support.web import Answer
from tests.support.world import World


def on_duty(officer: Officer) -> list[str]:
    return [one["name"] for one in officer.caller.ask("GET", "/v1/shift").ok()["on_duty"]]


def begins(officer: Officer) -> dict[str, Any]:
    return officer.caller.ask("POST", "/v1/shift", {}).ok()  # type: ignore[no-any-return]


def ends(officer: Officer, note: str = "") -> Answer:
    return officer.caller.ask("POST", "/v1/shift/end", {"note": note})


def since(officer: Officer) -> dict[str, Any]:
    return officer.caller.ask("GET", "/v1/shift/since").ok()  # type: ignore[no-any-return]


def looks(
    officer: Officer, incident: str | None, board: str = "a-tab-of-hers", seen: int = 0
) -> Any:
    body = {"board": board, "incident_id": incident, "seen": seen}
    return officer.caller.ask("PUT", "/v1/presence", body).ok()


def lookers(officer: Officer) -> list[tuple[str, str]]:
    found = looks(officer, None, "a-board-that-looks-at-none")["looking"]
    return [(one["incident_id"], one["name"]) for one in found]


def at_the_board(world: World, officer: Officer) -> None:
    """Their board stands, and the server has noted it."""
    came, desk = world.clock.now(), rows.table(Desk)
    mine = select(desk.c.seen_at).where(desk.c.staff_id == officer.id)

    def is_noted() -> bool:
        with world.database.read() as tx:
            seen_at = tx.execute(mine).scalar()
        return seen_at is not None and seen_at >= came

    with officer.board():
        until(is_noted, "a note of the board")


def about(said: str, moment: datetime) -> bool:
    """Whether a time that was told is that one; each look at the clock moves it a little."""
    return abs(datetime.fromisoformat(said) - moment) < timedelta(seconds=1)


# On and off


@pytest.mark.everywhere
def test_who_is_on_is_known_until_they_hand_over(world: World) -> None:
    noor, sara = world.staff("Noor"), world.staff("Sara")
    assert on_duty(noor) == []
    begun = begins(noor)
    assert about(begun["began_at"], world.clock.now())
    world.forward(minutes=2)
    begins(sara)
    assert on_duty(noor) == on_duty(sara) == ["Noor", "Sara"]
    assert begins(noor)["began_at"] == begun["began_at"], "twice changes nothing"

    assert ends(noor, "Ana's brother answers after six.").ok()["began_at"] is None
    assert on_duty(sara) == ["Sara"]
    (over,) = since(sara)["shifts"]
    assert (over["name"], over["note"]) == ("Noor", "Ana's brother answers after six.")
    assert over["left"] is False
    assert ends(noor).status == 409


def test_who_shuts_the_laptop_is_not_on_duty_for_ever(world: World) -> None:
    noor, sara = world.staff("Noor"), world.staff("Sara")
    begins(noor)
    left_at = world.clock.now()
    world.forward(minutes=9)
    assert on_duty(sara) == ["Noor"], "a laptop may sleep for a while"
    world.forward(minutes=1)
    assert on_duty(sara) == []
    (over,) = since(sara)["shifts"]
    assert (over["left"], over["note"]) == (True, None)
    assert about(over["ended_at"], left_at)

    at_the_board(world, noor)
    assert on_duty(sara) == [], "a board that comes back does not put anybody on duty"
    begins(noor)
    assert on_duty(sara) == ["Noor"]


def test_a_board_that_stands_keeps_its_officer_on(world: World) -> None:
    noor = world.staff("Noor")
    begins(noor)
    for _ in range(4):
        world.forward(minutes=6)
        at_the_board(world, noor)
    assert on_duty(noor) == ["Noor"]


def test_a_shift_ends_with_the_session_it_was_begun_in(world: World) -> None:
    noor, sara = world.staff("Noor"), world.staff("Sara")
    begins(noor)
    noor.sign_out()
    assert on_duty(sara) == []
    noor.sign_in()
    world.forward(minutes=2)
    at_the_board(world, noor)
    assert on_duty(sara) == [], "she is back, and not on"
    (over,) = since(sara)["shifts"]
    assert over["left"] is True


def test_a_hub_sees_who_is_on_in_its_sections_and_reads_what_they_leave(world: World) -> None:
    section = world.new_office("Thies section", under=world.office)
    hub, ward = world.staff("Hanna"), world.staff("Sira", office=section)
    begins(hub)
    begins(ward)
    assert on_duty(hub) == ["Hanna", "Sira"]
    assert on_duty(ward) == ["Sira"]
    ends(ward, "Two gates are watched.")
    ends(hub, "Call the lawyer at nine.")
    assert [one["note"] for one in since(ward)["shifts"]] == ["Two gates are watched."]
    assert {one["note"] for one in since(hub)["shifts"]} == {
        "Two gates are watched.",
        "Call the lawyer at nine.",
    }


def test_another_office_learns_nothing_of_it(world: World) -> None:
    noor, stranger = world.staff("Noor"), world.staff("Theo", office=world.new_office("Praia"))
    ana = world.activist(contacts=[])
    ana.phone.press()
    begins(noor)
    looks(noor, ana.phone.last)
    assert on_duty(stranger) == []
    assert lookers(stranger) == []
    assert since(stranger)["shifts"] == []
    refused = {"board": "a-tab-of-his", "incident_id": ana.phone.last, "seen": 0}
    assert stranger.caller.ask("PUT", "/v1/presence", refused).status == 404


def test_a_note_is_sealed_and_gone_after_a_week(world: World) -> None:
    noor = world.staff("Noor")
    begins(noor)
    ends(noor, "the blue van")
    assert b"the blue van" not in (world.folder / "candlewire.db").read_bytes()
    world.forward(days=8)
    noor.sign_in()
    assert since(noor)["shifts"] == []


def test_somebody_without_the_offices_key_reads_no_note(world: World) -> None:
    noor, newcomer = world.staff("Noor"), world.staff("Nils", granted=False)
    begins(noor)
    ends(noor, "the blue van")
    (over,) = since(newcomer)["shifts"]
    assert (over["name"], over["note"]) == ("Noor", None)


# Since you left


def test_what_happened_since_you_left(world: World) -> None:
    noor, sara = world.staff("Noor"), world.staff("Sara")
    before = world.activist("Awa", contacts=[])
    before.phone.press()
    begins(sara)
    begins(noor)
    assert ends(noor).status == 200
    left_at = world.clock.now()

    world.forward(hours=1)
    ana, bo, drilled = (
        world.activist("Ana"),
        world.activist("Bo", contacts=[]),
        world.activist("Di"),
    )
    ana.phone.press()
    world.carrier.expect(ana.contacts[0]).reply("1")
    bo.phone.press()
    drilled.phone.press(kind="drill")
    world.carrier.expect(drilled.contacts[0])
    sara.take(ana.phone.last)
    sara.close(ana.phone.last, "safe", "Heard her.")
    world.carrier.read_all()

    told = since(noor)
    assert about(told["since"], left_at)
    assert told["counts"] == {
        "raised": 2,
        "drills": 1,
        "untaken": 1,
        "taken": 1,
        "answered": 1,
        "closed": 1,
    }
    of = {one["id"]: one for one in told["incidents"]}
    assert set(of) == {ana.phone.last, bo.phone.last, drilled.phone.last}
    assert of[ana.phone.last]["activist"] == "Ana"
    assert of[ana.phone.last]["happened"] == {"raised": 1, "answered": 1, "taken": 1, "closed": 1}
    assert told["more"] is False


def test_without_shifts_it_is_since_your_board_was_last_there(world: World) -> None:
    noor, ana = world.staff("Noor"), world.activist(contacts=[])
    assert since(noor)["since"] is None, "nothing is told to who was never here"
    at_the_board(world, noor)
    left_at = world.clock.now()
    world.forward(minutes=5)
    at_the_board(world, noor)
    assert since(noor)["since"] is None, "five minutes are no absence"
    left_at = world.clock.now()
    world.forward(hours=1)
    ana.phone.press()
    at_the_board(world, noor)
    told = since(noor)
    assert about(told["since"], left_at)
    assert [one["id"] for one in told["incidents"]] == [ana.phone.last]


# Who looks at what


@pytest.mark.everywhere
def test_colleagues_see_who_has_what_open(world: World) -> None:
    noor, sara, ana = world.staff("Noor"), world.staff("Sara"), world.activist(contacts=[])
    ana.phone.press()
    looks(noor, ana.phone.last)
    looks(noor, ana.phone.last, "her-other-tab")
    assert lookers(sara) == [(ana.phone.last, "Noor")]
    assert lookers(noor) == [], "one's own boards are no news"

    looks(noor, None)
    assert lookers(sara) == [(ana.phone.last, "Noor")], "her other tab has it open"
    assert noor.caller.ask("DELETE", "/v1/presence/her-other-tab").status == 204
    assert lookers(sara) == []


def test_a_board_that_is_not_heard_of_any_more_looks_at_nothing(world: World) -> None:
    noor, sara, ana = world.staff("Noor"), world.staff("Sara"), world.activist(contacts=[])
    ana.phone.press()
    looks(noor, ana.phone.last)
    world.forward(seconds=89)
    assert lookers(sara) == [(ana.phone.last, "Noor")]
    world.forward(seconds=1)
    assert lookers(sara) == []


def test_a_board_whose_socket_died_without_a_word_learns_that_it_is_behind(world: World) -> None:
    noor, ana = world.staff("Noor"), world.activist(contacts=[])
    ana.phone.press()
    last = noor.page()["seq"]
    assert looks(noor, None, seen=last)["behind"] is False
    noor.note(ana.phone.last, "x")
    found = looks(noor, None, seen=last)
    assert (found["behind"], found["seq"] > last) == (True, True)
    assert looks(noor, None, seen=found["seq"])["behind"] is False
    elsewhere = world.staff("Theo", office=world.new_office("Praia"))
    assert looks(elsewhere, None)["behind"] is False, "what others may see is nothing missed"
