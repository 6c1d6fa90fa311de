"""Sealing and opening rows, and the key ring: nothing else on the server touches a key.

Four methods (`box`, `unbox`, `lock`, `unlock`) reach the primitives; all others go through them.
"""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from shared import crypto
from shared.crypto import CryptoError, KeyPair

MAC_SIZE = 16
WRAPPED_KEY = 81  # bytes: version, sealed box, 32-byte key
LINK_SHARED, LINK_OWN = 4, 18  # characters
LINK_INFO = b"candlewire/1/link"
_DERIVED, _SEALED = b"d", b"s"


class KeyFileError(Exception):
    """A key file that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The server's own keys, kept in a file that is never in the database nor beside it."""

    keys: Mapping[int, bytes] = field(repr=False)
    current: int
    index_key: bytes = field(repr=False)

    @classmethod
    def new(cls) -> "Ring":
        return cls({1: crypto.random_bytes()}, 1, crypto.random_bytes())

    @classmethod
    def load(cls, path: Path) -> "Ring":
        try:
            content = json.loads(path.read_text("ascii"))
            keys = {int(name): base64.b64decode(key) for name, key in content["keys"].items()}
            ring = cls(keys, content["current"], base64.b64decode(content["index_key"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KeyFileError(f"the key file cannot be read: {type(error).__name__}") from error
        if ring.current not in ring.keys:
            raise KeyFileError("the key file's current key is missing from it")
        return ring

    def save(self, path: Path) -> None:
        """Writes it whole or not at all, readable by its owner alone."""
        content = {
            "keys": {str(name): base64.b64encode(key).decode() for name, key in self.keys.items()},
            "current": self.current,
            "index_key": base64.b64encode(self.index_key).decode(),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)  # rows may be sealed under the new ring right after
        os.close(folder)


class Link(NamedTuple):
    """What a contact's link secret gives: how the row is found, and the key to its wrap."""

    lookup: str
    key: bytes


class IncidentKeys(NamedTuple):
    """A new incident's pair, and the key of its rows: in memory until they are sealed."""

    public: bytes
    private: bytes
    rows: bytes


class SealedKey(NamedTuple):
    """A key in memory, and what its holder-to-be opens it from."""

    key: bytes
    box: bytes


def incident_keys(pair: KeyPair) -> IncidentKeys:
    return IncidentKeys(pair.public, pair.private, _row_key(pair.private))


def new_link_secrets(count: int) -> list[str]:
    """For the contacts of one incident: 22 characters of base62 each, 131 bits.

    The first four are the same for all of them, so that their rows lie on one page of the
    database; a contact who guesses another's link lacks the other 107 bits.
    """
    shared = crypto.random_text(LINK_SHARED)
    own = crypto.random_text(count * LINK_OWN)
    return [shared + own[n * LINK_OWN : (n + 1) * LINK_OWN] for n in range(count)]


def link(secret: str) -> Link:
    """One-step key derivation (NIST SP 800-56C) with SHA-512: a key and the end of the look-up."""
    text = secret.encode()
    derived = hashlib.sha512(b"\x00\x00\x00\x01" + text + LINK_INFO).digest()
    return Link(text[:LINK_SHARED].hex() + derived[32:44].hex(), derived[:32])


def link_and_pin(key: bytes, half: bytes) -> bytes:
    """What opens the wrap of a contact with a PIN: the link's key, and the half that we hold."""
    return crypto.derive(key + half, "candlewire/1/link-pin")


def token_hash(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()


def new_cookie() -> str:
    return secrets.token_urlsafe(32)


def about(table: str, row: object, incident: str = "", sequence: int = 0) -> bytes:
    """Associated data: a blob opens only in the place it was made for."""
    return f"{table}|{row}|{incident}|{sequence}".encode()


class Vault:
    """Sealing under the relay ring, and for offices, links, staff and incidents."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._row_keys = {
            number: crypto.derive(key, "candlewire/1/relay") for number, key in ring.keys.items()
        }

    def box(self, public: bytes, message: bytes) -> bytes:
        return crypto.seal(public, message)

    def unbox(self, pair: KeyPair, blob: bytes) -> bytes:
        return crypto.unseal(pair, blob)

    def lock(self, key: bytes, message: bytes, place: bytes) -> bytes:
        return crypto.encrypt(key, message, place)

    def unlock(self, key: bytes, blob: bytes, place: bytes) -> bytes:
        return crypto.decrypt(key, blob, place)

    def mac(self, text: str) -> bytes:
        """An index entry for a number or an address: equal texts match, nothing else shows."""
        key = self._ring.index_key
        return hashlib.blake2b(text.encode(), digest_size=MAC_SIZE, key=key).digest()

    def keep(self, message: bytes, place: bytes) -> bytes:
        """Seals under the relay ring: for what the server itself must read while it lasts."""
        number = self._ring.current
        return bytes([number]) + self.lock(self._row_keys[number], message, place)

    def read(self, blob: bytes, place: bytes) -> bytes:
        try:
            key = self._row_keys[blob[0]]
        except (KeyError, IndexError):
            raise CryptoError("sealed under a key that the ring does not hold") from None
        return self.unlock(key, blob[1:], place)

    def seal_row(self, keys: IncidentKeys, message: bytes, place: bytes) -> bytes:
        """A row of an incident while its private half is at hand: a derived key, 8 µs."""
        return _DERIVED + self.lock(keys.rows, message, place)

    def seal_row_blind(self, public: bytes, message: bytes, place: bytes) -> bytes:
        """A row of an incident that the server itself cannot open any more."""
        return self.seal_with(self.sealed_key(public), message, place)

    def sealed_key(self, public: bytes) -> SealedKey:
        """A new key that only the holder of a private half can open: 40 µs, a lock is 5."""
        key = crypto.random_bytes()
        return SealedKey(key, crypto.seal(public, key))

    def seal_with(self, sealed: SealedKey, message: bytes, place: bytes) -> bytes:
        return _SEALED + sealed.box + self.lock(sealed.key, message, place)

    def open_row(self, pair: KeyPair, blob: bytes, place: bytes) -> bytes:
        if blob[:1] == _DERIVED:
            return self.unlock(_row_key(pair.private), blob[1:], place)
        if blob[:1] != _SEALED:
            raise CryptoError("sealed in a way that is not known")
        key = crypto.unseal(pair, blob[1 : 1 + WRAPPED_KEY])
        return self.unlock(key, blob[1 + WRAPPED_KEY :], place)


def _row_key(private: bytes) -> bytes:
    return crypto.derive(private, "candlewire/1/rows")
