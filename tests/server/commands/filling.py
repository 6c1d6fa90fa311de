"""A row of every kind that the relay ring keeps readable."""

import hashlib
from base64 import urlsafe_b64encode
from datetime import time, timedelta
from uuid import uuid4

from server.db import Database
from server.domain.rota import Shift
from server.services import (
    activists,
    alerts,
    check_ins,
    duty,
    key_ring,
    links,
    readings,
    rota,
    setup,
)
from server.services.rota import Person, Planned
from server.vault import Ring, Vault
from shared import crypto, wire
from shared.clock import SystemClock
from tests.server.commands.operating import Operator

Contents = dict[str, list[bytes]]


def filled(server: Operator) -> Contents:
    """An invitation, an incident, a PIN, a check-in, who is on duty; what their blobs hold."""
    database, vault = Database(f"sqlite:///{server.database}"), Vault(Ring.load(server.key_file))
    now = SystemClock().now()
    token = crypto.random_bytes()
    contact = wire.Contact(id="contact-1", name="Ben", phone="+33639980001", known_as="Amina")
    code = crypto.code_verifier("1234")
    bundle = wire.Bundle(name="Amina", contacts=[contact], stop=code, duress=code)
    with database.read() as tx:
        office_id = setup.office_named(tx, "Hub")
    activist = database.write(
        lambda tx: setup.new_activist(tx, vault, office_id, "Amina", "test", now)
    )
    offer = database.write(lambda tx: setup.offer_pairing(tx, vault, activist, bundle, "test", now))
    public = urlsafe_b64encode(crypto.dispatch_pair(token).public).decode().rstrip("=")
    asked = wire.Pairing(
        code=offer,
        device_name="phone",
        token_hash=hashlib.sha256(token).hexdigest(),
        dispatch_key=public,
    )
    database.write(lambda tx: activists.pair(tx, vault, asked, now))
    due = now + timedelta(hours=1)
    database.write(lambda tx: check_ins.arm(tx, vault, token, wire.CheckIn(due_at=due), now))
    press = wire.Press(wire.Alert(id=uuid4(), kind="alert", pressed_at=now), ())
    database.write(lambda tx: alerts.raise_alert(tx, vault, token, press, now))
    key = crypto.random_bytes()
    database.write(lambda tx: readings.record(tx, vault, office_id, "fr", "Awa", "test", now))
    number = duty.Number("+33639980009", "fr")
    database.write(lambda tx: duty.set_numbers(tx, vault, office_id, [number], "test", now))
    shift = Planned(Shift(0, time(6), time(18), weekday=0), Person(phone="+33639980009"))
    database.write(lambda tx: rota.set_plan(tx, vault, office_id, "UTC", [shift], "test", now))
    database.write(lambda tx: links.put_behind_pin(tx, vault, "recipient-1", key, code))
    database.close()
    return readable(server)


def readable(server: Operator) -> Contents:
    """Every kept blob's content by table, opened with the ring as it is in the file."""
    database, vault = Database(f"sqlite:///{server.database}"), Vault(Ring.load(server.key_file))
    found: Contents = {}
    with database.read() as tx:
        for kept in key_ring.KEPT:
            table, name = kept.column.table, kept.column.name
            for row in tx.execute(table.select().where(kept.column.is_not(None))):
                content = vault.read(getattr(row, name), kept.place(row))
                found.setdefault(table.name, []).append(content)
    database.close()
    return found
