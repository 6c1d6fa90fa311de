"""P3: a code cannot be tried away from the phone, and on it every wrong one costs."""

import time
from pathlib import Path

import msgspec
import pytest

from mobile.core import slots
from mobile.core.private import ABOUT, WAITS, Named, Private, PrivateVault
from mobile.core.slots import Slots
from mobile.device.desktop import FileKey
from shared import crypto, wire
from shared.crypto import Cost, CryptoError

CHEAP = Cost(1, 8192)
PIN = "4711"
EVERY_PIN = [f"{number:04}" for number in range(10_000)]
A_DAY = 86_400


@pytest.fixture
def key(tmp_path: Path) -> FileKey:
    return FileKey(tmp_path / "hardware" / "key")


@pytest.fixture
def folder(tmp_path: Path, key: FileKey) -> Path:
    """A phone's folder, copied."""
    vault = PrivateVault(tmp_path / "private", key, cost=CHEAP)
    vault.make(Private(contacts=(Named("a1", "Mother"),)), PIN)
    return tmp_path


def slots_in(folder: Path, key: FileKey) -> Slots:
    """What the hardware key alone uncovers."""
    padded = key.unseal((folder / "private").read_bytes(), ABOUT)
    return msgspec.convert(msgspec.msgpack.decode(wire.unpad(padded))["slots"], type=Slots)


def from_code_alone(sealed: bytes, code: str) -> bytes | None:
    """The file under every key that a code gives without the hardware."""
    for salt in (bytes(crypto.SALT_SIZE), sealed[1 : 1 + crypto.SALT_SIZE]):
        try:
            return crypto.decrypt(crypto.stretch(code, salt, CHEAP), sealed, ABOUT)
        except CryptoError:
            continue
    return None


def test_without_the_hardware_key_no_pin_opens_the_folder(folder: Path) -> None:
    sealed = (folder / "private").read_bytes()
    assert [code for code in EVERY_PIN if from_code_alone(sealed, code)] == []
    other = PrivateVault(folder / "private", FileKey(folder / "other" / "key"), cost=CHEAP)
    for code in EVERY_PIN[::100]:
        with pytest.raises(CryptoError):
            other.open(code, A_DAY)


def test_with_the_hardware_key_one_of_all_pins_opens_it(folder: Path, key: FileKey) -> None:
    """The control: the same search finds the one that is right, and none beside it."""
    known = slots_in(folder, key)
    assert [code for code in EVERY_PIN if slots.find(known, key, code)] == [PIN]


class Asked(FileKey):
    """A key in hardware: it opens what it is shown, says nothing of itself, and counts."""

    count = 0

    def unseal(self, box: bytes, about: bytes) -> bytes:
        self.count += 1
        return super().unseal(box, about)


def test_what_the_hardware_opened_once_does_not_let_codes_be_tried_elsewhere(
    folder: Path, tmp_path: Path
) -> None:
    """Each try asks the hardware again: it checks a value that only the stretched code gives."""
    key = Asked(tmp_path / "hardware" / "key")
    known = slots_in(folder, key)
    before = key.count
    for code in EVERY_PIN[:50]:
        slots.find(known, key, code)
    assert key.count - before == 100
    with pytest.raises(CryptoError):
        key.unseal(known.boxes[0], b"")


def test_trying_them_all_on_the_phone_takes_a_month(folder: Path, key: FileKey) -> None:
    vault, ticks = PrivateVault(folder / "private", key, cost=CHEAP), 0.0
    tries = [code for code in EVERY_PIN if code != PIN][:30]
    for code in tries:
        assert vault.open(code, ticks) is None
        # Another process, another start of the machine: the count is in the file.
        vault = PrivateVault(folder / "private", key, cost=CHEAP)
        ticks += vault.wait(ticks)
    assert ticks == sum(WAITS) + (len(tries) - len(WAITS)) * WAITS[-1]
    assert ticks / len(tries) * len(EVERY_PIN) / A_DAY > 25


def test_a_try_is_made_to_cost_three_tenths_of_a_second() -> None:
    cost = slots.calibrated()
    began = time.perf_counter()
    crypto.stretch(PIN, bytes(crypto.SALT_SIZE), cost)
    # Half, as it was measured a moment ago on a machine that also does other things.
    assert time.perf_counter() - began > slots.STRETCHED_S / 2
