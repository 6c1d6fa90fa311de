"""The first text: who, where, how sure, and how to answer, in one part, to everyone first."""

from dataclasses import replace

import pytest

from tests.support.world import World


@pytest.mark.everywhere
def test_a_contact_learns_who_and_where_in_one_part(world: World) -> None:
    ana = world.activist(contacts=["Ben"])
    (ben,) = ana
    pressed = ana.phone.press()
    assert pressed.contacts == 1
    text = world.carrier.expect(
        ben, "Ana needs help.", "N14.6937 W17.4441 within 25m (GPS)", "Reply 1 I act, 2 I cannot"
    )
    assert (text.segments, text.encoding) == (1, "GSM-7")
    assert len(text.link) == 22


def test_everyone_of_the_first_ring_is_told_and_nobody_of_the_second(world: World) -> None:
    ana = world.activist(rings=[["Ben", "Grace", "Oscar"], ["Ruth"]])
    ben, grace, oscar, _ = ana
    assert ana.phone.press().contacts == 4
    texts = [world.carrier.expect(one, "Ana needs help.") for one in (ben, grace, oscar)]
    assert len({text.link for text in texts}) == 3, "each contact has a link of their own"
    assert len({text.code for text in texts}) == 1
    world.carrier.expect_silence()


@pytest.mark.everywhere
def test_second_texts_go_after_everyones_first(world: World) -> None:
    ana = world.activist("Ana", contacts=["Huda", "Ben", "Chloe"], languages=["ar", "en", "fr"])
    sara = world.activist("Sara", contacts=["Yusuf", "Marc"], languages=["ar", "fr"])
    ana.phone.press()
    sara.phone.press()
    world.forward(seconds=2)
    bodies = [text.body for text in world.carrier.texts()]
    first = [
        *(world.carrier.expect(one) for one in ana),
        *(world.carrier.expect(one) for one in sara),
    ]
    for huda in (ana.contacts[0], sara.contacts[0]):
        second = world.carrier.expect(huda, "/t#")
        assert second.segments == 1
        assert bodies.index(second.body) >= len(first)
    assert all(text.segments == 1 for text in first)


def test_a_press_without_a_place_says_so_at_once(world: World) -> None:
    ana = world.activist(contacts=["Ben"])
    ana.phone.press(position=None, battery=None)
    world.carrier.expect(ana.contacts[0], "place not known yet")


def test_the_same_press_twice_is_one_incident_and_one_text(world: World) -> None:
    ana = world.activist()
    body = ana.phone.press_body()
    first = ana.phone.caller.ask("POST", "/v1/alerts", body)
    world.work()
    world.forward(minutes=1)
    again = ana.phone.caller.ask("POST", "/v1/alerts", body)
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    world.carrier.expect(ana.contacts[0], "Ana needs help.")


def test_the_code_word_is_in_the_text_of_the_contact_who_has_one(world: World) -> None:
    ben = replace(world.activist("Sara").contacts[0], code_word="Heron")
    ana = world.activist("Ana", contacts=[ben])
    ana.phone.press()
    world.carrier.expect(ben, "Ana needs help.", "Word: Heron.")


def test_a_burst_of_presses_texts_every_first_contact_before_any_second(world: World) -> None:
    activists = [world.activist(f"Ana {n}", contacts=["Ben", "Grace"]) for n in range(12)]
    for ana in activists:
        body = ana.phone.press_body()
        ana.phone.caller.ask("POST", "/v1/alerts", body).ok()
    world.work()
    for place in (0, 1):
        told = world.carrier.texts()[place * 12 : (place + 1) * 12]
        assert {text.to for text in told} == {ana.contacts[place].phone for ana in activists}
    for ana in activists:
        for one in ana:
            world.carrier.expect(one, ana.name)
