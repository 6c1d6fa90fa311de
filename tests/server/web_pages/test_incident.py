"""One incident in a browser: the whole job on one page, by key, alone and with a colleague."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from server.domain.access import Role
from server.services import closings
from tests.server.web_pages.conftest import Desk
from tests.server.web_pages.office import at_board, card
from tests.support.duty import FIRST
from tests.support.office import Officer
from tests.support.people import Activist
from tests.support.world import World

DAKAR = {"lat": 14.6937, "lon": -17.4441, "accuracy_m": 25.0, "source": "gps"}


def pressed(world: World, *, languages: tuple[str, ...] = ("en",)) -> Activist:
    """Ana's alert, with a place and two contacts who have their texts."""
    ana = world.activist(contacts=["Ben", "Grace"], languages=languages)  # type: ignore[arg-type]
    ana.phone.press(position=DAKAR, battery=0.4)
    for one in ana:
        world.carrier.expect(one)
    return ana


def opened(desk: Desk, world: World, officer: Officer, incident: str, **options: str) -> Page:
    """At the officer's board, by the address of the incident."""
    page = at_board(desk, world, officer, **options)
    page.goto(f"{world.url}/#i={incident}")
    expect(page.locator("#incident h2")).to_be_visible()
    return page


def timeline(page: Page) -> Locator:
    return page.locator("#incident .timeline")


def test_an_address_opens_it_and_a_key_makes_it_the_whole_page(world: World, desk: Desk) -> None:
    ana, noor = pressed(world), world.staff()
    ana.phone.moves({**DAKAR, "lat": 14.71})
    page = opened(desk, world, noor, ana.phone.last)
    detail = page.locator("#incident")
    expect(detail).to_contain_text("north of Dakar")
    expect(detail).to_contain_text("N14.7100 W17.4441")
    expect(detail).to_contain_text("Plus code 7C64PH64")
    expect(detail.locator(".phone-state")).to_contain_text("battery 40%")
    detail.locator(".track summary").click()
    expect(detail.locator(".track li")).to_have_count(2)
    expect(detail.locator(".track")).to_contain_text("within 25 m")

    page.keyboard.press("w")
    columns = detail.locator(".column")
    first, second = (columns.nth(number).bounding_box() for number in (0, 1))
    assert first is not None
    assert second is not None
    assert abs(first["y"] - second["y"]) < 1, "side by side"
    expect(timeline(page).locator(".stored").first).to_be_visible()
    page.keyboard.press("w")
    expect(timeline(page).locator(".stored").first).to_be_hidden()
    page.keyboard.press("Escape")
    expect(detail).to_be_hidden()
    assert "#" not in page.url


def test_an_officer_texts_by_key_and_sees_it_counted(world: World, desk: Desk) -> None:
    ana, noor = pressed(world, languages=("en", "ar")), world.staff()
    page = opened(desk, world, noor, ana.phone.last)
    page.keyboard.press("x")
    dialog = page.locator("#text-dialog")
    page.keyboard.type("Where are you now, and who is with you? Answer by text please.")
    expect(dialog.locator("#text-count")).to_contain_text("of 70")
    expect(dialog.locator("#text-long")).to_contain_text("Longer than one text for Grace")
    expect(dialog.locator("#text-submit")).to_be_disabled()
    dialog.get_by_label("Grace").uncheck()
    expect(dialog.locator("#text-count")).to_contain_text("of 160")
    expect(dialog.locator("#text-preview")).to_contain_text("the office: Where are you now")
    page.locator("#text-submit").click()
    expect(dialog).to_be_hidden()
    world.work()
    world.carrier.expect(ana.contacts[0], "Where are you now")
    world.carrier.expect_silence()
    expect(timeline(page)).to_contain_text("Noor wrote to Ben")


def test_contacts_are_asked_to_check_in_the_usual_words(world: World, desk: Desk) -> None:
    ana, noor = pressed(world), world.staff()
    page = opened(desk, world, noor, ana.phone.last)
    page.keyboard.press("v")
    dialog = page.locator("#text-dialog")
    expect(dialog.locator("#text-preview")).to_contain_text("please check how they are")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_be_hidden()
    world.work()
    ben, grace = ana
    world.carrier.expect(grace, "please check how they are")
    world.carrier.expect(ben, "please check how they are").reply("1")
    expect(page.locator("#incident .people > li").first).to_contain_text("acting")
    expect(timeline(page)).to_contain_text("Noor asked for a check: Ben, Grace")


def test_a_call_is_made_by_the_server_or_noted_by_who_made_it(world: World, desk: Desk) -> None:
    ana, noor = pressed(world), world.staff()
    page = opened(desk, world, noor, ana.phone.last)
    detail, dialog = page.locator("#incident"), page.locator("#phone-dialog")
    detail.get_by_role("button", name="Call: Grace").click()
    expect(dialog.locator("#phone-number")).to_contain_text(ana.contacts[1].phone)
    dialog.get_by_role("button", name="Let the server call").click()
    expect(dialog).to_be_hidden()
    world.work()
    world.carrier.expect_call(ana.contacts[1], "Ana needs help.").pick_up()
    expect(timeline(page)).to_contain_text("Noor has Grace called")
    expect(timeline(page).locator(".said")).to_have_count(0)  # a code is not what somebody said

    page.keyboard.press("d")
    dialog.get_by_label("no answer").check()
    dialog.get_by_label("What was said").fill("It rang for a minute.")
    dialog.get_by_role("button", name="Note the call").click()
    expect(timeline(page)).to_contain_text("Noor called Ben: no answer")
    expect(timeline(page)).to_contain_text("It rang for a minute.")


def test_a_text_that_failed_says_why_and_what_to_do(world: World, desk: Desk) -> None:
    ana, noor = world.activist(), world.staff()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0]).receipt("undelivered", 30006)
    page = opened(desk, world, noor, ana.phone.last)
    contact = page.locator("#incident .people > li").first
    expect(contact).to_contain_text("not reached")
    expect(contact).to_contain_text("This is a landline. Call it.")


def test_what_the_carrier_refused_names_who_was_not_reached(world: World, desk: Desk) -> None:
    world.ladder()
    world.duty_phones(FIRST)
    ana, noor, new = world.activist(), world.staff(), world.staff("Sam", granted=False)
    world.carrier.sandbox.faults(status=400, code=21211)
    ana.phone.press()
    page = opened(desk, world, noor, ana.phone.last)
    for sentence in (
        "Text to Ben refused. This number cannot get texts.",
        "Text to the duty phone refused. This number cannot get texts.",
        "The call to the duty phone was not answered",
    ):
        expect(timeline(page)).to_contain_text(sentence)
    expect(timeline(page)).not_to_contain_text("undefined")
    page = opened(desk, world, new, ana.phone.last)
    expect(timeline(page)).to_contain_text("Text to Somebody refused.")
    expect(timeline(page)).not_to_contain_text("undefined")


def test_the_plan_is_shown_on_request_and_goes_with_the_page(world: World, desk: Desk) -> None:
    ana, noor = pressed(world), world.staff()
    door = f"/v1/activists/{ana.id}/plan"
    awa = world.staff("Awa", role=Role.ADMINISTRATOR)
    wish = {"code_word": "Saffron", "call_back": "Ask for the blue scarf.", "police": "danger"}
    awa.caller.ask("PUT", door, wish).ok()
    page = opened(desk, world, noor, ana.phone.last)
    detail = page.locator("#incident")
    expect(detail).not_to_contain_text("Saffron")
    page.keyboard.press("p")
    expect(detail.locator(".plan")).to_contain_text("Saffron")
    expect(detail.locator(".plan")).to_contain_text("a danger: do not call them")
    page.keyboard.press("Escape")
    card(page, ana.phone.last).locator(".open").click()
    expect(detail.locator("h2")).to_be_visible()
    expect(detail).not_to_contain_text("Saffron")


def test_two_officers_close_at_two_boards(world: World, desk: Desk) -> None:
    ana, noor, sam = pressed(world), world.staff("Noor"), world.staff("Sam")
    incident, now = ana.phone.last, world.clock.now()
    world.database.write(lambda tx: closings.set_rule(tx, world.office.id, True, "tests", now))
    noor.take(incident)
    world.carrier.read_all()
    noors, sams = (opened(desk, world, one, incident) for one in (noor, sam))

    noors.keyboard.press("y")
    dialog = noors.locator("#close-dialog")
    expect(dialog).to_contain_text("closes with two people")
    dialog.get_by_label("by voice, with the code word").check()
    dialog.get_by_label("How do you know").fill("She said the word.")
    dialog.get_by_role("button", name="Propose to a colleague").click()
    for page in (noors, sams):
        expect(page.locator("#incident .proposal")).to_contain_text(
            "Noor proposes to close it: Confirmed safe"
        )
        expect(card(page, incident)).to_contain_text("end proposed")
    expect(noors.locator("#incident")).not_to_contain_text("Confirm or refuse")

    sams.keyboard.press("c")
    decision = sams.locator("#decide-dialog")
    expect(decision).to_contain_text("She said the word.")
    decision.get_by_role("button", name="Refuse").click()
    expect(decision).to_be_visible()
    decision.get_by_label("Why not").fill("I want to hear her too.")
    decision.get_by_role("button", name="Refuse").click()
    expect(timeline(noors)).to_contain_text("Sam refused the proposal")
    expect(noors.locator("#incident .proposal")).to_have_count(0)

    noors.keyboard.press("c")
    dialog.get_by_label("Released").check()
    dialog.get_by_label("How do you know").fill("Her lawyer called.")
    dialog.get_by_label("Hand to casework").check()
    dialog.get_by_label("Reference").fill("DKR 114")
    dialog.get_by_role("button", name="Propose to a colleague").click()
    expect(sams.locator("#incident .proposal")).to_contain_text("in casework")
    sams.keyboard.press("c")
    decision.get_by_role("button", name="Confirm and close").click()
    expect(timeline(noors)).to_contain_text("Sam confirmed what Noor proposed: Released")
    expect(timeline(noors)).to_contain_text("reference DKR 114")
    expect(card(noors, incident)).to_have_count(0)
    noors.keyboard.press("r")
    noors.locator("#reopen-dialog").get_by_label("Why").fill("She was taken again.")
    noors.keyboard.press("Tab")
    noors.keyboard.press("Tab")
    noors.keyboard.press("Enter")
    expect(card(noors, incident)).to_be_visible()


def test_every_step_has_its_key_and_the_keys_are_listed(world: World, desk: Desk) -> None:
    ana, noor = pressed(world), world.staff()
    page = opened(desk, world, noor, ana.phone.last)
    shown = set(page.locator("#incident button kbd").all_inner_texts())
    page.keyboard.press("?")
    listed = {text.upper() for text in page.locator("#keys-dialog kbd").all_inner_texts()}
    assert shown
    assert shown <= listed
    assert set("TNHCYOURXVDPW") <= listed


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("wide", [False, True])
def test_whoever_listens_to_the_page_finds_everything(
    world: World, desk: Desk, language: str, wide: bool
) -> None:
    ana, noor = pressed(world, languages=("en", "ar")), world.staff()
    noor.texts(ana.phone.last, "Ana", 1)
    noor.close(ana.phone.last, "safe", "by voice")
    noor.reopen(ana.phone.last, "too early")
    world.carrier.read_all()
    page = opened(desk, world, noor, ana.phone.last, language=language)
    if wide:
        page.keyboard.press("w")
    for dialog in ("", "x", "d", "c"):
        if dialog:
            page.keyboard.press(dialog)
            expect(page.locator("dialog[open]")).to_have_count(1)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        if dialog:
            page.keyboard.press("Escape")


def test_at_double_size_nothing_is_cut_off(world: World, desk: Desk) -> None:
    ana, noor = pressed(world), world.staff()
    page = opened(desk, world, noor, ana.phone.last)
    page.set_viewport_size({"width": 640, "height": 400})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 640
    inside = page.locator("#incident").evaluate(
        "(element) => element.scrollWidth - element.clientWidth"
    )
    assert inside <= 0
