"""The recovery key as people keep it: base32 in groups, with a check against slips of the pen."""

import base64
import binascii
import hashlib

from shared import crypto
from shared.crypto import KEY_SIZE, KeyPair

CHECK = 3  # bytes; with them the key is 56 characters: 14 groups of four
GROUP = 4
# What a pen or an eye takes for a letter of base32, which has no 0, 1 and 8.
LOOK_ALIKES = str.maketrans("018", "OIB")


class Misread(ValueError):
    """Not a recovery key: too short, or a character is wrong."""


def new() -> str:
    """A fresh one, to be kept on paper and away from the server."""
    return written(crypto.random_bytes())


def written(seed: bytes) -> str:
    text = base64.b32encode(seed + _check(seed)).decode()
    return "-".join(text[place : place + GROUP] for place in range(0, len(text), GROUP))


def pair_of(text: str) -> KeyPair:
    """The pair that it stands for, however it was typed. Raises Misread."""
    letters = "".join(text.split()).replace("-", "").upper().translate(LOOK_ALIKES)
    try:
        content = base64.b32decode(letters)
    except (binascii.Error, ValueError):
        raise Misread from None
    seed, check = content[:KEY_SIZE], content[KEY_SIZE:]
    if len(seed) != KEY_SIZE or check != _check(seed):
        raise Misread
    return crypto.box_pair(seed)


def _check(seed: bytes) -> bytes:
    return hashlib.sha256(seed).digest()[:CHECK]
