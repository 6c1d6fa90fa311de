"""A passkey in software, as a browser would hand on its answers; and an authenticator app."""

import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Any

import cbor2
import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, ATTESTED = 0x01, 0x40  # flags of the authenticator data


class App:
    """Shows the six digits of a secret."""

    def __init__(self, secret: str) -> None:
        self._codes = pyotp.TOTP(secret)

    def code(self, now: datetime) -> str:
        return self._codes.at(now)

    def wrong(self, now: datetime) -> str:
        """Six digits that no step about now has."""
        near = {self._codes.at(now, counter_offset=step) for step in range(-3, 4)}
        return next(code for code in map("{:06}".format, range(10)) if code not in near)


class SoftPasskey:
    """One credential for one site."""

    def __init__(self, origin: str, host: str) -> None:
        self.origin = origin
        self.host = host
        self.id = hashlib.sha256(origin.encode()).digest()
        self.signed = 0
        self._key = ec.generate_private_key(ec.SECP256R1())

    def made(self, options: dict[str, Any], name: str = "Key") -> dict[str, Any]:
        """The body that registers it."""
        point = self._key.public_key().public_numbers()
        public = {
            1: 2,
            3: -7,
            -1: 1,
            -2: point.x.to_bytes(32, "big"),
            -3: point.y.to_bytes(32, "big"),
        }
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        attestation = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._data(PRESENT | ATTESTED) + credential,
        }
        return {
            "id": encoded(self.id),
            "client_data": encoded(self._client("webauthn.create", options["challenge"])),
            "attestation": encoded(cbor2.dumps(attestation)),
            "name": name,
        }

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        """What signs in."""
        self.signed += 1
        client = self._client("webauthn.get", options["challenge"])
        data = self._data(PRESENT)
        signed = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "id": encoded(self.id),
            "client_data": encoded(client),
            "authenticator_data": encoded(data),
            "signature": encoded(signed),
        }

    def _data(self, flags: int) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([flags]) + self.signed.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
