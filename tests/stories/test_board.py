"""The board's socket: each entry once and in order, whatever breaks in between."""

import pytest
from websockets.exceptions import InvalidStatus

from tests.support.world import World


@pytest.mark.everywhere
def test_each_entry_once_across_reconnects_and_a_restart(world: World) -> None:
    noor, ana = world.staff(), world.activist()
    seqs: list[int] = []
    with noor.board() as board:
        ana.phone.press()
        board.shows("sent")
        seqs += board.seqs
    text = world.carrier.expect(ana.contacts[0])
    noor.note(ana.phone.last, "while the board was away")
    with noor.board(after=seqs[-1]) as board:
        board.shows("note")
        text.reply("1")
        board.shows("answered")
        seqs += board.seqs
        world.start_server()
        assert board.close_code() == 1012
    noor.note(ana.phone.last, "after the restart")
    with noor.board(after=seqs[-1]) as board:
        board.shows("note")
        seqs += board.seqs
    whole = [entry["seq"] for entry in noor.timeline(ana.phone.last)]
    assert seqs == whole
    with noor.board() as board:
        board.until(lambda entry: entry["seq"] == whole[-1])
        assert board.seqs == whole, "without `after`, from the start"


def test_a_board_far_behind_gets_all_of_it(world: World) -> None:
    noor, ana = world.staff(), world.activist(contacts=[])
    ana.phone.press()
    for turn in range(60):
        ana.phone.moves({"lat": turn / 100})
    page = noor.page()
    assert page["seq"] == noor.timeline(ana.phone.last)[-1]["seq"]
    with noor.board(after=0) as board:
        board.until(lambda entry: entry["seq"] == page["seq"])
        assert board.seqs == sorted(set(board.seqs))
        assert len(board.seqs) == 62


def test_the_board_of_somebody_who_signed_out_closes(world: World) -> None:
    noor = world.staff()
    with noor.board() as board:
        noor.sign_out()
        assert board.close_code() == 4401


def test_without_a_session_there_is_no_board(world: World) -> None:
    noor = world.staff()
    noor.caller.headers.pop("Cookie")
    with noor.board() as board:
        assert board.close_code() == 4401
    assert noor.caller.ask("GET", "/v1/incidents").status == 401
    assert noor.caller.ask("GET", "/v1/session").status == 401


def test_a_session_ends_after_half_a_day(world: World) -> None:
    noor = world.staff()
    world.forward(hours=12, seconds=1)
    assert noor.caller.ask("GET", "/v1/session").status == 401


def test_a_page_of_another_site_is_refused(world: World) -> None:
    noor, ana = world.staff(), world.activist(contacts=[])
    ana.phone.press()
    foreign = {"Origin": "https://elsewhere.example"}
    own = {"Origin": world.url}
    path = f"/v1/incidents/{ana.phone.last}/acknowledge"
    assert noor.caller.ask("POST", path, {}, foreign).status == 403
    assert noor.caller.ask("DELETE", "/v1/session", None, foreign).status == 403
    sign_in = {"email": noor.email, "password": noor.password}
    assert world.caller.ask("POST", "/v1/session", sign_in, foreign).status == 403
    with pytest.raises(InvalidStatus) as refused, noor.board(origin=foreign["Origin"]):
        pass
    assert refused.value.response.status_code == 403
    assert noor.caller.ask("POST", path, {}, own).status == 200
    with noor.board(origin=world.url) as board:
        board.shows("taken")


@pytest.mark.parametrize("origin", ["null", "http://[", "http://127.0.0.1:99999", "::", "x" * 500])
def test_an_origin_that_is_none_is_refused(world: World, origin: str) -> None:
    noor = world.staff()
    assert noor.caller.ask("DELETE", "/v1/session", None, {"Origin": origin}).status == 403
    with pytest.raises(InvalidStatus) as refused, noor.board(origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_the_oldest_alert_that_nobody_took_is_on_top(world: World) -> None:
    noor = world.staff()
    activists = [world.activist(f"Ana {n}", contacts=[]) for n in range(4)]
    for ana in activists:
        ana.phone.press()
        world.forward(seconds=1)
    first, second, third, fourth = [ana.phone.last for ana in activists]
    noor.take(first)
    noor.take(third)
    assert [one["id"] for one in noor.incidents()] == [second, fourth, first, third]


def test_pages_follow_one_another_without_gap_or_repeat(world: World) -> None:
    noor = world.staff()
    for n in range(7):
        world.activist(f"Ana {n}", contacts=[]).phone.press()
    found, cursor = [], ""
    while True:
        page = noor.page(f"?limit=2{cursor}")
        found += [one["id"] for one in page["incidents"]]
        if page["next"] is None:
            break
        cursor = f"&after={page['next']}"
    assert found == [one["id"] for one in noor.incidents()]
    assert len(set(found)) == 7
    assert noor.incidents("?state=closed") == []
    assert len(noor.incidents("?state=open,acknowledged")) == 7


def test_hand_over_to_a_colleague(world: World) -> None:
    noor, leo, ana = world.staff("Noor"), world.staff("Leo"), world.activist(contacts=[])
    ana.phone.press()
    noor.take(ana.phone.last)
    assert noor.assign(ana.phone.last, leo)["taken_by"] == {"id": leo.id, "name": "Leo"}
    (entry,) = noor.timeline(ana.phone.last, "assigned")
    assert entry["detail"] == {"to": "Leo"}
    names = [one["name"] for one in noor.caller.ask("GET", "/v1/staff").ok()["staff"]]
    assert names == ["Leo", "Noor"]


def test_only_who_sees_an_alert_is_offered_to_hand_it_to(world: World) -> None:
    hub = world.new_office("Hub")
    dakar, praia = (world.new_office(name, under=hub) for name in ("Dakar", "Praia"))
    noor, leo, mina = (
        world.staff(name, office=office)
        for name, office in (("Noor", hub), ("Leo", dakar), ("Mina", praia))
    )
    ana = world.activist(contacts=[], office=dakar)
    ana.phone.press()
    offered = noor.caller.ask("GET", f"/v1/staff?incident={ana.phone.last}").ok()["staff"]
    assert [one["name"] for one in offered] == ["Leo", "Noor"]
    body = {"staff_id": mina.id}
    path = f"/v1/incidents/{ana.phone.last}/assign"
    assert noor.caller.ask("POST", path, body).json["pointer"] == "/staff_id"
    assert noor.assign(ana.phone.last, leo)["taken_by"]["name"] == "Leo"
    assert mina.caller.ask("GET", f"/v1/staff?incident={ana.phone.last}").status == 404
    assert noor.caller.ask("GET", "/v1/staff?incident=nobody").status == 404


def test_somebody_without_the_offices_key_sees_counts_alone(world: World) -> None:
    newcomer, ana = world.staff(granted=False), world.activist()
    ana.phone.press(note="in the blue van")
    world.carrier.expect(ana.contacts[0])
    incident = newcomer.incident(ana.phone.last)
    assert incident["readable"] is False
    assert (incident["contacts"], incident["notified"]) == (1, 1)
    held = str(incident)
    for secret in ("Ana", "Ben", ana.contacts[0].phone, "14.69", "blue van"):
        assert secret not in held
    session = newcomer.caller.ask("GET", "/v1/session").ok()
    assert session["unlocked"] is False
