"""A phone is known by its token alone, and its bundle opens with nothing else."""

from base64 import urlsafe_b64encode

import pytest
from sqlalchemy import select

from server.domain.errors import SignInNeeded
from server.services import devices, rows
from server.tables import Device
from shared import crypto, wire
from shared.crypto import CryptoError
from tests.support.world import World

TOKEN = bytes(range(32))
BUNDLE = wire.Bundle(name="Ana", contacts=[], stop=bytes(48), duress=bytes(48), timezone="UTC")
TEXT = urlsafe_b64encode(TOKEN).rstrip(b"=").decode()


def test_a_token_is_read_from_its_header() -> None:
    assert devices.read_token(f"Bearer {TEXT}") == TOKEN
    assert devices.read_token(f"bearer {TEXT}") == TOKEN


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", TEXT, f"Basic {TEXT}", f"Bearer {TEXT[:-3]}", "Bearer é"]
)
def test_anything_else_is_no_token(header: str | None) -> None:
    with pytest.raises(SignInNeeded):
        devices.read_token(header)


def test_the_server_holds_the_hash_of_the_token_and_a_bundle_it_cannot_open(world: World) -> None:
    ana = world.activist()
    device = rows.table(Device)
    with world.database.read() as tx:
        row = tx.execute(select(device)).one()
        caller = devices.caller(tx, ana.phone.token)
        opened = devices.open_bundle(world.vault, caller)
        with pytest.raises(SignInNeeded):
            devices.caller(tx, crypto.random_bytes())
    assert ana.phone.token not in b"".join(bytes(v) for v in row if isinstance(v, bytes))
    assert opened is not None
    assert [contact.name for contact in opened.contacts] == ["Ben"]
    with pytest.raises(CryptoError):
        devices.open_bundle(world.vault, caller._replace(token=crypto.random_bytes()))


def test_a_bundle_that_its_phone_has_stored_opens_with_that_token_alone(world: World) -> None:
    token, padded = crypto.random_bytes(), wire.pad(wire.encode(BUNDLE), wire.BUNDLE_SIZE)
    locked = devices.lock_bundle(world.vault, token, "ana", padded)
    caller = devices.Caller(token, "phone", "ana", "office", locked)
    assert devices.open_bundle(world.vault, caller) == BUNDLE
    for other in (
        caller._replace(token=crypto.random_bytes()),
        caller._replace(activist_id="eve"),
        caller._replace(bundle=locked[:-1] + bytes([locked[-1] ^ 1])),
    ):
        with pytest.raises(CryptoError):
            devices.open_bundle(world.vault, other)


def test_a_revoked_phone_is_refused_and_its_bundle_is_gone(world: World) -> None:
    ana = world.activist()
    device = rows.table(Device)
    with world.database.read() as tx:
        device_id = devices.caller(tx, ana.phone.token).device_id
    world.database.write(lambda tx: devices.revoke(tx, device_id, "tests", world.clock.now()))
    assert ana.phone.refused_press().status == 401
    with world.database.read() as tx:
        assert tx.execute(select(device.c.bundle)).scalar() is None
