"""Who is not protected today, from the operator's shell; and contacts who are asked anew."""

import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import timedelta

from server.db import Database
from server.services import activists, consents
from server.vault import Ring, Vault
from shared import crypto, wire
from shared.clock import SystemClock
from tests.server.commands.operating import EMAIL, PASSWORD, Operator

CONTACTS = [{"name": "Benedict", "phone": "+33 6 39 98 00 01", "known_as": "Amina"}]


def typed(server: Operator, contacts: object = CONTACTS) -> list[str]:
    """An activist with these contacts: their id, and the words that make a pairing code."""
    (server.folder / "contacts.json").write_text(json.dumps(contacts))
    new = server.done("people", "activist", "add", "--office", "Hub", "--name", "Amina").strip()
    return ["people", "activist", "pair", "--activist", new, "--contacts", "contacts.json"]


def opened(server: Operator) -> tuple[Database, Vault]:
    return Database(f"sqlite:///{server.database}"), Vault(Ring.load(server.key_file))


def enrolled(server: Operator, weeks_ago: int) -> str:
    """An activist whose phone was paired then, and whose contact has not answered since."""
    words = typed(server)
    code = server.done(*words, "--codes-stdin", stdin="1234\n9876\n").splitlines()[0]
    token = crypto.random_bytes()
    public = crypto.dispatch_pair(token).public
    wish = wire.Pairing(
        code=code,
        device_name="phone",
        token_hash=hashlib.sha256(token).hexdigest(),
        dispatch_key=urlsafe_b64encode(public).decode().rstrip("="),
    )
    now = SystemClock().now()
    then = now - timedelta(weeks=weeks_ago)
    database, vault = opened(server)
    paired = database.write(lambda tx: activists.pair(tx, vault, wish, then))
    database.write(lambda tx: consents.turn(tx, vault, 25, now))
    database.close()
    return paired.activist_id


def test_readiness_says_what_to_mend_and_names_only_to_who_signs_in(server: Operator):
    activist = enrolled(server, 0)
    said = server.done("people", "readiness").splitlines()
    assert said[0] == f"{activist}\tHub\t-\tnot protected\t0 reachable"
    assert said[1:] == [
        "\tNobody can be alerted: no contact has agreed and can be reached.",
        "\tA contact has not answered the invitation yet.",
        "\tThere was no drill yet.",
        "\tNo plan is written yet.",
    ]
    signed_in = server.done(
        "people", "readiness", "--as", EMAIL, "--password-stdin", stdin=PASSWORD
    )
    assert "\tAmina\t" in signed_in
    assert "Benedict" not in signed_in


def test_who_never_answered_is_asked_anew_by_the_office(server: Operator):
    activist = enrolled(server, 5)
    assert "did not answer the invitation" in server.done("people", "readiness")
    ask = ["people", "activist", "ask", "--activist", activist, "--as", EMAIL, "--password-stdin"]
    assert server.done(*ask, stdin=PASSWORD) == "Asked anew: 1.\n"
    assert "has not answered the invitation yet" in server.done("people", "readiness")
    assert server.done(*ask, stdin=PASSWORD) == "Asked anew: 0.\n"
    assert "do not belong together" in server.refused(*ask, stdin="a wrong password")


def test_a_number_of_a_wrong_length_is_refused_before_anybody_is_texted(server: Operator):
    words = typed(server, [{**CONTACTS[0], "phone": "+33 6 39 98 00"}])
    refused = server.refused(*words, "--codes-stdin", stdin="1234\n9876\n")
    assert "/0/phone: no number of that country has this length." in refused
