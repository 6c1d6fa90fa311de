"""Staff are invited, accept with a password of their own, and read once a colleague grants it."""

from datetime import timedelta
from typing import Any

import pytest

from server.db import Transaction
from server.domain.access import Role
from server.domain.errors import Forbidden, NotAllowed, NotKnown, SignInNeeded, Unfit
from server.services import sessions, staff
from tests.support.world import PASSWORD, World

ADDRESS = "leo@office.example"


def invited(world: World, email: str = ADDRESS) -> tuple[str, str]:
    def unit(tx: Transaction) -> tuple[str, str]:
        return staff.invite(
            tx,
            world.vault,
            world.office.id,
            email,
            "Leo",
            Role.RESPONDER,
            "tests",
            world.clock.now(),
        )

    return world.database.write(unit)


def accepted(world: World, code: str, password: str = PASSWORD) -> str:
    return world.database.write(
        lambda tx: staff.accept(tx, world.vault, code, password, world.clock.now())
    )


def granted(world: World, staff_id: str, office: Any = None) -> None:
    place = office or world.office
    world.database.write(
        lambda tx: staff.grant(
            tx, world.vault, place.id, place.pair, staff_id, "tests", world.clock.now()
        )
    )


def test_an_address_is_used_once_however_it_is_written(world: World) -> None:
    invited(world)
    with pytest.raises(NotAllowed) as refused:
        invited(world, " LEO@office.example ")
    assert refused.value.pointer == "/email"


def test_an_invitation_works_once(world: World) -> None:
    staff_id, code = invited(world)
    assert accepted(world, code) == staff_id
    with pytest.raises(NotKnown):
        accepted(world, code)


def test_a_short_password_is_refused_and_the_invitation_stands(world: World) -> None:
    _, code = invited(world)
    with pytest.raises(Unfit) as refused:
        accepted(world, code, "short")
    assert (refused.value.pointer, bool(refused.value.mend)) == ("/password", True)
    accepted(world, code)


def test_the_key_is_granted_once_by_that_persons_office_after_they_accepted(world: World) -> None:
    staff_id, code = invited(world)
    with pytest.raises(NotAllowed):
        granted(world, staff_id)
    accepted(world, code)
    with pytest.raises(NotKnown):
        granted(world, staff_id, world.new_office("Praia"))
    granted(world, staff_id)
    with pytest.raises(NotAllowed):
        granted(world, staff_id)


@pytest.mark.parametrize(
    ("email", "password"), [(ADDRESS, "another password"), ("nobody@office.example", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_address_look_alike(
    world: World, email: str, password: str
) -> None:
    accepted(world, invited(world)[1])
    with world.database.read() as tx:
        known = staff.credentials(tx, world.vault, email)
    with pytest.raises(SignInNeeded) as refused:
        staff.unlock(world.vault, known, password)
    assert refused.value.detail == staff.WRONG


def test_whoever_has_not_accepted_cannot_sign_in(world: World) -> None:
    invited(world)
    with world.database.read() as tx:
        assert staff.credentials(tx, world.vault, ADDRESS).staff_id is None


def test_a_session_needs_its_cookie_and_ends_by_itself(world: World) -> None:
    staff_id, code = invited(world)
    accepted(world, code)
    granted(world, staff_id)
    with world.database.read() as tx:
        known = staff.credentials(tx, world.vault, ADDRESS)
    pair = staff.unlock(world.vault, known, PASSWORD)
    now = world.clock.now()
    cookie = world.database.write(
        lambda tx: staff.open_session(tx, world.vault, staff_id, pair, now)
    )
    with world.database.read() as tx:
        session = staff.resume(tx, world.vault, cookie, now)
        assert session.readable
        assert session.keys[(world.office.id, 1)].private == world.office.pair.private
        assert "private" not in repr(session)
        later = now + staff.SESSION_LASTS
        for wrong, at in ((None, now), ("x" + cookie, now), (cookie, later)):
            with pytest.raises(SignInNeeded):
                staff.resume(tx, world.vault, wrong, at)
        just_before = later - timedelta(seconds=1)
        assert sessions.which_stand(tx, {session.id}, just_before) == {session.id}
        assert sessions.which_stand(tx, {session.id}, later) == set()
        with pytest.raises(Forbidden):
            staff.require_administrator(session)
