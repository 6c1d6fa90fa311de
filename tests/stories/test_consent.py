"""Consent first: contacts are asked when a phone pairs, and used once they agree."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from server.services import rows
from server.tables import Delivery
from shared import crypto, wire
from tests.support import people
from tests.support.enrolment import offer, paired, pairing, profile, text_of
from tests.support.phone import Phone
from tests.support.world import World


@pytest.mark.everywhere
def test_contacts_are_asked_at_the_pairing_and_texted_once_they_agree(world: World) -> None:
    contacts = people.contacts_of("Ana", [["Ben", "Grace", "Oscar"]], ["en"])
    ben, grace, oscar = contacts
    phone = paired(world, contacts)
    world.carrier.expect(ben, "Ana (Dakar office) asks", "Reply 1 to agree").reply("1")
    world.carrier.expect(ben, "Thank you. You will be texted only in an emergency")
    world.carrier.expect(grace, "Ana (Dakar office) asks").reply("2")
    world.carrier.expect(grace, "Noted. This number will not be alerted.")
    world.carrier.expect(oscar, "Ana (Dakar office) asks")
    standing = phone.caller.ask("GET", "/v1/profile/standing").ok()["contacts"]
    assert [one["consent"] for one in standing] == ["agreed", "declined", "asked"]
    assert [one["label"] for one in standing] == ["contact 1", "contact 2", "contact 3"]
    assert phone.press().contacts == 1
    world.carrier.expect(ben, "Ana needs help.")
    world.carrier.expect_silence()


def test_an_invitations_words_are_gone_once_it_was_sent(world: World) -> None:
    """It holds a number outside of any incident."""
    (ben,) = people.contacts_of("Ana", [["Ben"]], ["en"])
    paired(world, (ben,))
    world.carrier.expect(ben, "asks to text you")
    with world.database.read() as tx:
        sealed = tx.execute(select(rows.table(Delivery).c.sealed)).scalars()
        assert list(sealed) == [None]


def test_only_contacts_who_are_new_in_the_profile_are_asked(world: World) -> None:
    ben, grace = people.contacts_of("Ana", [["Ben", "Grace"]], ["en"])
    phone = paired(world, (ben,))
    world.carrier.expect(ben, "asks to text you").reply("1")
    world.carrier.expect(ben, "Thank you")
    answer = phone.caller.ask("PUT", "/v1/profile", profile(phone, (ben, grace)))
    assert [one["consent"] for one in answer.ok()["contacts"]] == ["agreed", "asked"]
    world.carrier.expect(grace, "asks to text you").reply("1")
    world.carrier.expect(grace, "Thank you")
    assert phone.press().contacts == 2
    for one in (ben, grace):
        world.carrier.expect(one, "needs help")


def test_a_contact_whose_number_changed_is_asked_anew(world: World) -> None:
    """Somebody else may answer there."""
    ben, other = people.contacts_of("Ana", [["Ben", "Other"]], ["en"])
    phone = paired(world, (ben,))
    world.carrier.expect(ben, "asks to text you").reply("1")
    world.carrier.expect(ben, "Thank you")
    moved = replace(ben, phone=other.phone)
    answer = phone.caller.ask("PUT", "/v1/profile", profile(phone, (moved,)))
    assert [one["consent"] for one in answer.ok()["contacts"]] == ["asked"]
    world.carrier.expect(other, "asks to text you")
    assert phone.press().contacts == 0
    world.carrier.expect_silence()


def test_a_contact_who_said_stop_is_not_even_asked(world: World) -> None:
    (ben,) = people.contacts_of("Ana", [["Ben"]], ["en"])
    world.carrier.inbound(ben.phone, "STOP")
    paired(world, (ben,))
    world.carrier.expect_silence()


def test_without_a_consenting_contact_the_office_alone_is_told(world: World) -> None:
    ana = world.activist(agreed=False)
    pressed = ana.phone.press()
    assert pressed.contacts == 0
    noor = world.staff()
    assert len(noor.timeline(pressed.incident_id, "office_only")) == 1
    assert noor.incidents()[0]["unanswered"]
    world.carrier.expect_silence()


def test_a_pairing_code_works_once_and_for_a_week(world: World) -> None:
    code, token = offer(world, ()), crypto.random_bytes()
    late = offer(world, ())
    assert world.caller.ask("POST", "/v1/pairings", pairing(code, token)).status == 201
    again = world.caller.ask("POST", "/v1/pairings", pairing(code, crypto.random_bytes()))
    assert (again.status, again.json["pointer"]) == (404, "/code")
    world.forward(days=7, seconds=1)
    assert (
        world.caller.ask("POST", "/v1/pairings", pairing(late, crypto.random_bytes())).status == 404
    )


def test_a_token_that_is_in_use_does_not_cost_the_code(world: World) -> None:
    ana = world.activist(contacts=[])
    code = offer(world, ())
    refused = world.caller.ask("POST", "/v1/pairings", pairing(code, ana.phone.token))
    assert (refused.status, refused.json["pointer"]) == (422, "/token_hash")
    assert (
        world.caller.ask("POST", "/v1/pairings", pairing(code, crypto.random_bytes())).status == 201
    )


def test_a_key_that_nobody_can_seal_to_does_not_cost_the_code(world: World) -> None:
    code, token = offer(world, ()), crypto.random_bytes()
    weak = pairing(code, token) | {"dispatch_key": text_of(bytes(32))}
    refused = world.caller.ask("POST", "/v1/pairings", weak)
    assert (refused.status, refused.json.get("pointer")) == (422, "/dispatch_key")
    assert world.caller.ask("POST", "/v1/pairings", pairing(code, token)).status == 201


def test_a_bundle_sealed_to_another_key_is_refused(world: World) -> None:
    ana = world.activist(contacts=[])
    stranger = Phone(world.url, crypto.random_bytes(), world.clock, world.work)
    answer = ana.phone.caller.ask("PUT", "/v1/profile", profile(stranger, ()))
    assert (answer.status, answer.json["pointer"]) == (422, "/bundle")


def test_a_bundle_without_code_verifiers_is_refused(world: World) -> None:
    ana = world.activist(contacts=[])
    bundle = wire.Bundle(name="Ana", contacts=[], stop=b"", duress=b"")
    sealed = crypto.seal(
        crypto.dispatch_pair(ana.phone.token).public,
        wire.pad(wire.encode(bundle), wire.BUNDLE_SIZE),
    )
    body = {"bundle": text_of(sealed), "office_copy": text_of(sealed)}
    answer = ana.phone.caller.ask("PUT", "/v1/profile", body)
    assert (answer.status, answer.json["pointer"]) == (422, "/bundle")
