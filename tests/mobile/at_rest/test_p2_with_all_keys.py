"""P2: opened with all its keys, the ready part of a phone knows a server and nobody."""

import sqlite3
import typing
from datetime import datetime
from pathlib import Path

from mobile.core.outbox import Outbox
from mobile.core.vault import Hot, Vault
from shared import crypto, wire
from tests.mobile.people import PLACE, device, hot, incident, kept
from tests.soak.canaries import found_in, of_number, of_place, of_text
from tests.support.people import STOP_CODE, Activist
from tests.support.world import World

KEYS = {"outbox_key", "token", "servers", "office_key"}
# What cannot say who somebody is, whatever is in it.
HARMLESS = {
    bool,
    int,
    float,
    datetime | None,
    wire.Locale,
    tuple[bool, bool, bool],
    frozenset[str],
}


def test_the_ready_vault_holds_keys_addresses_and_switches() -> None:
    fields = typing.get_type_hints(Hot)
    assert set(fields) >= KEYS
    others = {name: kind for name, kind in fields.items() if name not in KEYS}
    assert {name for name, kind in others.items() if kind not in HARMLESS} == set()
    assert [name for name, kind in others.items() if kind == frozenset[str]] == ["triggers"]


def opened(path: Path, key: bytes) -> list[bytes]:
    """Every row of an outbox, as somebody with all the keys reads it."""
    with sqlite3.connect(path) as connection:
        rows = [
            *connection.execute("SELECT ref, sealed FROM entry"),
            *connection.execute("SELECT name, sealed FROM fact"),
        ]
    return [crypto.decrypt(key, sealed, f"outbox/{name}".encode()) for name, sealed in rows]


def test_of_an_answered_call_the_outbox_keeps_counts_and_no_place(tmp_path: Path) -> None:
    known = hot("https://help.example")
    Vault(tmp_path / "vault", device(tmp_path).key).save(known)
    outbox = Outbox(tmp_path / "outbox", known.outbox_key)
    press, place = kept(position=PLACE, note="at the bridge"), of_place(PLACE.lat, PLACE.lon)
    outbox.keep(press)
    seen = opened(tmp_path / "outbox", known.outbox_key)
    assert found_in([place], seen) == [place], "while it waits it is there: the look is a good one"
    outbox.settle([press.ref], incident("open"))
    seen = opened(tmp_path / "outbox", known.outbox_key)
    assert seen
    assert found_in([place, of_text("note", "at the bridge")], seen) == []


def everything_said_to(ana: Activist, world: World) -> list[bytes]:
    """Every answer and push that a phone gets in an alert that contacts and the office work on."""
    phone, noor = ana.phone, world.staff()
    with phone.socket() as socket:
        pressed = phone.press(countdown=0)
        said = [pressed.answer.body, phone.look().body]
        for contact, digit in zip(ana.contacts, "12", strict=False):
            world.carrier.expect(contact, "Ana").reply(digit)
        noor.take(pressed.incident_id)
        socket.pushed(office=True)
        said += [
            phone.moves({"lat": 14.7}).body,
            phone.caller.ask("GET", "/v1/profile/standing").body,
            phone.press(countdown=0).answer.body,
            phone.enters("0000").body,
            phone.stop(STOP_CODE).body,
            phone.caller.ask("GET", "/v1/incidents/none").body,
        ]
        noor.close(pressed.incident_id)
        socket.pushed(state="closed")
        said += [phone.look().body, *(raw for raw, _ in socket.seen)]
    world.work()
    world.carrier.read_all()
    return said


def test_no_answer_and_no_push_says_a_name_or_a_number(world: World) -> None:
    ana = world.activist(contacts=["Benjamin", "Chloe"])
    said = everything_said_to(ana, world)
    people = [one for contact in ana for one in (contact.name, contact.known_as)]
    canaries = [of_text("name", name) for name in (*people, ana.name)]
    canaries += [of_number(contact.phone, "33") for contact in ana]
    assert len(said) > 12
    assert found_in(canaries, said) == []
    texts = [text.body.encode() for text in world.carrier.texts()]
    assert found_in(canaries, texts), "in the texts to contacts they are: the look is a good one"
