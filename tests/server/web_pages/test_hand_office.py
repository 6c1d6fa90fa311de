"""An alert goes to another office from the board, and both boards show whose it is."""

from playwright.sync_api import expect

from server.domain.territory import Area
from server.services import territories
from tests.server.web_pages.conftest import Desk
from tests.server.web_pages.network import Held
from tests.server.web_pages.office import at_board, card, pressed
from tests.support.world import World

BANJUL = {"lat": 13.4549, "lon": -16.5790, "accuracy_m": 20.0, "source": "gps"}


def test_it_leaves_one_board_and_rings_on_another(world: World, desk: Desk) -> None:
    hub = world.new_office("West Africa hub")
    dakar, banjul, bissau = (
        world.new_office(name, under=hub) for name in ("Dakar", "Banjul", "Bissau")
    )
    now = world.clock.now()
    world.database.write(
        lambda tx: territories.set_areas(tx, banjul.id, [Area(banjul.id, "GM")], "tests", now)
    )
    ana = world.activist("Ana", contacts=[], office=dakar)
    ana.phone.press(position={**BANJUL, "at": now.isoformat()})
    incident = ana.phone.last

    page = at_board(desk, world, world.staff("Noor", office=banjul))
    there = at_board(desk, world, world.staff("Mia", office=bissau))
    expect(there.locator(".card")).to_have_count(0)
    card(page, incident).locator(".open").click()
    panel = page.locator("#incident")
    expect(panel.locator(".warnings")).to_contain_text("Dakar sees and works it too.")
    expect(panel).to_contain_text("Banjul")

    page.keyboard.press("g")
    dialog = page.locator("#office-dialog")
    expect(dialog.locator("option")).to_have_text(["Bissau", "Dakar", "West Africa hub"])
    dialog.locator("#office-to").select_option(label="Bissau")
    dialog.locator("#office-reason").fill("She was taken there")
    dialog.get_by_role("button", name="Hand over").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".card")).to_have_count(0)
    expect(panel).to_be_hidden()

    card(there, incident).locator(".open").click()
    timeline = there.locator("#incident")
    expect(timeline).to_contain_text("Noor handed it from Banjul to Bissau")
    expect(timeline).to_contain_text("She was taken there")


def test_a_list_of_offices_that_comes_late_changes_no_choice(world: World, desk: Desk) -> None:
    hub = world.new_office("West Africa hub")
    dakar, _, _ = (world.new_office(name, under=hub) for name in ("Dakar", "Banjul", "Bissau"))
    ana, bo = (pressed(world, name, office=dakar) for name in ("Ana", "Bo"))
    page = at_board(desk, world, world.staff("Noor", office=dakar))
    held = Held(page, f"**/v1/incidents/{ana}/office")
    choice = page.locator("#office-to")
    for incident in (ana, bo):
        card(page, incident).locator(".open").click()
        expect(page.locator("html")).to_have_attribute("data-open", incident)
        page.keyboard.press("g")
        if incident == ana:
            page.keyboard.press("Escape")
    choice.select_option(label="Bissau")
    held.let_go()
    expect(choice.locator("option:checked")).to_have_text("Bissau")
