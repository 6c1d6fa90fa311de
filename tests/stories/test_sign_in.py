"""Signing in with a second factor: what it takes, what it opens, and who is slowed by guessing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from server.domain.access import TRIES
from server.services import grants, rows, staff
from server.tables.sign_in import RecoveryCode, TotpSecret
from tests.support.authenticator import App
from tests.support.office import Officer
from tests.support.web import Answer
from tests.support.world import PASSWORD, World

NEEDED = "Your account needs a second factor first."


def offered(officer: Officer) -> App:
    return App(officer.caller.ask("POST", "/v1/account/totp", {}).ok()["secret"])


def enrolled(world: World, officer: Officer) -> tuple[App, list[str]]:
    """An authenticator app that is set up, and the recovery codes shown with it."""
    app = offered(officer)
    code = {"code": app.code(world.clock.now())}
    codes = officer.caller.ask("PUT", "/v1/account/totp", code).ok()["recovery_codes"]
    world.forward(seconds=60)
    return app, codes


def told(answer: Answer) -> tuple[int, bytes]:
    return answer.status, answer.body


def test_on_a_real_server_only_a_second_factor_can_be_set_up_at_first(world: World) -> None:
    world.in_production()
    noor = world.staff()
    assert noor.caller.ask("GET", "/v1/session").ok()["must_enrol"] is True
    refused = noor.caller.ask("GET", "/v1/incidents")
    assert (refused.status, refused.json["detail"]) == (403, NEEDED)
    assert "/account" in refused.json["mend"]
    assert noor.caller.ask("DELETE", "/v1/account/sessions").status == 403

    app, _ = enrolled(world, noor)
    assert noor.caller.ask("GET", "/v1/session").ok()["must_enrol"] is False
    assert noor.incidents() == []
    assert noor.elsewhere().tries_to_sign_in().status == 401
    code = app.code(world.clock.now())
    assert noor.elsewhere().sign_in(totp=code).incidents() == []


def test_in_the_demo_a_password_is_enough_until_there_is_a_second_factor(world: World) -> None:
    noor = world.staff()
    assert noor.incidents() == []
    app, _ = enrolled(world, noor)
    assert noor.elsewhere().tries_to_sign_in().status == 401
    noor.elsewhere().sign_in(totp=app.code(world.clock.now()))


def test_a_code_works_once(world: World) -> None:
    noor = world.staff()
    app, _ = enrolled(world, noor)
    code = app.code(world.clock.now())
    noor.elsewhere().sign_in(totp=code)
    assert noor.elsewhere().tries_to_sign_in(totp=code).status == 401
    world.forward(seconds=30)
    assert noor.elsewhere().tries_to_sign_in(totp=code).status == 401
    noor.elsewhere().sign_in(totp=app.code(world.clock.now()))


def test_the_code_that_sets_an_app_up_does_not_sign_in_too(world: World) -> None:
    noor = world.staff()
    app = offered(noor)
    code = app.code(world.clock.now())
    noor.caller.ask("PUT", "/v1/account/totp", {"code": code}).ok()
    assert noor.elsewhere().tries_to_sign_in(totp=code).status == 401


def test_a_wrong_first_code_sets_up_nothing(world: World) -> None:
    noor = world.staff()
    app = offered(noor)
    code = {"code": app.wrong(world.clock.now())}
    refused = noor.caller.ask("PUT", "/v1/account/totp", code)
    assert (refused.status, refused.json["pointer"]) == (422, "/code")
    assert noor.account()["totp"] is False
    noor.elsewhere().sign_in()


def test_whatever_is_wrong_the_answer_is_the_same(world: World) -> None:
    noor = world.staff()
    app, _ = enrolled(world, noor)
    now = world.clock.now()
    right, wrong = app.code(now), app.wrong(now)
    tries = (
        {"password": "not the password at all", "totp": right},
        {"totp": wrong},
        {"recovery_code": "aaaa-aaaa-aaaa-aaaa"},
        {"email": "nobody@office.example"},
    )
    answers = {told(noor.elsewhere().tries_to_sign_in(**one)) for one in tries}
    assert len(answers) == 1
    assert staff.WRONG.encode() in next(iter(answers))[1]
    noor.elsewhere().sign_in(totp=right)


def test_each_recovery_code_works_once_and_is_kept_as_a_hash(world: World) -> None:
    noor = world.staff()
    _, codes = enrolled(world, noor)
    assert len(set(codes)) == 10
    with world.database.read() as tx:
        kept = b"".join(tx.execute(select(rows.table(RecoveryCode).c.code_mac)).scalars())
    assert not any(code.replace("-", "").encode() in kept for code in codes)
    noor.elsewhere().sign_in(recovery_code=codes[0].upper().replace("-", " "))
    assert noor.elsewhere().tries_to_sign_in(recovery_code=codes[0]).status == 401
    assert noor.account()["recovery_codes"] == 9

    fresh = noor.caller.ask("POST", "/v1/account/recovery-codes", {}).ok()["recovery_codes"]
    assert noor.elsewhere().tries_to_sign_in(recovery_code=codes[1]).status == 401
    noor.elsewhere().sign_in(recovery_code=fresh[0])


def test_without_the_password_nothing_on_the_server_makes_a_code(world: World) -> None:
    noor = world.staff()
    secret = noor.caller.ask("POST", "/v1/account/totp", {}).ok()["secret"]
    with world.database.read() as tx:
        sealed = tx.execute(select(rows.table(TotpSecret).c.offered)).scalar_one()
    assert secret.encode() not in bytes(sealed)


def test_a_new_password_from_an_invitation_begins_without_the_old_factors(world: World) -> None:
    world.in_production()
    noor = world.staff()
    app, codes = enrolled(world, noor)
    now = world.clock.now()
    code = world.database.write(lambda tx: grants.reinvite(tx, noor.id, "tests", now))
    world.database.write(lambda tx: staff.accept(tx, world.vault, code, PASSWORD, now))
    back = noor.elsewhere().sign_in(totp=app.code(world.clock.now()), recovery_code=codes[0])
    assert back.caller.ask("GET", "/v1/session").ok()["must_enrol"] is True
    assert back.account() | {"sessions": []} == {
        "needed": True,
        "totp": False,
        "passkeys": [],
        "recovery_codes": 0,
        "sessions": [],
    }


def test_the_last_second_factor_stays_where_one_is_needed(world: World) -> None:
    noor = world.staff()
    enrolled(world, noor)
    assert noor.caller.ask("DELETE", "/v1/account/totp").status == 204
    noor.elsewhere().sign_in()

    world.in_production()
    bo = world.staff("Bo")
    enrolled(world, bo)
    assert bo.caller.ask("DELETE", "/v1/account/totp").status == 409
    assert bo.account()["totp"] is True


def test_guessing_slows_that_account_alone(world: World) -> None:
    noor, bo = world.staff(), world.staff("Bo")
    guesser = noor.elsewhere()
    statuses = [guesser.tries_to_sign_in(password="a guess").status for _ in range(10)]
    assert statuses == [401] * TRIES + [429] * (10 - TRIES)
    waiting = guesser.tries_to_sign_in()
    assert (waiting.status, waiting.headers["Retry-After"]) == (429, "2")
    bo.elsewhere().sign_in()
    world.forward(seconds=2)
    guesser.sign_in()


def test_an_unknown_address_is_slowed_as_a_known_one(world: World) -> None:
    noor = world.staff()
    guesser = noor.elsewhere()
    statuses = [
        [guesser.tries_to_sign_in(email=email, password="a guess").status for _ in range(8)]
        for email in (noor.email, "nobody@office.example")
    ]
    assert statuses[0] == statuses[1]


def test_who_guesses_does_not_lock_out_the_officers_own_browser(world: World) -> None:
    noor = world.staff()
    browser = noor.tries_to_sign_in().headers.get_all("Set-Cookie")
    known = next(one for one in browser if "browser=" in one).partition(";")[0]
    guesser = noor.elsewhere()
    for _ in range(TRIES + 1):
        guesser.tries_to_sign_in(password="a guess")
    assert guesser.tries_to_sign_in().status == 429
    guesser.caller.headers["Cookie"] = known
    guesser.sign_in()


def test_a_browser_cookie_is_good_for_its_own_account(world: World) -> None:
    noor, bo = world.staff(), world.staff("Bo")
    browser = bo.tries_to_sign_in().headers.get_all("Set-Cookie")
    theirs = next(one for one in browser if "browser=" in one).partition(";")[0]
    guesser = noor.elsewhere()
    for _ in range(TRIES):
        guesser.tries_to_sign_in(password="a guess")
    guesser.caller.headers["Cookie"] = theirs
    assert guesser.tries_to_sign_in().status == 429


def test_who_had_the_password_before_cannot_set_up_a_factor_of_their_own(world: World) -> None:
    world.in_production()
    noor = world.staff()
    thief = noor.elsewhere().sign_in()
    app = offered(thief)
    enrolled(world, noor)
    code = {"code": app.code(world.clock.now())}
    assert thief.caller.ask("PUT", "/v1/account/totp", code).status == 401
    assert thief.caller.ask("POST", "/v1/account/passkeys/challenge", {}).status == 401


@pytest.mark.everywhere
def test_the_same_code_from_two_browsers_at_once_opens_one_session(world: World) -> None:
    noor = world.staff()
    app, _ = enrolled(world, noor)
    code = app.code(world.clock.now())
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda _: noor.elsewhere().tries_to_sign_in(totp=code).status, range(4))
    assert sorted(answers) == [200, 401, 401, 401]
