"""What contacts hear back: thanks, who leads, the place again, the end; and never too much."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.support.carrier import inbound_form
from tests.support.people import STOP_CODE
from tests.support.web import Caller
from tests.support.world import World

RACES = int(os.environ.get("CANDLEWIRE_RACES", "10"))


@pytest.mark.everywhere
def test_the_first_who_acts_leads_and_everyone_hears_who(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Grace", "Oscar"])
    ben, grace, oscar = ana
    ana.phone.press()
    for_ben, for_grace, for_oscar = (world.carrier.expect(one, "needs help") for one in ana)
    world.carrier.inbound(oscar.phone, "2")
    world.carrier.expect(oscar, f"{for_oscar.code}: noted, you cannot act.")
    world.carrier.inbound(ben.phone, "1")
    world.carrier.expect(ben, f"Thank you. {for_ben.code}: noted, you are acting.")
    world.carrier.expect(grace, "Ana", for_grace.code, "Ben is acting.")
    world.carrier.inbound(grace.phone, "1")
    world.carrier.expect(grace, "noted, you are acting too. Ben leads.")
    world.carrier.expect_silence()


def test_the_office_leads_where_it_was_first(world: World) -> None:
    ana = world.activist(contacts=["Ben"])
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    world.staff().take(ana.phone.last)
    world.carrier.expect(ana.contacts[0], "Dakar office is acting.")
    world.carrier.inbound(text.to, "1")
    world.carrier.expect(text.to, "you are acting too. Dakar office leads.")
    assert ana.phone.progress()["acknowledged"] == 1


def test_a_second_officer_is_not_announced(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0]).reply("1")
    world.staff().take(ana.phone.last)
    world.carrier.expect_silence()


@pytest.mark.everywhere
def test_a_3_brings_the_newest_place_and_answers_nothing(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    world.forward(minutes=10)
    ana.phone.moves({"lat": 14.7001, "lon": -17.4501})
    world.work()
    world.carrier.expect(text.to, "Ana has moved:")
    world.carrier.inbound(text.to, "3")
    now = f"{world.clock.now():%H:%M}"
    world.carrier.expect(text.to, "Ana needs help.", f"{now} at N14.7001 W17.4501", text.code)
    assert ana.phone.progress()["state"] == "open"


def test_a_3_while_several_alerts_are_open_lists_the_codes(world: World) -> None:
    ana = world.activist("Ana")
    sara = world.activist("Sara", contacts=[ana.contacts[0]])
    ben = ana.contacts[0]
    ana.phone.press()
    sara.phone.press()
    for_ana = world.carrier.expect(ben, "Ana needs help.")
    world.carrier.expect(ben, "Sara needs help.")
    world.carrier.inbound(ben.phone, "3")
    world.carrier.expect(ben, "Several alerts are open", f"3 {for_ana.code} Ana")
    world.carrier.inbound(ben.phone, f"3 {for_ana.code}")
    world.carrier.expect(ben, "Ana needs help.", for_ana.code)


@pytest.mark.parametrize("words", ["on my way", "1 hour away", "2 police cars are here", "ok"])
def test_words_that_might_be_an_answer_are_asked_about(world: World, words: str) -> None:
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    world.carrier.inbound(text.to, words)
    world.carrier.expect(text.to, "Not understood. Reply 1 if you act, 2 if you cannot")
    assert ana.phone.progress()["state"] == "open"
    assert world.staff().timeline(ana.phone.last, "wrote")[0]["detail"]["text"] == words


def test_two_machines_that_answer_each_other_fall_silent(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    for _ in range(20):
        world.carrier.inbound(text.to, "I am driving and will answer later.")
    heard = world.carrier.unexpected()
    assert 0 < len(heard) <= 3
    world.carrier.read_all()
    world.forward(minutes=61)
    world.carrier.inbound(text.to, "Who is this?")
    world.carrier.expect(text.to, "Not understood.")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("safe", "safe, confirmed by the office"),
        ("false_alarm", "false alarm, confirmed"),
        ("detained", "This alert is closed."),
    ],
)
def test_the_last_text_says_how_it_ended_and_cares(world: World, outcome: str, words: str) -> None:
    ana = world.activist(contacts=["Ben", "Grace"])
    ana.phone.press()
    texts = [world.carrier.expect(one) for one in ana]
    texts[0].reply("2")
    world.staff().close(ana.phone.last, outcome)
    for text in texts:
        last = world.carrier.expect(text.to, words, text.code)
        assert last.segments == 1
        assert last.body.endswith("Rest, and talk to somebody you trust.")


def test_nobody_hears_of_the_end_of_an_alert_they_were_not_told_of(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=20)
    ana.phone.stop(STOP_CODE)
    world.staff().close(ana.phone.last, "false_alarm")
    world.forward(minutes=2)
    world.carrier.expect_silence()


def test_a_duplicate_is_closed_in_silence(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    world.staff().close(ana.phone.last, "duplicate")
    world.carrier.expect_silence()


@pytest.mark.everywhere
def test_claimed_at_the_same_instant_there_is_one_lead_and_everyone_is_told_the_same(
    world: World,
) -> None:
    noor = world.staff()
    winners = set()
    for _ in range(RACES):
        ana = world.activist(contacts=["Ben", "Grace"])
        ben, grace = ana
        ana.phone.press()
        codes = {world.carrier.expect(one, "needs help").code for one in ana}
        start = Barrier(3)

        def answer(sender: str, start: Barrier = start) -> int:
            caller = Caller(world.url)
            start.wait()
            try:
                return world.carrier.post(
                    "/twilio/inbound", inbound_form(sender, "1"), caller=caller
                ).status
            finally:
                caller.close()

        def take(incident_id: str = ana.phone.last, start: Barrier = start) -> None:
            start.wait()
            noor.tries(incident_id, "acknowledge", {}).ok()

        with ThreadPoolExecutor(3) as pool:
            claims = [pool.submit(answer, ben.phone), pool.submit(answer, grace.phone)]
            taking = pool.submit(take)
            assert [claim.result() for claim in claims] == [200, 200]
            taking.result()
        heard = " ".join(text.body for text in world.carrier.unexpected())
        world.carrier.read_all()
        leads = {who for who in ("Ben", "Grace", "Dakar office") if f"{who} is acting" in heard}
        assert len(leads) == 1, heard
        (lead,) = leads
        assert heard.count(f"acting too. {lead} leads.") == heard.count("acting too.")
        assert heard.count("noted, you are acting") <= 2
        assert ana.phone.progress()["acknowledged"] == 2
        assert len(codes) == 1
        winners.add(lead)
    assert winners
