"""One's own sessions: known again, ended at once with their sockets, in every process."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from server.app import create_app
from server.db import Database
from server.live import Live
from server.services import grants
from tests.support.office import Officer
from tests.support.serving import serve
from tests.support.web import Caller
from tests.support.world import World

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
WITHIN = 5.0  # seconds, of A5


@contextmanager
def another_process(world: World) -> Iterator[str]:
    """A second server on the same database, which learns of the first one's commits as any does."""
    database = Database(world.database.engine.url.render_as_string(hide_password=False))
    live = Live(database, alone=False)
    app = create_app(
        world.settings, database=database, vault=world.vault, clock=world.clock, live=live
    )
    try:
        with serve(app) as address:
            yield address
    finally:
        live.stop()
        database.close()


@contextmanager
def boards(officer: Officer, *addresses: str) -> Iterator[list[ClientConnection]]:
    """The officer's board, open at each of these servers."""
    sent = {"Cookie": officer.caller.headers["Cookie"]}
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                connect(f"{address.replace('http', 'ws', 1)}/v1/dashboard", additional_headers=sent)
            )
            for address in addresses
        ]


def closed_within(socket: ClientConnection, seconds: float) -> int | None:
    """The code it was closed with; None where it is still open."""
    give_up = time.monotonic() + seconds
    while (left := give_up - time.monotonic()) > 0:
        try:
            socket.recv(timeout=left)
        except TimeoutError:
            return None
        except ConnectionClosed as closed:
            return closed.rcvd and closed.rcvd.code
    return None


def test_somebody_knows_their_sessions_again(world: World) -> None:
    noor = world.staff()
    away = noor.elsewhere()
    away.caller.headers |= {"User-Agent": FIREFOX, "X-Forwarded-For": "9.9.9.9, 203.0.113.77"}
    away.sign_in()
    newest, first = noor.account()["sessions"]
    assert (newest["device"], newest["network"]) == ("Firefox · Linux", "203.0.113.0/24")
    assert (first["device"], first["network"]) == ("", "127.0.0.0/24")
    assert (newest["current"], first["current"]) == (False, True)
    assert "203.0.113.77" not in str(noor.account())

    world.forward(minutes=3)
    away.incidents()
    newest, first = noor.account()["sessions"]
    assert newest["seen_at"] > newest["created_at"]


def test_nobody_sees_or_ends_a_colleagues_sessions(world: World) -> None:
    noor, bo = world.staff(), world.staff("Bo")
    (theirs,) = bo.account()["sessions"]
    assert theirs["id"] not in str(noor.account())
    assert noor.caller.ask("DELETE", f"/v1/account/sessions/{theirs['id']}").status == 404
    assert bo.incidents() == []


@pytest.mark.everywhere
def test_a_session_that_is_ended_is_over_in_every_process(world: World) -> None:
    noor = world.staff()
    stolen = noor.elsewhere().sign_in()
    (listed,) = [one for one in noor.account()["sessions"] if not one["current"]]
    with another_process(world) as other, boards(stolen, world.url, other) as open_boards:
        noor.caller.ask("DELETE", f"/v1/account/sessions/{listed['id']}").ok()
        assert stolen.caller.ask("GET", "/v1/incidents").status == 401
        give_up = time.monotonic() + WITHIN
        for board in open_boards:
            assert closed_within(board, give_up - time.monotonic()) == 4401


def test_whoever_is_disabled_is_out_within_five_seconds(world: World) -> None:
    noor, now = world.staff(), world.clock.now()
    with another_process(world) as other, boards(noor, world.url, other) as open_boards:
        world.database.write(lambda tx: grants.disable(tx, noor.id, "tests", now))
        there = Caller(other, Cookie=noor.caller.headers["Cookie"])
        assert there.ask("GET", "/v1/incidents").status == 401
        there.close()
        assert noor.caller.ask("GET", "/v1/incidents").status == 401
        assert noor.elsewhere().tries_to_sign_in().status == 401
        give_up = time.monotonic() + WITHIN
        for board in open_boards:
            assert closed_within(board, give_up - time.monotonic()) == 4401


def test_all_others_end_at_once_and_this_one_goes_on(world: World) -> None:
    noor = world.staff()
    others = [noor.elsewhere().sign_in() for _ in range(2)]
    noor.caller.ask("DELETE", "/v1/account/sessions").ok()
    assert [one.caller.ask("GET", "/v1/session").status for one in others] == [401, 401]
    assert len(noor.account()["sessions"]) == 1


def test_a_new_password_opens_the_same_keys_and_ends_the_other_sessions(world: World) -> None:
    ana, noor = world.activist(contacts=[]), world.staff()
    other = noor.elsewhere().sign_in()
    ana.phone.press()
    new = "five other unrelated plain words"
    wish = {"password": noor.password, "new_password": new}
    assert noor.caller.ask("PUT", "/v1/account/password", wish).status == 204
    assert other.caller.ask("GET", "/v1/session").status == 401
    assert noor.incidents()[0]["activist"] == "Ana"
    assert noor.elsewhere().tries_to_sign_in().status == 401
    again = noor.elsewhere()
    again.password = new
    assert again.sign_in().incidents()[0]["activist"] == "Ana"


@pytest.mark.parametrize(
    ("wish", "status", "pointer"),
    [
        ({"password": "not the password", "new_password": "long enough this is"}, 403, "/password"),
        ({"new_password": "short"}, 422, "/new_password"),
    ],
)
def test_a_password_is_not_changed_without_the_old_one_or_to_a_short_one(
    world: World, wish: dict[str, str], status: int, pointer: str
) -> None:
    noor = world.staff()
    body = {"password": noor.password, **wish}
    refused = noor.caller.ask("PUT", "/v1/account/password", body)
    assert (refused.status, refused.json["pointer"]) == (status, pointer)
    noor.elsewhere().sign_in()


def test_guessing_the_old_password_in_a_stolen_session_is_slowed(world: World) -> None:
    noor = world.staff()
    wish = {"password": "a guess", "new_password": "long enough this is"}
    statuses = [noor.caller.ask("PUT", "/v1/account/password", wish).status for _ in range(7)]
    assert statuses == [403] * 5 + [429] * 2
