"""After the office's own phones its hub's ring, and a board of the hub counts as awake."""

from tests.support.duty import FIRST, HUB, paged
from tests.support.world import World


def test_the_board_of_the_hub_counts_and_its_phone_comes_last(world: World) -> None:
    hub = world.new_office("Hub")
    coast = world.new_office("Coast office", under=hub)
    for office, phone in ((coast, FIRST), (hub, HUB)):
        world.ladder(office)
        world.duty_phones(phone, office=office)
    leo, ana = world.staff("Leo", office=hub), world.activist(office=coast)
    with leo.board() as board:
        ana.phone.press()
        board.shows("raised")
        world.carrier.expect(ana.contacts[0]).reply("1")
    world.forward(seconds=50)
    world.carrier.expect_silence()
    world.forward(seconds=11)
    paged(world, FIRST, "Coast office")
    world.forward(seconds=60)
    paged(world, HUB, "Coast office")
