"""The private vault: two slots, a code for each at most, and tries that cost."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mobile.core import slots
from mobile.core.private import (
    WAITS,
    Named,
    Private,
    PrivateVault,
    Stale,
    TooSoon,
    wait_after,
)
from mobile.device.desktop import FileKey
from shared.crypto import Cost, CryptoError

CHEAP = Cost(1, 8192)
TRUE, DURESS = "739164", "604817"
KNOWN = Private(contacts=(Named("a1", "Mother"), Named("b2", "ሰላም")), lesson=frozenset({"hold"}))
LATER = 10_000.0


class AskedKey(FileKey):
    """Hardware that takes its time: each call is felt by whoever watches the phone open."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.asked: list[tuple[str, int]] = []

    def seal(self, message: bytes, about: bytes) -> bytes:
        self.asked.append(("seal", len(message)))
        return super().seal(message, about)

    def unseal(self, box: bytes, about: bytes) -> bytes:
        self.asked.append(("unseal", len(box)))
        return super().unseal(box, about)


def vault(folder: Path, name: str = "private") -> PrivateVault:
    return PrivateVault(folder / name, FileKey(folder / "keys" / "key"), cost=CHEAP)


def test_what_was_saved_opens_with_its_code_and_with_no_other(tmp_path: Path) -> None:
    made = vault(tmp_path)
    made.make(KNOWN, TRUE)
    opened = vault(tmp_path).open(TRUE, LATER)
    assert opened is not None
    assert opened.private == KNOWN
    assert made.open("", LATER) is None
    assert made.open(DURESS, LATER) is None
    more = made.save(opened, Private(lesson=frozenset({"hold", "stop"})))
    again = made.open(TRUE, 2 * LATER)
    assert again is not None
    assert again.private == more.private


def test_without_a_code_the_empty_one_opens_it(tmp_path: Path) -> None:
    made = vault(tmp_path)
    made.make(KNOWN)
    assert made.open("", LATER)


def test_another_machine_opens_nothing(tmp_path: Path) -> None:
    vault(tmp_path).make(KNOWN, TRUE)
    other = PrivateVault(tmp_path / "private", FileKey(tmp_path / "others" / "key"), cost=CHEAP)
    with pytest.raises(CryptoError):
        other.open(TRUE, LATER)


def test_a_changed_byte_opens_nothing(tmp_path: Path) -> None:
    vault(tmp_path).make(KNOWN, TRUE)
    path = tmp_path / "private"
    sealed = bytearray(path.read_bytes())
    sealed[len(sealed) // 2] ^= 1
    path.write_bytes(sealed)
    with pytest.raises(CryptoError):
        vault(tmp_path).open(TRUE, LATER)


def test_the_hardware_is_asked_as_often_for_either_code(tmp_path: Path) -> None:
    """The first time with a duress code, when it destroys the other slot, and every time after."""
    asked = []
    for code in (TRUE, DURESS):
        key = AskedKey(tmp_path / code / "key")
        made = PrivateVault(tmp_path / f"private-{code}", key, cost=CHEAP)
        made.make(KNOWN, TRUE, DURESS)
        for time in (1, 2):
            key.asked.clear()
            assert made.open(code, time * LATER)
            asked.append(list(key.asked))
    assert asked == [asked[0]] * 4


def test_the_duress_code_opens_an_empty_vault_and_destroys_the_other(tmp_path: Path) -> None:
    made = vault(tmp_path)
    first = made.make(KNOWN, TRUE, DURESS)
    shown = made.open(DURESS, LATER)
    assert shown is not None
    assert shown.private == Private()
    assert made.open(TRUE, 2 * LATER) is None
    assert made.open(DURESS, 3 * LATER), "it goes on opening what it opened"
    assert first.place != shown.place


def test_the_true_code_destroys_nothing(tmp_path: Path) -> None:
    made = vault(tmp_path)
    made.make(KNOWN, TRUE, DURESS)
    for ticks in (LATER, 2 * LATER):
        opened = made.open(TRUE, ticks)
        assert opened is not None
        assert opened.private == KNOWN
    assert made.open(DURESS, 3 * LATER)


def test_new_codes_close_the_old_and_what_was_open_is_not_written_back(tmp_path: Path) -> None:
    made = vault(tmp_path)
    before = made.make(KNOWN, TRUE)
    made.make(before.private, "918273", DURESS)
    assert made.open(TRUE, LATER) is None
    with pytest.raises(Stale):
        made.save(before, Private())
    assert made.open("918273", 2 * LATER)


def test_which_slot_is_the_true_one_is_drawn(tmp_path: Path) -> None:
    made = vault(tmp_path)
    assert {made.make(KNOWN, TRUE, DURESS).place for _ in range(40)} == {0, 1}


def test_wiping_leaves_a_file_of_the_same_length_that_nothing_opens(tmp_path: Path) -> None:
    made = vault(tmp_path)
    opened = made.make(KNOWN, TRUE, DURESS)
    before = (tmp_path / "private").stat().st_size
    made.wipe()
    assert (tmp_path / "private").stat().st_size == before
    assert made.open(TRUE, LATER) is None
    assert made.open(DURESS, LATER) is None
    with pytest.raises(Stale):
        made.save(opened, KNOWN)


def test_a_disk_that_takes_nothing_more_hinders_no_wipe(tmp_path: Path) -> None:
    made = vault(tmp_path)
    made.make(KNOWN, TRUE)
    (tmp_path / "private.new").mkdir()
    made.wipe()
    assert not made.exists


def test_so_many_wrong_codes_wipe_it_where_that_was_chosen(tmp_path: Path) -> None:
    for chosen, survives in ((0, True), (5, False)):
        made = vault(tmp_path, f"private-{chosen}")
        made.make(KNOWN, TRUE)
        for number in range(1, 6):
            assert made.open("000000", number * LATER, chosen) is None
        assert bool(made.open(TRUE, 9 * LATER, chosen)) is survives


def test_a_right_code_in_between_starts_the_count_again(tmp_path: Path) -> None:
    made = vault(tmp_path)
    made.make(KNOWN, TRUE)
    for number in range(1, 9):
        code = TRUE if number % 2 == 0 else "000000"
        assert bool(made.open(code, number * LATER, 2)) is (code == TRUE)


def test_each_wrong_code_costs_more(tmp_path: Path) -> None:
    made = vault(tmp_path)
    made.make(KNOWN, TRUE)
    ticks, waits = LATER, []
    for _ in range(len(WAITS) + 2):
        made.open("000000", ticks)
        waits.append(made.wait(ticks))
        ticks += waits[-1]
    assert waits == [*WAITS, WAITS[-1], WAITS[-1]]


def test_the_right_code_waits_too_and_is_not_counted_meanwhile(tmp_path: Path) -> None:
    made = vault(tmp_path)
    made.make(KNOWN, TRUE)
    for _ in range(3):
        made.open("000000", LATER)
    with pytest.raises(TooSoon):
        vault(tmp_path).open(TRUE, LATER + 4.9)
    assert vault(tmp_path).open(TRUE, LATER + 5.1)
    assert made.wait(LATER + 5.2) == 0


@pytest.mark.parametrize(
    ("wrong", "tried_at", "ticks", "left"),
    [
        (0, 50, 50, 0),
        (2, 50, 50, 0),
        (3, 50, 50, 5),
        (3, 50, 53, 2),
        (3, 50, 56, 0),
        (6, 50, 10, 290),  # started again ten seconds ago
        (6, 50, 60, 290),
        (60, 50, 50, 300),
    ],
)
def test_the_wait_is_counted_by_a_clock_that_nobody_sets(
    wrong: int, tried_at: float, ticks: float, left: float
) -> None:
    assert wait_after(wrong, tried_at, ticks) == left


TRY_FOREVER = """
import sys, itertools
from pathlib import Path
from tests.mobile.test_private import vault
ticks = itertools.count(20_000, 1000)
made = vault(Path(sys.argv[1]))
while True:
    made.open("000000", next(ticks))
    print("tried", flush=True)
"""


def test_a_try_counts_though_the_process_is_killed_in_it(tmp_path: Path) -> None:
    made = vault(tmp_path)
    made.make(KNOWN, TRUE)
    told = 0
    for _ in range(4):
        command = [sys.executable, "-c", TRY_FOREVER, str(tmp_path)]
        trying = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
        assert trying.stdout is not None
        for _ in range(3):
            told += bool(trying.stdout.readline())
        os.kill(trying.pid, signal.SIGKILL)
        trying.communicate()
    assert told == 12
    assert made._read().wrong >= told
    assert made.open(TRUE, 10**9)


def test_a_try_costs_what_it_is_to_cost_and_the_cost_is_kept(tmp_path: Path) -> None:
    """By a clock of the test's own: on this machine, `python -m tests.soak` measures it."""
    elapsed = iter([0.0, 0.05, 1.0, 1.29, 2.0, 2.31])
    assert slots.calibrated(lambda: next(elapsed)).passes == 7
    made = PrivateVault(tmp_path / "private", FileKey(tmp_path / "key"), cost=Cost(2, 16384))
    made.make(KNOWN, TRUE)
    assert made._read().slots.cost == Cost(2, 16384)
