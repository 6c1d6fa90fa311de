"""A board that asks for it is told with each entry how its incident stands by now."""

from sqlalchemy import update

from server.services import rows
from server.tables import Entry
from tests.support.world import World

_entry = rows.table(Entry)


def test_an_entry_says_how_its_incident_stands(world: World) -> None:
    noor, ana = world.staff(), world.activist("Ana", contacts=[])
    with noor.board(incidents=True) as board:
        ana.phone.press()
        raised = board.until(lambda entry: "incident" in entry)["incident"]
        assert raised["unanswered"]
        assert raised["activist"] == "Ana"
        noor.take(ana.phone.last)
        taken = board.shows("taken")["incident"]
        assert not taken["unanswered"]
        assert taken == noor.incidents()[0]


def test_of_several_entries_the_last_one_says_it(world: World) -> None:
    noor, ana = world.staff(), world.activist(contacts=[])
    ana.phone.press()
    for turn in range(3):
        noor.note(ana.phone.last, f"note {turn}")
    with noor.board(after=0, incidents=True) as board:
        board.until(lambda entry: entry["detail"].get("text") == "note 2")
        said = ["incident" in entry for entry in board.entries]
    assert said[-1]
    assert not any(said[:-1])


def test_who_does_not_ask_gets_entries_alone(world: World) -> None:
    noor, ana = world.staff(), world.activist(contacts=[])
    ana.phone.press()
    with noor.board(after=0) as board:
        entry = board.shows("raised")
    assert entry == noor.timeline(ana.phone.last)[0]


def test_without_the_offices_key_no_name_comes_with_it(world: World) -> None:
    newcomer, ana = world.staff(granted=False), world.activist("Ana")
    with newcomer.board(incidents=True) as board:
        ana.phone.press()
        incident = board.until(lambda entry: "incident" in entry)["incident"]
    assert incident["readable"] is False
    assert incident["activist"] is None
    assert incident["position"] is None
    world.carrier.expect(ana.contacts[0])


def test_an_incident_of_another_office_never_comes(world: World) -> None:
    elsewhere = world.new_office("Elsewhere")
    theirs, ours = world.staff("Leo", office=elsewhere), world.staff("Noor")
    ana = world.activist(contacts=[])
    with theirs.board(incidents=True) as board, ours.board(incidents=True) as own:
        ana.phone.press()
        own.shows("raised")
        assert theirs.incidents() == []
        ben = world.activist("Ben", contacts=[], office=elsewhere)
        ben.phone.press()
        board.shows("raised")
        assert [entry["incident_id"] for entry in board.entries] == [ben.phone.last]


def test_a_damaged_entry_keeps_no_later_one_from_the_board(world: World) -> None:
    noor, ana = world.staff(), world.activist(contacts=[])
    ana.phone.press()
    spoiled = noor.note(ana.phone.last, "this one is spoiled on the disk")["seq"]
    world.database.write(
        lambda tx: tx.execute(
            update(_entry).where(_entry.c.seq == spoiled).values(sealed=b"s" + bytes(200))
        )
    )
    noor.note(ana.phone.last, "this one is whole")
    with noor.board(after=spoiled - 1) as board:
        assert "text" not in board.shows("note")["detail"]
        assert board.shows("note")["detail"]["text"] == "this one is whole"
