"""Phones of whoever is on duty, and what they may hear."""

from tests.support.world import World

FIRST, SECOND, HUB = "+12025550111", "+12025550112", "+12025550113"


def paged(world: World, phone: str, *words: str) -> None:
    """A text and a call, neither of which names a person or a place."""
    text = world.carrier.expect(phone, *words)
    call = world.carrier.expect_call(phone)
    for said in (text.body, call.words):
        assert "Ana" not in said
        assert "14." not in said
