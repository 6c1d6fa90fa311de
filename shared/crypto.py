"""The only way to libsodium: PyNaCl where it is installed, pysodium on the phone.

Blobs made here start with a version byte. Nothing below is home-made: sealed boxes,
XChaCha20-Poly1305, Argon2id and Ed25519 are libsodium's, HKDF is RFC 5869 over hashlib.
"""

import hmac
import os
from collections.abc import Callable
from typing import NamedTuple, Protocol, cast

KEY_SIZE = 32
SALT_SIZE = 16
VERIFIER_SIZE = SALT_SIZE + KEY_SIZE
NONCE_SIZE = 24
TAG_SIZE = 16
VERSION = b"\x01"
_NO_SALT = bytes(KEY_SIZE)
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TO_BASE62 = (BASE62 * 5).encode()[:256]
_UNEVEN = bytes(range(4 * 62, 256))  # left out, or the first characters would come up more often


class CryptoError(Exception):
    """A blob that was changed, moved, or made for another key."""


class KeyPair(NamedTuple):
    """An X25519 or Ed25519 pair, raw bytes."""

    public: bytes
    private: bytes


class Cost(NamedTuple):
    """Argon2id: passes over the memory, and the memory in bytes."""

    passes: int
    memory: int


# Staff passwords guard an office's key against offline guessing: 64 MiB, about 0.15 s a try.
PASSWORD_COST = Cost(3, 64 * 1024 * 1024)
# Stop codes are tried only online, with the device's token, on the way to an answer.
CODE_COST = Cost(2, 19 * 1024 * 1024)


class Sodium(Protocol):
    """The part of libsodium that Candlewire uses; two bindings offer it."""

    def box_pair(self, seed: bytes) -> tuple[bytes, bytes]: ...
    def seal(self, message: bytes, public: bytes) -> bytes: ...
    def unseal(self, box: bytes, public: bytes, private: bytes) -> bytes: ...
    def encrypt(self, message: bytes, about: bytes, nonce: bytes, key: bytes) -> bytes: ...
    def decrypt(self, box: bytes, about: bytes, nonce: bytes, key: bytes) -> bytes: ...
    def stretch(self, size: int, password: bytes, salt: bytes, cost: Cost) -> bytes: ...
    def sign_pair(self, seed: bytes) -> tuple[bytes, bytes]: ...
    def sign(self, message: bytes, private: bytes) -> bytes: ...
    def verify(self, signed: bytes, public: bytes) -> bytes: ...


def pynacl() -> Sodium:
    """PyNaCl's low-level binding.

    XChaCha20-Poly1305 goes to libsodium past `nacl.bindings`, whose checks cost more than the
    sealing does, ten times a press; `encrypt` and `decrypt` below hold the sizes.
    """
    from nacl import bindings as b
    from nacl._sodium import ffi, lib

    class PyNaCl:
        box_pair = staticmethod(b.crypto_box_seed_keypair)
        seal = staticmethod(b.crypto_box_seal)
        unseal = staticmethod(b.crypto_box_seal_open)
        sign_pair = staticmethod(b.crypto_sign_seed_keypair)
        sign = staticmethod(b.crypto_sign)
        verify = staticmethod(b.crypto_sign_open)

        @staticmethod
        def encrypt(message: bytes, about: bytes, nonce: bytes, key: bytes) -> bytes:
            box = ffi.new("unsigned char[]", len(message) + TAG_SIZE)
            lib.crypto_aead_xchacha20poly1305_ietf_encrypt(
                box, ffi.NULL, message, len(message), about, len(about), ffi.NULL, nonce, key
            )
            return bytes(ffi.buffer(box))

        @staticmethod
        def decrypt(box: bytes, about: bytes, nonce: bytes, key: bytes) -> bytes:
            message = ffi.new("unsigned char[]", len(box) - TAG_SIZE)
            if lib.crypto_aead_xchacha20poly1305_ietf_decrypt(
                message, ffi.NULL, ffi.NULL, box, len(box), about, len(about), nonce, key
            ):
                raise CryptoError
            return bytes(ffi.buffer(message))

        @staticmethod
        def stretch(size: int, password: bytes, salt: bytes, cost: Cost) -> bytes:
            algorithm = b.crypto_pwhash_ALG_ARGON2ID13
            return bytes(
                b.crypto_pwhash_alg(size, password, salt, cost.passes, cost.memory, algorithm)
            )

    return cast(Sodium, PyNaCl)


def pysodium() -> Sodium:
    """pysodium: ctypes over the libsodium that the phone's package brings."""
    import pysodium as p

    class PySodium:
        box_pair = staticmethod(p.crypto_box_seed_keypair)
        seal = staticmethod(p.crypto_box_seal)
        unseal = staticmethod(p.crypto_box_seal_open)
        encrypt = staticmethod(p.crypto_aead_xchacha20poly1305_ietf_encrypt)
        decrypt = staticmethod(p.crypto_aead_xchacha20poly1305_ietf_decrypt)
        sign_pair = staticmethod(p.crypto_sign_seed_keypair)
        sign = staticmethod(p.crypto_sign)
        verify = staticmethod(p.crypto_sign_open)

        @staticmethod
        def stretch(size: int, password: bytes, salt: bytes, cost: Cost) -> bytes:
            algorithm = p.crypto_pwhash_ALG_ARGON2ID13
            return bytes(p.crypto_pwhash(size, password, salt, cost.passes, cost.memory, algorithm))

    return cast(Sodium, PySodium)


def _first_installed() -> Sodium:
    try:
        return pynacl()
    except ImportError:
        return pysodium()


_sodium = _first_installed()


def use(sodium: Sodium) -> None:
    """Switches the binding; the test that both give the same bytes calls this."""
    global _sodium
    _sodium = sodium


def random_bytes(size: int = KEY_SIZE) -> bytes:
    return os.urandom(size)


def random_text(length: int) -> str:
    """Random base62: 22 characters hold 131 bits and survive a text message as they are."""
    text = b""
    while len(text) < length:
        text += os.urandom(2 * length).translate(_TO_BASE62, _UNEVEN)
    return text[:length].decode()


def derive(secret: bytes, label: str, size: int = KEY_SIZE) -> bytes:
    """HKDF-SHA-256 (RFC 5869) without salt; `label` is the info. At most one block of 32 bytes."""
    if size > KEY_SIZE:
        raise ValueError("at most 32 bytes")
    extracted = hmac.digest(_NO_SALT, secret, "sha256")
    return hmac.digest(extracted, label.encode() + b"\x01", "sha256")[:size]


def box_pair(seed: bytes | None = None) -> KeyPair:
    """An X25519 pair, from a seed of 32 bytes or at random."""
    return KeyPair(*_sodium.box_pair(seed or random_bytes()))


def dispatch_pair(token: bytes) -> KeyPair:
    """The pair that only the holder of a device token can make: it opens that contact bundle."""
    return box_pair(derive(token, "candlewire/1/dispatch"))


def seal(public: bytes, message: bytes) -> bytes:
    """An anonymous sealed box: whoever holds the private half reads it, the sender no more."""
    try:
        return VERSION + _sodium.seal(message, public)
    except Exception as error:  # a weak point of the curve: each binding has its own word for it
        raise CryptoError("nothing can be sealed to this key") from error


def unseal(pair: KeyPair, box: bytes) -> bytes:
    return _opened(lambda: _sodium.unseal(_body(box), pair.public, pair.private))


def encrypt(key: bytes, message: bytes, about: bytes) -> bytes:
    """XChaCha20-Poly1305 under a random nonce; `about` says which row this is, and is checked."""
    _check_key(key)
    nonce = os.urandom(NONCE_SIZE)
    return VERSION + nonce + _sodium.encrypt(message, about, nonce, key)


def decrypt(key: bytes, box: bytes, about: bytes) -> bytes:
    body = _body(box)
    _check_key(key)
    if len(body) < NONCE_SIZE + TAG_SIZE:
        raise CryptoError("too short to be a sealed blob")
    return _opened(lambda: _sodium.decrypt(body[NONCE_SIZE:], about, body[:NONCE_SIZE], key))


def stretch(password: str, salt: bytes, cost: Cost = PASSWORD_COST) -> bytes:
    """A key from a password (Argon2id), 32 bytes."""
    return _sodium.stretch(KEY_SIZE, password.encode(), salt, cost)


def code_verifier(code: str) -> bytes:
    """What checks a stop code later: salt and Argon2id hash, 48 bytes."""
    salt = random_bytes(SALT_SIZE)
    return salt + stretch(code, salt, CODE_COST)


def code_matches(code: str, verifier: bytes) -> bool:
    salt, expected = verifier[:SALT_SIZE], verifier[SALT_SIZE:]
    return hmac.compare_digest(stretch(code, salt, CODE_COST), expected)


def sign_pair(seed: bytes | None = None) -> KeyPair:
    """An Ed25519 pair; the private half is libsodium's 64 bytes."""
    return KeyPair(*_sodium.sign_pair(seed or random_bytes()))


def sign(private: bytes, message: bytes) -> bytes:
    """A detached signature, 64 bytes."""
    return _sodium.sign(message, private)[:64]


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Raises CryptoError unless `signature` is that key's over this message."""
    _opened(lambda: _sodium.verify(signature + message, public))


def _check_key(key: bytes) -> None:
    if len(key) != KEY_SIZE:  # libsodium reads so many bytes, whether they are there or not
        raise ValueError(f"a key has {KEY_SIZE} bytes")


def _body(box: bytes) -> bytes:
    if box[:1] != VERSION:
        raise CryptoError("unknown version of a sealed blob")
    return box[1:]


def _opened(attempt: Callable[[], bytes]) -> bytes:
    try:
        return bytes(attempt())
    except Exception as error:
        raise CryptoError("the blob does not open with this key") from error
