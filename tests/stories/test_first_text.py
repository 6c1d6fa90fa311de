"""The first text: who, where, how sure, and how to answer, in one part."""

from tests.support.world import World


def test_a_contact_learns_who_and_where_in_one_part(world: World) -> None:
    ana = world.activist(contacts=["Ben"])
    (ben,) = ana
    pressed = ana.phone.press()
    assert pressed.contacts == 1
    text = world.carrier.expect(ben, "Ana needs help.", "N14.6937 W17.4441 within 25m (GPS)")
    assert text.segments == 1
    assert text.encoding == "GSM-7"
    assert len(text.link) == 22
