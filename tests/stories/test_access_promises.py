"""What is promised of passwords, cookies and origins: A3 to A6 of the security gates."""

import hashlib
import os
import statistics
import time

import pytest
from nacl.pwhash import argon2id
from sqlalchemy import select
from websockets.exceptions import InvalidStatus

from server.db import Transaction
from server.domain.errors import SignInNeeded
from server.services import rows, sessions, staff
from server.services.passkeys import Site
from server.services.second_factors import Shown
from server.tables import Staff
from server.tables.sign_in import StaffSession
from server.vault import about
from shared.crypto import CryptoError
from tests.support.authenticator import App
from tests.support.office import Officer
from tests.support.world import PASSWORD, World

MEBIBYTE = 1024 * 1024
TRIES = int(os.environ.get("TIMED_SIGN_INS", "12"))  # of each kind; A4 asks for 200


# A3: what a stolen database lets somebody guess a password at


def opens(world: World, passes: int, memory: int) -> bool:
    """Whether Argon2id at this cost, by another binding, opens the key that the row holds."""
    with world.database.read() as tx:
        row = tx.execute(select(rows.table(Staff))).one()
    key = argon2id.kdf(32, PASSWORD.encode(), bytes(row.salt), opslimit=passes, memlimit=memory)
    try:
        world.vault.unlock(key, bytes(row.private_wrap), about("staff_key", row.id))
    except CryptoError:
        return False
    return True


def test_a_password_is_stretched_by_argon2id_with_64_mebibytes_and_3_passes(world: World) -> None:
    world.staff()
    assert opens(world, 3, 64 * MEBIBYTE)
    assert not opens(world, 2, 64 * MEBIBYTE)
    assert not opens(world, 3, 32 * MEBIBYTE)


def test_each_password_has_a_salt_of_its_own(world: World) -> None:
    world.staff()
    world.staff("Bo")
    with world.database.read() as tx:
        salts = [bytes(salt) for salt in tx.execute(select(rows.table(Staff).c.salt)).scalars()]
    assert len(set(salts)) == 2
    assert {len(salt) for salt in salts} == {16}


# A4: what time tells. Codes that work once, and whom guessing slows, are in test_sign_in.py


def test_an_unknown_address_takes_as_long_as_a_known_one(world: World) -> None:
    """In the thread's own time: what else the machine does is no difference."""
    noor = world.staff()
    taken: dict[str, list[float]] = {noor.email: [], "nobody@office.example": []}
    for _ in range(TRIES):
        for email, times in taken.items():
            times.append(seconds_to_refuse(world, email))
    known, unknown = (statistics.median(times) for times in taken.values())
    assert abs(known - unknown) / known < 0.1


def test_a_wrong_second_factor_takes_as_long_as_a_wrong_password(world: World) -> None:
    noor = world.staff()
    app = App(noor.caller.ask("POST", "/v1/account/totp", {}).ok()["secret"])
    code = {"code": app.code(world.clock.now())}
    noor.caller.ask("PUT", "/v1/account/totp", code).ok()
    taken: dict[str, list[float]] = {"a guess": [], PASSWORD: []}
    for _ in range(TRIES):
        for password, times in taken.items():
            times.append(seconds_to_refuse(world, noor.email, password))
    password, factor = (statistics.median(times) for times in taken.values())
    assert abs(password - factor) / password < 0.1


def seconds_to_refuse(world: World, email: str, password: str = "a guess") -> float:
    began, now = time.thread_time(), world.clock.now()
    site, shown = Site("localhost", world.url), Shown(totp="000000")

    def sign_in(tx: Transaction) -> None:
        known = staff.credentials(tx, world.vault, email)
        pair = staff.unlock(world.vault, known, password)
        sessions.check(tx, world.vault, site, known.staff_id or "", pair, shown, now)

    with world.database.read() as tx, pytest.raises(SignInNeeded):
        sign_in(tx)
    return time.thread_time() - began


# A5: the cookie; who is disabled is out within five seconds, in test_sign_in_sessions.py


def cookies_of(officer: Officer) -> dict[str, str]:
    """Name to the rest, of every cookie that a sign-in sets."""
    set_by = officer.elsewhere().tries_to_sign_in().headers.get_all("Set-Cookie")
    return dict(str(cookie).split("=", 1) for cookie in set_by)


def test_over_https_every_cookie_of_a_sign_in_is_the_hosts_alone(world: World) -> None:
    world.in_production()
    cookies = cookies_of(world.staff())
    assert set(cookies) == {"__Host-candlewire_session", "__Host-candlewire_browser"}
    for rest in cookies.values():
        kept = {part.strip().lower() for part in rest.split(";")}
        assert {"secure", "httponly", "samesite=strict", "path=/"} <= kept
        assert not any(part.startswith("domain=") for part in kept)


def test_a_cookie_is_new_at_each_sign_in_and_the_database_has_its_hash_alone(
    world: World,
) -> None:
    noor = world.staff()
    values = [cookies_of(noor)["candlewire_session"].partition(";")[0] for _ in range(2)]
    assert len(set(values)) == 2
    assert {len(value) for value in values} == {43}  # 32 random bytes in base64url
    with world.database.read() as tx:
        kept = [
            bytes(one)
            for one in tx.execute(select(rows.table(StaffSession).c.cookie_hash)).scalars()
        ]
        everything = b"".join(
            bytes(cell)
            for row in tx.execute(select(rows.table(StaffSession)))
            for cell in row
            if isinstance(cell, bytes | memoryview)
        )
    for value in values:
        assert hashlib.sha256(value.encode()).digest() in kept
        assert value.encode() not in everything


def test_a_cookie_that_somebody_else_chose_is_not_taken_over(world: World) -> None:
    noor = world.staff().elsewhere()
    noor.caller.headers["Cookie"] = "candlewire_session=" + "A" * 43
    assert noor.caller.ask("GET", "/v1/session").status == 401
    noor.sign_in()
    assert "A" * 43 not in noor.caller.headers["Cookie"]


# A6: from where a session may be used

FOREIGN = ("https://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1.evil.example")


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_of_another_site_opens_no_socket_and_changes_nothing(
    world: World, origin: str
) -> None:
    noor, sent = world.staff(), {"Origin": origin}
    with pytest.raises(InvalidStatus) as refused, noor.board(origin=origin):
        pass
    assert refused.value.response.status_code == 403
    sign_in = {"email": noor.email, "password": noor.password}
    for method, path, body in (
        ("POST", "/v1/session", sign_in),
        ("POST", "/v1/session/challenge", {}),
        ("DELETE", "/v1/session", None),
        ("POST", "/v1/account/totp", {}),
        ("POST", "/v1/account/passkeys/challenge", {}),
        ("PUT", "/v1/account/password", {"password": PASSWORD, "new_password": PASSWORD}),
        ("DELETE", "/v1/account/sessions", None),
    ):
        assert noor.caller.ask(method, path, body, sent).status == 403
    assert noor.incidents() == []


@pytest.mark.parametrize(
    "name", ["candlewire_session", "session", "token", "cookie", "access_token"]
)
def test_no_credential_is_taken_from_an_address(world: World, name: str) -> None:
    noor, ana = world.staff(), world.activist(contacts=[])
    cookie = noor.caller.headers["Cookie"].partition("=")[2]
    for value in (cookie, ana.phone.text_token):
        for path in ("/v1/incidents", "/v1/session", "/v1/profile/standing"):
            assert world.caller.ask("GET", f"{path}?{name}={value}").status == 401
