"""P6: whether a phone has a duress code, nobody sees; once it was used, the true one is void."""

from pathlib import Path

import pytest

from mobile.core import slots
from mobile.core.outbox import Outbox
from mobile.core.private import Named, Private, PrivateVault
from mobile.core.vault import Vault
from shared.crypto import Cost
from tests.mobile.people import device, hot, kept

TRUE, DURESS = "739164", "604817"
KNOWN = Private(contacts=(Named("a1", "Mother"), Named("b2", "Sami")))


def installed(folder: Path, duress: str) -> PrivateVault:
    """A phone after its set-up, a press and a few openings."""
    key = device(folder).key
    known = hot("https://help.example", has_code=True)
    Vault(folder / "vault", key).save(known)
    outbox = Outbox(folder / "outbox", known.outbox_key)
    outbox.keep(kept())
    outbox.close()
    vault = PrivateVault(folder / "private", key, cost=Cost(1, 8192))
    vault.make(KNOWN, TRUE, duress)
    assert vault.open(TRUE, 1000.0)
    return vault


def files(folder: Path) -> dict[str, int]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.stat().st_size for path in found}


def is_noise(content: bytes) -> bool:
    """Whether every byte comes about as often as any other."""
    counts = [content.count(bytes([value])) for value in range(256)]
    mean = len(content) / 256
    return max(counts) < 1.6 * mean and min(counts) > 0.5 * mean


def test_the_files_are_the_same_with_and_without_and_after(tmp_path: Path) -> None:
    without, with_one, used = tmp_path / "without", tmp_path / "with", tmp_path / "used"
    installed(without, "")
    installed(with_one, DURESS)
    assert installed(used, DURESS).open(DURESS, 2000.0)
    assert files(without) == files(with_one) == files(used)
    assert set(files(without)) == {"keys/device.key", "outbox", "private", "vault"}
    for folder in (without, with_one, used):
        content = (folder / "private").read_bytes()
        assert is_noise(content[1:])
    assert not is_noise(bytes(1000) + (without / "private").read_bytes()), "the look is a good one"


@pytest.mark.parametrize("code", ["", DURESS])
def test_after_a_duress_code_the_true_one_opens_nothing(tmp_path: Path, code: str) -> None:
    vault = installed(tmp_path, code)
    shown = vault.open(DURESS, 2000.0)
    again = vault.open(TRUE, 3000.0)
    if code:
        assert shown is not None
        assert shown.private == Private()
        assert again is None
    else:
        assert shown is None
        assert again is not None
        assert again.private == KNOWN


def test_what_the_duress_code_opened_says_nothing_of_another_slot(tmp_path: Path) -> None:
    """Who is shown it, and later has every key and that code, finds a vault like any other."""
    forced, plain = installed(tmp_path / "forced", DURESS), tmp_path / "plain"
    opened = forced.open(DURESS, 2000.0)
    vault = PrivateVault(plain, device(tmp_path / "plain-keys").key, cost=Cost(1, 8192))
    vault.make(Private(), DURESS)
    alone = vault.open(DURESS, 2000.0)
    assert opened is not None
    assert alone is not None
    contents = []
    for one, code in ((forced, DURESS), (vault, DURESS)):
        found = slots.find(one._read().slots, one._key, code)
        assert found is not None
        contents.append(found.content)
    assert contents[0] == contents[1]
