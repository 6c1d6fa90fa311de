"""A passkey as the second factor: for this site alone, once a challenge, never by itself."""

from datetime import timedelta
from typing import Any

import pytest

from server.services import passkeys
from tests.support.authenticator import SoftPasskey, encoded
from tests.support.office import Officer
from tests.support.world import World

ORIGIN, HOST = "https://go.example.org", "go.example.org"


def asked(officer: Officer, path: str = "/v1/session/challenge") -> dict[str, Any]:
    return officer.caller.ask("POST", path, {}).ok()  # type: ignore[no-any-return]


def to_make(officer: Officer) -> dict[str, Any]:
    return asked(officer, "/v1/account/passkeys/challenge")


@pytest.fixture
def noor(world: World) -> Officer:
    world.in_production()
    return world.staff()


@pytest.fixture
def key(noor: Officer) -> SoftPasskey:
    """A passkey that is set up."""
    key = SoftPasskey(ORIGIN, HOST)
    made = key.made(to_make(noor), "Blue key")
    codes = noor.caller.ask("POST", "/v1/account/passkeys", made).ok()["recovery_codes"]
    assert len(codes) == 10
    return key


def test_a_passkey_signs_in_beside_the_password(noor: Officer, key: SoftPasskey) -> None:
    assert noor.incidents() == []
    elsewhere = noor.elsewhere()
    assert elsewhere.tries_to_sign_in().status == 401
    assert elsewhere.sign_in(passkey=key.answer(asked(elsewhere))).incidents() == []
    (listed,) = noor.account()["passkeys"]
    assert (listed["id"], listed["name"], bool(listed["used_at"])) == (
        encoded(key.id),
        "Blue key",
        True,
    )


def test_the_passkey_alone_opens_nothing(noor: Officer, key: SoftPasskey) -> None:
    answer = key.answer(asked(noor))
    refused = noor.elsewhere().tries_to_sign_in(password="not the password", passkey=answer)
    assert refused.status == 401


def test_whoever_asks_learns_of_no_passkey(noor: Officer, key: SoftPasskey) -> None:
    options = asked(noor.elsewhere())
    assert options["rpId"] == HOST
    assert options["allowCredentials"] == []


def test_an_answer_is_good_once(noor: Officer, key: SoftPasskey) -> None:
    answer = key.answer(asked(noor))
    noor.elsewhere().sign_in(passkey=answer)
    assert noor.elsewhere().tries_to_sign_in(passkey=answer).status == 401


def test_an_answer_is_good_for_five_minutes(world: World, noor: Officer, key: SoftPasskey) -> None:
    late, in_time = key.answer(asked(noor)), asked(noor)
    world.forward(seconds=(passkeys.CHALLENGE_LASTS - timedelta(seconds=1)).total_seconds())
    noor.elsewhere().sign_in(passkey=key.answer(in_time))
    world.forward(seconds=2)
    assert noor.elsewhere().tries_to_sign_in(passkey=late).status == 401


@pytest.mark.parametrize(
    "options",
    [
        {"challenge": encoded(bytes(40))},
        {"challenge": ""},
        {"challenge": encoded(b"\xff" * 40)},
    ],
)
def test_a_challenge_of_somebody_else_is_refused(
    noor: Officer, key: SoftPasskey, options: dict[str, Any]
) -> None:
    assert noor.elsewhere().tries_to_sign_in(passkey=key.answer(options)).status == 401


def test_a_challenge_to_make_a_passkey_signs_nobody_in(noor: Officer, key: SoftPasskey) -> None:
    answer = key.answer(to_make(noor))
    assert noor.elsewhere().tries_to_sign_in(passkey=answer).status == 401


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://go.example.org.evil.example", HOST),
        ("http://go.example.org", HOST),
        ("https://go.example.org:8443", HOST),
        (ORIGIN, "example.org"),
    ],
)
def test_a_page_of_another_origin_neither_makes_nor_uses_one(
    noor: Officer, key: SoftPasskey, origin: str, host: str
) -> None:
    key.origin, key.host = origin, host
    assert noor.elsewhere().tries_to_sign_in(passkey=key.answer(asked(noor))).status == 401
    lured = SoftPasskey(origin, host).made(to_make(noor))
    refused = noor.caller.ask("POST", "/v1/account/passkeys", lured)
    assert (refused.status, refused.json["pointer"]) == (422, "/attestation")


def test_a_copy_of_a_key_that_counts_is_noticed(noor: Officer, key: SoftPasskey) -> None:
    key.signed = 40
    noor.elsewhere().sign_in(passkey=key.answer(asked(noor)))
    key.signed = 7
    assert noor.elsewhere().tries_to_sign_in(passkey=key.answer(asked(noor))).status == 401


def test_a_colleagues_passkey_is_theirs(world: World, noor: Officer, key: SoftPasskey) -> None:
    bo = world.staff("Bo")
    theirs = SoftPasskey(ORIGIN, HOST)
    stolen = key.made(to_make(noor))
    assert bo.caller.ask("POST", "/v1/account/passkeys", stolen).status == 422
    assert bo.caller.ask("DELETE", f"/v1/account/passkeys/{encoded(key.id)}").status == 404
    theirs.id = b"another credential of Bo's own.."
    bo.caller.ask("POST", "/v1/account/passkeys", theirs.made(to_make(bo))).ok()
    answer = key.answer(asked(bo))
    assert bo.elsewhere().tries_to_sign_in(passkey=answer).status == 401


def test_a_passkey_is_kept_once_and_the_last_one_stays(noor: Officer, key: SoftPasskey) -> None:
    again = key.made(to_make(noor))
    assert noor.caller.ask("POST", "/v1/account/passkeys", again).status == 409
    mine = f"/v1/account/passkeys/{encoded(key.id)}"
    assert noor.caller.ask("DELETE", mine).status == 409
    spare = SoftPasskey(ORIGIN, HOST)
    spare.id = b"the key in the drawer"
    assert noor.caller.ask("POST", "/v1/account/passkeys", spare.made(to_make(noor))).ok() == {
        "recovery_codes": []
    }
    assert noor.caller.ask("DELETE", mine).status == 204
    assert noor.elsewhere().tries_to_sign_in(passkey=key.answer(asked(noor))).status == 401
    noor.elsewhere().sign_in(passkey=spare.answer(asked(noor)))


@pytest.mark.parametrize("part", ["id", "client_data", "authenticator_data", "signature"])
@pytest.mark.parametrize("junk", ["A", "AAAA", "e30", "bnVsbA", "W10", "A" * 8000])
def test_junk_is_a_wrong_second_factor(
    noor: Officer, key: SoftPasskey, part: str, junk: str
) -> None:
    answer = {**key.answer(asked(noor)), part: junk}
    assert noor.elsewhere().tries_to_sign_in(passkey=answer).status == 401


@pytest.mark.parametrize("part", ["id", "client_data", "attestation"])
@pytest.mark.parametrize("junk", ["A", "AAAA", "e30", "bnVsbA", "oA", "A" * 8000])
def test_junk_makes_no_passkey(noor: Officer, part: str, junk: str) -> None:
    made = {**SoftPasskey(ORIGIN, HOST).made(to_make(noor)), part: junk}
    assert noor.caller.ask("POST", "/v1/account/passkeys", made).status == 422
