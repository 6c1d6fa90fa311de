"""What somebody gets who holds the database and the key file, and the server's own code.

It tries every key in the file on every blob, follows each brief to its links and each link to its
incident, looks for blobs in free pages and in the log, and confirms numbers by their index
entries. It has no device's token and no staff password.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from server.columns import EPOCH, MICROSECOND
from server.domain.delivery import Kind
from server.services import devices, records, timeline
from server.services.devices import Caller
from server.services.records import Brief
from server.vault import Ring, Vault, about, link
from shared import crypto, wire
from shared.crypto import CryptoError, KeyPair

BLOBS_OF = ("brief", "incident", "delivery", "link", "entry", "position", "pairing", "consent")
MORE_BLOBS_OF = ("check_in", "invitation", "inbound", "staff", "staff_key", "profile", "device")
CARVED = 400  # bytes of a blob that stand together, wherever SQLite has put the rest
# What a blob begins with. The mark stands in a file hundreds of times by chance, and two bytes of
# what any of them decrypts to are soon right: a whole name is not.
FIELD = re.compile(rb'\{"([a-z_]+)":')
TAG = 16


@dataclass
class Loot:
    """What was opened; `carved`: the first field's name of each blob no row points to."""

    bundles: int = 0
    briefs: int = 0
    incidents: int = 0
    confirmed_numbers: int = 0
    carved: list[str] = field(default_factory=list)
    plain: list[bytes] = field(default_factory=list)


def ransack(folder: Path, files: list[bytes], numbers: list[str]) -> Loot:
    """Opens what opens in this copy of a data folder. `numbers` are worth confirming."""
    ring = Ring.load(folder / "keys.json")
    vault, loot = Vault(ring), Loot()
    connection = sqlite3.connect(folder / "candlewire.db")
    connection.row_factory = sqlite3.Row
    try:
        tables = [name for (name,) in connection.execute(_TABLES)]
        content = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
    finally:
        connection.close()
    _bundles(ring, vault, content["device"], loot)
    for rows in content.values():
        for row in rows:
            loot.plain += _under_the_ring(vault, row)
    for incident in content["incident"]:
        _follow(vault, incident, content, loot)
    # The office's own duty phone belongs to no incident, and stays.
    duty = {row["sealed"][2 : 2 + crypto.NONCE_SIZE] for row in content["duty_phone"]}
    _carve(ring, files, duty, loot)
    macs = [vault.mac(number) for number in numbers]
    loot.confirmed_numbers = sum(any(mac in data for data in files) for mac in macs)
    return loot


_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def _bundles(ring: Ring, vault: Vault, phones: list[Any], loot: Loot) -> None:
    """Every key and every value at hand is tried as the token, as the seed, as the private half."""
    keys = [*ring.keys.values(), ring.index_key]
    for device in phones:
        for key in [*keys, device["token_hash"], device["dispatch_key"]]:
            pairs = (
                crypto.dispatch_pair(key),
                crypto.box_pair(key),
                KeyPair(device["dispatch_key"], key),
            )
            caller = Caller(key, "", device["activist_id"], "", device["bundle"])
            attempts = [partial(crypto.unseal, pair, device["bundle"]) for pair in pairs]
            for attempt in (*attempts, partial(_opened, vault, caller)):
                with suppress(CryptoError):
                    loot.plain.append(attempt())
                    loot.bundles += 1


def _opened(vault: Vault, caller: Caller) -> bytes:
    bundle = devices.open_bundle(vault, caller)
    return b"" if bundle is None else wire.encode(bundle)


def _under_the_ring(vault: Vault, row: Any) -> Iterator[bytes]:
    """Each blob of a row, in every place that the server could have sealed it for."""
    texts = [value for value in tuple(row) if isinstance(value, str)] + list(Kind)
    for blob in (value for value in tuple(row) if isinstance(value, bytes) and len(value) > TAG):
        for name in (*BLOBS_OF, *MORE_BLOBS_OF):
            for text in texts:
                with suppress(CryptoError):
                    yield vault.read(blob, about(name, text))


def _follow(vault: Vault, incident: Any, content: dict[str, list[Any]], loot: Loot) -> None:
    """Brief → link secrets → link wraps → the incident's private half → all its rows."""
    try:
        brief = records.open_brief(vault, incident["id"], incident["brief"])
    except (CryptoError, LookupError, wire.Malformed):
        return
    loot.briefs += 1
    wraps = {row["id"]: row["link_wrap"] for row in content["recipient"]}
    for pair in _private_halves(vault, incident, brief, wraps):
        loot.incidents += 1
        loot.plain += _rows_of(vault, pair, incident, content)
        return


def _private_halves(
    vault: Vault, incident: Any, brief: Brief, wraps: dict[str, bytes]
) -> Iterator[KeyPair]:
    for person in brief.people:
        secret = link(person.link)
        with suppress(CryptoError, KeyError, wire.Malformed):
            wrap = wraps[secret.lookup]
            opened = vault.unlock(secret.key, wrap, about("link", secret.lookup))
            yield KeyPair(incident["public_key"], opened)


def _rows_of(
    vault: Vault, pair: KeyPair, incident: Any, content: dict[str, list[Any]]
) -> Iterator[bytes]:
    key = incident["id"]
    yield vault.open_row(pair, incident["sealed"], about("incident", key))
    for entry in content["entry"]:
        if entry["incident_id"] == key and entry["sealed"]:
            with suppress(CryptoError):
                yield vault.open_row(pair, entry["sealed"], timeline.place(key, entry["number"]))
    for fix in content["position"]:
        if fix["incident_id"] == key:
            place = records.position_place(key, EPOCH + fix["taken_at"] * MICROSECOND)
            with suppress(CryptoError):
                yield vault.open_row(pair, fix["sealed"], place)


def _carve(ring: Ring, files: list[bytes], standing: set[bytes], loot: Loot) -> None:
    """Blobs that no row points to any more. A stream cipher is undone by applying it again."""
    for number, secret in ring.keys.items():
        key = crypto.derive(secret, "candlewire/1/relay")
        mark = bytes([number]) + crypto.VERSION
        for data in files:
            at = data.find(mark)
            while at >= 0:
                start = at + len(mark)
                nonce = data[start : start + crypto.NONCE_SIZE]
                sealed = data[start + crypto.NONCE_SIZE : start + crypto.NONCE_SIZE + CARVED]
                if len(nonce) == crypto.NONCE_SIZE and nonce not in standing:
                    plain = crypto._sodium.encrypt(sealed, b"", nonce, key)[:-TAG]
                    if first := FIELD.match(plain):
                        loot.carved.append(first[1].decode())
                        loot.plain.append(plain)
                at = data.find(mark, at + 1)


def readable(loot: Loot) -> bytes:
    """All that was opened, with what JSON had put in base64."""
    return b"\n".join(loot.plain) + msgspec.json.encode(len(loot.plain))
