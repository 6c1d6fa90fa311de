"""Two sealed slots of one size: each opens with a code and the hardware key, or with nothing.

Nobody can tell a slot in use from one that never was. To try a code, the hardware has to be
asked: it checks a value that only the stretched code gives. And who has its key all the same
has still to stretch every code.
"""

import math
import time
from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec

from mobile.core.device import DeviceKey
from shared import crypto, wire
from shared.crypto import Cost, CryptoError

SIZE: Final = 8192  # of what is in a slot: twenty labels in any script
ABOUT: Final = "candlewire/1/private-slot"
STRETCHED_S: Final = 0.3  # what one try shall cost at least, on the machine that makes the file
MEMORY: Final = 64 * 1024 * 1024


class Slots(msgspec.Struct, frozen=True, kw_only=True):
    """One cost and one salt for both, so that a try takes as long whichever slot it opens."""

    passes: int
    memory: int
    salt: bytes
    boxes: tuple[bytes, bytes]

    @property
    def cost(self) -> Cost:
        return Cost(self.passes, self.memory)


class Found(NamedTuple):
    """A slot that a code has opened. `secret` seals it again without asking for the code."""

    place: int
    secret: bytes
    content: bytes

    def __repr__(self) -> str:
        return "Found(…)"


def calibrated(clock: Callable[[], float] = time.perf_counter) -> Cost:
    """What makes one try cost 0.3 s here."""
    passes = 1
    while (taken := _seconds(Cost(passes, MEMORY), clock)) < STRETCHED_S:
        passes = max(passes + 1, math.ceil(passes * STRETCHED_S / taken))
    return Cost(passes, MEMORY)


def empty(key: DeviceKey, cost: Cost) -> Slots:
    """Two slots that nothing opens."""
    salt = crypto.random_bytes(crypto.SALT_SIZE)
    boxes = _closed(key), _closed(key)
    return Slots(passes=cost.passes, memory=cost.memory, salt=salt, boxes=boxes)


def secret_of(slots: Slots, code: str) -> bytes:
    return crypto.stretch(code, slots.salt, slots.cost)


def find(slots: Slots, key: DeviceKey, code: str) -> Found | None:
    """The slot that this code opens. Both are tried, always."""
    secret = secret_of(slots, code)
    opened = [_opened(key, secret, box) for box in slots.boxes]
    found = [Found(place, secret, c) for place, c in enumerate(opened) if c is not None]
    return found[0] if found else None


def put(slots: Slots, key: DeviceKey, place: int, secret: bytes, content: bytes) -> Slots:
    """The same slots with this content in one of them."""
    return _with(slots, place, _box(key, secret, content))


def destroy(slots: Slots, key: DeviceKey, place: int) -> Slots:
    """The same slots, one of which nothing opens any more."""
    return _with(slots, place, _closed(key))


def _with(slots: Slots, place: int, box: bytes) -> Slots:
    first, second = slots.boxes
    boxes = (box, second) if place == 0 else (first, box)
    return msgspec.structs.replace(slots, boxes=boxes)


def _box(key: DeviceKey, secret: bytes, content: bytes) -> bytes:
    about = crypto.derive(secret, f"{ABOUT}/hardware")
    own = crypto.derive(secret, f"{ABOUT}/code")
    return key.seal(crypto.encrypt(own, wire.pad(content, SIZE), ABOUT.encode()), about)


def _closed(key: DeviceKey) -> bytes:
    """Random bytes under a random key: made like any other slot, so that nothing sets it apart."""
    return _box(key, crypto.random_bytes(), b"")


def _opened(key: DeviceKey, secret: bytes, box: bytes) -> bytes | None:
    own = crypto.derive(secret, f"{ABOUT}/code")
    try:
        inner = key.unseal(box, crypto.derive(secret, f"{ABOUT}/hardware"))
        return wire.unpad(crypto.decrypt(own, inner, ABOUT.encode()))
    except CryptoError:
        return None


def _seconds(cost: Cost, clock: Callable[[], float]) -> float:
    began = clock()
    crypto.stretch("000000", bytes(crypto.SALT_SIZE), cost)
    return clock() - began
