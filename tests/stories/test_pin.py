"""A contact's PIN: the page behind their link opens with it, five wrong ones shut it."""

import pytest

from server.services import links
from server.vault import Ring, Vault, about
from shared.crypto import CryptoError, code_verifier
from tests.support.carrier import Text
from tests.support.contact_page import page_keys
from tests.support.people import Activist, Contact
from tests.support.web import Answer
from tests.support.world import World

PIN = "4711"
VERIFIER = code_verifier(PIN)


def pressed(world: World) -> tuple[Activist, Text]:
    """An alert whose first contact has a PIN and whose second has none; the first one's text."""
    ben = Contact("Ben", "+33639980901", "en", 1, "", "", pin=VERIFIER)
    ana = world.activist(contacts=[ben, "Grace"])
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    assert world.page(world.carrier.expect(ana.contacts[1]).link).view()["name"] == "Ana"
    return ana, text


def enter(world: World, secret: str, pin: str) -> Answer:
    return world.caller.ask("POST", "/v1/contact/pin", {**page_keys(secret), "pin": pin})


def unknown(world: World) -> bytes:
    return world.caller.ask("POST", "/v1/contact/view", page_keys("A" * 22)).body


@pytest.mark.everywhere
def test_the_page_opens_with_the_right_pin_alone(world: World) -> None:
    ana, text = pressed(world)
    secret = text.link
    page, noor = world.page(secret), world.staff()
    asked = page.open()
    assert (asked.status, asked.json["pointer"]) == (403, "/pin")
    assert b"Ana" not in asked.body
    wrong = enter(world, secret, "0000")
    assert (wrong.status, wrong.json["pointer"]) == (403, "/pin")
    assert len(noor.timeline(ana.phone.last, "page_opened")) == 1, "only Grace's"
    page.keys["key"] = enter(world, secret, PIN).ok()["key"]
    assert page.view()["name"] == "Ana"
    assert page.answer(1)["you"]["answer"] == "acting"
    world.carrier.expect(ana.contacts[1], "Ben is acting")
    assert len(noor.timeline(ana.phone.last, "page_opened")) == 2
    assert world.page(secret).open().status == 403, "the text alone still opens nothing"


def test_digits_of_the_contact_s_own_script_are_the_same_pin(world: World) -> None:
    secret = pressed(world)[1].link
    assert enter(world, secret, "٤٧١١").status == 200
    assert enter(world, secret, "四七一一").status == 422


@pytest.mark.everywhere
def test_five_wrong_pins_shut_the_link_and_the_board_says_so(world: World) -> None:
    ana, text = pressed(world)
    secret = text.link
    noor = world.staff()
    said = [enter(world, secret, f"000{n}").status for n in range(4)]
    world.start_server()
    said += [enter(world, secret, pin).status for pin in ("0004", PIN, "0005")]
    assert said == [403, 403, 403, 403, 409, 409, 409]
    assert world.page(secret).open().status == 409
    (entry,) = noor.timeline(ana.phone.last, "pin_locked")
    assert entry["detail"]["name"] == "Ben"
    text.reply("1")
    world.carrier.expect(ana.contacts[1], "Ben is acting")


def test_the_right_pin_does_not_give_the_wrong_ones_back(world: World) -> None:
    secret = pressed(world)[1].link
    pins = ["0000", "0001", PIN, "0002", "0003", PIN, "0004", PIN]
    assert [enter(world, secret, pin).status for pin in pins] == [
        403, 403, 200, 403, 403, 200, 409, 409,
    ]  # fmt: skip


def test_who_lacks_the_link_learns_nothing_of_the_pin_and_spends_no_try(world: World) -> None:
    secret = pressed(world)[1].link
    crossed = {**page_keys(secret), "key": page_keys("A" * 22)["key"], "pin": PIN}
    for _ in range(6):
        answer = world.caller.ask("POST", "/v1/contact/pin", crossed)
        assert (answer.status, answer.body) == (404, unknown(world))
    assert enter(world, secret, PIN).status == 200


def test_a_revoked_and_an_ended_link_look_unknown_and_no_half_is_left(world: World) -> None:
    ana, text = pressed(world)
    secret = text.link
    noor = world.staff()
    noor.caller.ask("DELETE", f"/v1/incidents/{ana.phone.last}/contacts/1/link").ok()
    for answer in (world.page(secret).open(), enter(world, secret, PIN)):
        assert (answer.status, answer.body) == (404, unknown(world))
    noor.close(ana.phone.last)
    for contact in ana:
        world.carrier.expect(contact)
    with world.database.read() as tx:
        assert tx.execute(links._pin.select()).all() == []


def test_database_and_text_together_release_nothing_without_the_ring_and_the_pin(
    world: World,
) -> None:
    secret = pressed(world)[1].link
    keys = page_keys(secret)
    with world.database.read() as tx:
        (row,) = tx.execute(links._pin.select()).all()
        with pytest.raises(CryptoError):
            Vault(Ring.new()).read(row.sealed, about("link_pin", row.recipient_id))
    inner = world.vault.read(row.sealed, about("link_pin", row.recipient_id))
    assert VERIFIER not in row.sealed + inner, "the ring alone does not show the verifier"
    assert row.recipient_id == keys["lookup"]
