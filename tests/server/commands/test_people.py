"""A real office can start with nothing but these commands."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

import pytest

from server.commands import recovery
from server.db import Database
from server.domain.errors import NotKnown
from server.services import activists, devices, sessions, staff
from server.vault import Ring, Vault
from shared import crypto, wire
from shared.clock import SystemClock
from tests.server.commands.operating import EMAIL, PASSWORD, Operator

BO = "bo@nord.example"
CONTACTS = [
    {"name": "Ben", "phone": "+33 (0)6 39 98 00 01", "known_as": "Amina", "language": "fr"},
    {"name": "Grace", "phone": "+12025550101", "known_as": "A.", "ring": 2, "code_word": "tea"}
    | {"pin": "4711"},
]


def invited(server: Operator, email: str = BO, role: str = "responder") -> None:
    who = ["--office", "Hub", "--name", "Bo", "--email", email, "--role", role]
    code = server.done("people", "staff", "invite", *who)
    server.done("people", "staff", "accept", "--code-stdin", stdin=f"{code.strip()}\n{PASSWORD}\n")


def listed(server: Operator, noun: str) -> list[list[str]]:
    lines = [line.split("\t") for line in server.done("people", "list").splitlines()]
    return [line for line in lines if line[0] == noun]


def pairing(server: Operator, contacts: object = CONTACTS, codes: str = "1234\n9876\n") -> str:
    activist = server.done("people", "activist", "add", "--office", "Hub", "--name", "Amina")
    (server.folder / "contacts.json").write_text(json.dumps(contacts))
    words = ["people", "activist", "pair", "--activist", activist.strip(), "--codes-stdin"]
    where = ["--contacts", "contacts.json", "--timezone", "Africa/Dakar"]
    said = server.run(*words, *where, stdin=codes)
    return said.out if said.status == 0 else said.err


def opened(server: Operator) -> tuple[Database, Vault]:
    return Database(f"sqlite:///{server.database}"), Vault(Ring.load(server.key_file))


def test_a_colleague_is_invited_accepts_and_is_granted_by_another(server: Operator):
    invited(server)
    grant = ["people", "staff", "grant", "--email", BO, "--by", EMAIL, "--secret-stdin"]
    assert "do not belong together" in server.refused(*grant, stdin="a wrong password")
    server.done(*grant, stdin=PASSWORD)
    database, vault = opened(server)
    now = SystemClock().now()
    with database.read() as tx:
        known = staff.credentials(tx, vault, BO)
    pair = staff.unlock(vault, known, PASSWORD)
    cookie = database.write(lambda tx: staff.open_session(tx, vault, known.staff_id, pair, now))
    with database.read() as tx:
        session = staff.resume(tx, vault, cookie, now)
        assert session.readable
    server.done("people", "staff", "disable", "--email", BO)
    with database.read() as tx:
        assert sessions.which_stand(tx, {session.id}, now) == set()
        assert staff.credentials(tx, vault, BO).staff_id is None
    database.close()


def test_nobody_grants_to_themselves_and_no_responder_to_others(server: Operator):
    invited(server, role="administrator")
    by_self = ["people", "staff", "grant", "--email", BO, "--by", BO, "--secret-stdin"]
    assert "Nobody grants to themselves" in server.refused(*by_self, stdin=PASSWORD)
    invited(server, "cy@nord.example")
    by_ungranted = ["people", "staff", "grant", "--email", "cy@nord.example", "--by", BO]
    said = server.refused(*by_ungranted, "--secret-stdin", stdin=PASSWORD)
    assert "Only an administrator" in said


def test_a_new_offices_first_colleague_is_granted_with_the_recovery_key(server: Operator):
    server.done("people", "office", "add", "Nord", "--parent", "Hub")
    who = ["--office", "Nord", "--name", "Bo", "--email", BO, "--role", "administrator"]
    code = server.done("people", "staff", "invite", *who).strip()
    server.done("people", "staff", "accept", "--code-stdin", stdin=f"{code}\n{PASSWORD}\n")
    grant = ["people", "staff", "grant", "--email", BO, "--recovery", "--secret-stdin"]
    assert "not a recovery key" in server.refused(*grant, stdin="AAAA")
    server.done(*grant, stdin=server.recovery)
    activist = ["people", "activist", "add", "--office", "Nord", "--name", "Amina"]
    server.done(*activist)
    assert "Amina" not in server.done("people", "list")
    names = ["people", "list", "--password-stdin", "--as"]
    assert "Amina" in server.done(*names, BO, stdin=PASSWORD)
    assert "Amina" not in server.done(*names, EMAIL, stdin=PASSWORD)


def test_another_organisations_recovery_key_opens_nothing(server: Operator):
    invited(server)
    grant = ["people", "staff", "grant", "--email", BO, "--recovery", "--secret-stdin"]
    assert "another organisation" in server.refused(*grant, stdin=recovery.new())


def test_who_lost_their_password_starts_again_without_the_key(server: Operator):
    code = server.done("people", "staff", "reinvite", "--email", EMAIL).strip()
    assert listed(server, "staff")[0][-1] == "invited"
    new = "another long password"
    server.done("people", "staff", "accept", "--code-stdin", stdin=f"{code}\n{new}\n")
    assert listed(server, "staff")[0][-1] == "accepted"


def test_what_staff_typed_reaches_the_phone_and_only_it(server: Operator):
    code, link = pairing(server).splitlines()
    assert link == f"candlewire://pair?server=https%3A%2F%2Fgo.example.org&code={code}"
    assert b"+33639980001" not in server.database.read_bytes()
    token = crypto.random_bytes()
    public = urlsafe_b64encode(crypto.dispatch_pair(token).public).decode().rstrip("=")
    database, vault = opened(server)
    asked = wire.Pairing(
        code=code,
        device_name="phone",
        token_hash=hashlib.sha256(token).hexdigest(),
        dispatch_key=public,
    )
    now = SystemClock().now()
    paired = database.write(lambda tx: activists.pair(tx, vault, asked, now))
    with database.read() as tx:
        bundle = devices.open_bundle(vault, devices.caller(tx, token))
    assert bundle is not None
    assert [contact.phone for contact in bundle.contacts] == ["+33639980001", "+12025550101"]
    assert (bundle.name, bundle.timezone) == ("Amina", "Africa/Dakar")
    assert crypto.code_matches("1234", bundle.stop)
    assert bundle.contacts[0].pin == b""
    assert crypto.code_matches("4711", bundle.contacts[1].pin)
    assert crypto.code_matches("9876", bundle.duress)
    assert urlsafe_b64decode(paired.office_key + "=")
    database.close()
    server.done("people", "device", "revoke", paired.device_id)
    assert listed(server, "device")[0][-1] == "revoked"
    assert "no such phone" in server.refused("people", "device", "revoke", paired.device_id)


def test_what_cannot_be_used_is_refused_by_its_place_and_without_its_value(server: Operator):
    bad = [{**CONTACTS[0], "phone": "0639980001"}]
    assert "/0/phone: write it with +" in pairing(server, bad)
    assert "/0/language" in pairing(server, [{**CONTACTS[0], "language": "xx"}])
    assert "0639980001" not in pairing(server, bad)
    for pin in ("471", "47a1", "4711 "):
        assert "/0/pin" in pairing(server, [{**CONTACTS[0], "pin": pin}])
    assert "two codes are the same" in pairing(server, codes="1234\n1234\n")
    assert "4 to 32" in pairing(server, codes="12\n1234\n")
    assert "--name" in pairing(server, [])
    assert pairing(server, [CONTACTS[0]] * 21).startswith("Contacts, card and name:")


def test_a_pairing_code_is_too_old_after_a_week(server: Operator):
    code, _ = pairing(server).splitlines()
    database, vault = opened(server)
    asked = wire.Pairing(code=code, device_name="phone", token_hash="0" * 64, dispatch_key="A" * 43)
    later = SystemClock().now() + timedelta(days=7)
    with pytest.raises(NotKnown) as refused:
        database.write(lambda tx: activists.pair(tx, vault, asked, later))
    assert refused.value.pointer == "/code"
    database.close()


def test_two_offices_do_not_share_a_name(server: Operator):
    assert "of that name" in server.refused("people", "office", "add", "Hub")
    assert "no office" in server.refused("people", "office", "add", "Nord", "--parent", "South")
