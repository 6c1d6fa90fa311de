"""Who has no link learns nothing: preview robots, and whoever guesses.

`CANDLEWIRE_GUESSES` sets how many links are guessed, a million say.
"""

import os
import time
from random import Random
from statistics import median

import pytest

from server.web import contact as doors
from tests.support.contact_page import page_keys
from tests.support.web import Answer
from tests.support.world import World

GUESSES = int(os.environ.get("CANDLEWIRE_GUESSES", "400"))
ROBOTS = [
    "facebookexternalhit/1.1", "Facebot", "WhatsApp/2.23.20.0 A", "TelegramBot (like TwitterBot)",
    "Twitterbot/1.0", "Slackbot-LinkExpanding 1.0", "Slack-ImgProxy", "Discordbot/2.0",
    "LinkedInBot/1.0", "SkypeUriPreview Preview/0.5", "Viber/13.0", "Line/10.0 LineBot",
    "vkShare; +http", "Googlebot/2.1", "Google-PageRenderer", "bingbot/2.0", "YandexBot/3.0",
    "Applebot/0.1", "Mastodon/4.2 (http.rb)", "python-requests/2.31",
]  # fmt: skip


def test_a_preview_robot_learns_nothing_and_counts_as_nothing(world: World) -> None:
    ana = world.activist("Zainab Testperson")
    ana.phone.press()
    secret = world.carrier.expect(ana.contacts[0]).link
    noor = world.staff()
    pages = set()
    for robot in ROBOTS:
        for path in ("/t", f"/t?{page_keys(secret)['lookup']}", "/v1/contact/view"):
            answer = world.caller.ask("GET", path, headers={"User-Agent": robot})
            assert b"Zainab" not in answer.body
            assert b"14.69" not in answer.body
            pages.add(answer.body)
    assert len(pages) == 2, "one page for all, and one refusal of the GET"
    assert noor.timeline(ana.phone.last, "page_opened") == []
    world.page(secret).view()
    assert len(noor.timeline(ana.phone.last, "page_opened")) == 1


def test_no_guess_opens_a_link(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guesses at random, beside true look-ups, and with the part that an alert's links share."""
    monkeypatch.setattr(doors, "GUESS_WAIT", 0.0)
    ana = world.activist(contacts=["Ben", "Grace"])
    ana.phone.press()
    ben, grace = (page_keys(world.carrier.expect(contact).link) for contact in ana)
    chance, letters = Random("guesses"), "0123456789ABCDEFabcdef"
    unknown = look(world, page_keys("A" * 22))
    for number in range(GUESSES):
        guess = page_keys("".join(chance.choices(letters, k=22)))
        tried = (
            guess,
            {**ben, "key": guess["key"]},
            {**guess, "key": ben["key"]},
            {"lookup": ben["lookup"][:8] + guess["lookup"][8:], "key": grace["key"]},
        )[number % 4]
        answer = look(world, tried)
        assert (answer.status, answer.body) == (404, unknown.body)
    assert look(world, ben).status == 200


def test_a_guess_an_expired_and_a_revoked_link_are_answered_alike_and_slowly(world: World) -> None:
    ana, sara = world.activist(contacts=["Ben", "Grace"]), world.activist("Sara")
    ana.phone.press()
    sara.phone.press()
    revoked, open_ = (page_keys(world.carrier.expect(contact).link) for contact in ana)
    expired = page_keys(world.carrier.expect(sara.contacts[0]).link)
    noor = world.staff()
    noor.caller.ask("DELETE", f"/v1/incidents/{ana.phone.last}/contacts/1/link").ok()
    noor.close(sara.phone.last)
    world.carrier.expect(sara.contacts[0])
    waits: dict[str, float] = {}
    answers = set()
    for name, keys in {
        "unknown": page_keys("A" * 22), "revoked": revoked, "expired": expired,
    }.items():  # fmt: skip
        times = []
        for _ in range(3):
            began = time.monotonic()
            answer = look(world, keys)
            times.append(time.monotonic() - began)
            answers.add((answer.status, answer.body, str(sorted(same(answer).items()))))
        waits[name] = median(times)
    assert len(answers) == 1
    assert min(waits.values()) >= doors.GUESS_WAIT
    assert max(waits.values()) - min(waits.values()) < 0.2, "no kind takes longer than another"
    assert look(world, open_).status == 200


def look(world: World, keys: dict[str, str]) -> Answer:
    return world.caller.ask("POST", "/v1/contact/view", keys)


def same(answer: Answer) -> dict[str, str]:
    """Its headers, but for the time of day."""
    return {name: value for name, value in answer.headers.items() if name.lower() != "date"}
